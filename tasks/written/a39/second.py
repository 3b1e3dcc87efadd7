"""Tags undone by the inverse of 7919; groups by a counter; the place of the first changed codon looked up."""
from collections import Counter
from pathlib import Path

NAMES = {"Met": "ATG", "Arg": "CGT CGC", "Cys": "TGT", "Asp": "GAT", "Glu": "GAA", "Gly": "GGT", "Pro": "CCA CCG CCC", "Ser": "TCA", "Lys": "AAG AAA", "stop": "TAG TAA"}


def figures(folder):
    amino = {c: a for a, cs in NAMES.items() for c in cs.split()}
    ours = ["Met", "Arg", "Asp", "Pro", "Lys", "stop"]
    back = pow(7919, -1, 10007)
    numbers, groups, bad, quiet, abroad, home = {}, [], [], 0, [], []
    for line in Path(folder, "rows.csv").read_text().splitlines()[1:]:
        row, tag, village, born, sex, consent, dna = line.split(",")
        numbers[row] = int(tag) * back % 10007
        year, month, day = map(int, born.split("-"))
        groups.append((village, year // 10, sex))
        words = [amino["".join(t)] for t in zip(*[iter(dna)] * 3)]
        if words != ours:
            bad.append(row)
        elif dna != "ATGCGTGATCCAAAGTAA":
            quiet += 1
        adult = (year + 18, month, day) <= (2026, 9, 1)
        if consent.endswith("A"):
            abroad.append(row)
        if consent in ("R", "RA") or consent == "RP" and not adult:
            home.append(row)
    many = Counter(groups)
    return {
        "number_row3": numbers["3"], "tags_undone": sum(4000 <= n <= 7999 for n in numbers.values()),
        "rows_small_groups": sum(v for v in many.values() if v < 3), "carriers": len(bad), "carriers_home": len(set(bad) & set(home)),
        "silent": quiet, "rows_abroad": ",".join(abroad), "rows_home": ",".join(home),
    }
