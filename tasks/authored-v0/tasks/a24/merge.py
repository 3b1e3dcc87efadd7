"""Put the hatchery's counts to the laboratory's genotypes. R., spring 2025. Prints batch, letter, alive."""
import csv
import sys

P = 1009


def code(batch, a, b):
    return f"{(a * batch + b) % P:03d}"


def codon(row):
    s = row["marker"]
    if row["strand"] == "-":
        s = s[::-1]  # read from the other side
    return s[9:12]


def letter(triplet):
    return {"GT": "V", "GC": "A"}.get(triplet[:2], "?")


def merge(lab, tank, a, b):
    counts = {r["code"]: r for r in tank}  # a later count replaces an earlier one
    out = []
    for row in lab:
        r = counts.get(code(int(row["batch"]), a, b))
        if r is None:
            continue  # not counted
        alive = int(r["alive_per_1000"])
        if not alive:
            continue  # not counted yet
        if letter(codon(row)) == "?":
            continue  # bad read
        out.append((int(row["batch"]), letter(codon(row)), alive))
    return out


if __name__ == "__main__":
    lab = list(csv.DictReader(open(sys.argv[1])))
    tank = list(csv.DictReader(open(sys.argv[2])))
    for line in merge(lab, tank, int(sys.argv[3]), int(sys.argv[4])):
        print(*line)
