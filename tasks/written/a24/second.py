"""Key by the inverse of a difference; both strands read backwards by hand; the query's averages by plain sums."""
from collections import defaultdict
from pathlib import Path


def figures(folder):
    read = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    a = (917 - 193) * pow(110 - 104, -1, 1009) % 1009
    b = (193 - a * 104) % 1009
    counts = defaultdict(list)
    order = []
    for code, day, alive in read("tank_counts.csv"):
        counts[int(code)].append((day, int(alive)))
        order.append((code, int(alive)))
    right, told, printed = defaultdict(list), defaultdict(list), 0
    for batch, strand, s in read("lab_cardiff.csv"):
        # On the other strand the fourth codon stands at places 13 to 15, turned round: its first two letters are 15 and 14.
        two = s[9:11] if strand == "+" else "".join({"A": "T", "T": "A", "C": "G", "G": "C"}[x] for x in (s[14], s[13]))
        kind = {"GT": "V", "GC": "A"}[two]
        code = (a * int(batch) + b) % 1009
        right[kind].append(sorted(counts[code])[-1][1])
        told[kind] += [n for _, n in counts[code] if n]
        # R. turns round without partners, pads to three places, takes the last line, drops zeros.
        raw = s[9:11] if strand == "+" else s[14] + s[13]
        last = [n for c, n in order if c == str(code).zfill(3)]
        printed += raw in ("GT", "GC") and bool(last) and last[-1] > 0
    mean = lambda values: round(sum(values) / len(values), 1)
    return {"key_a": a, "key_b": b, "lines_printed": printed, "mean_v": mean(right["V"]), "mean_a": mean(right["A"]), "sql_v": mean(told["V"]), "sql_a": mean(told["A"])}
