"""Tags undone by trying all numbers; groups counted; proteins compared codon by codon."""
import csv
import os

CODE = {"ATG": "M", "CGT": "R", "CGC": "R", "TGT": "C", "GAT": "D", "GAA": "E", "GGT": "G", "CCA": "P", "CCG": "P", "CCC": "P",
        "TCA": "S", "AAG": "K", "AAA": "K", "TAG": "*", "TAA": "*"}


def protein(dna):
    out = ""
    for i in range(0, len(dna), 3):
        if CODE[dna[i : i + 3]] == "*":
            break
        out += CODE[dna[i : i + 3]]
    return out


def figures(folder):
    with open(os.path.join(folder, "rows.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    found = {r["row"]: [n for n in range(4000, 8000) if n * 7919 % 10007 == int(r["tag"])] for r in rows}
    key = lambda r: (r["village"], r["born"][:3], r["sex"])
    size = {r["row"]: sum(key(x) == key(r) for x in rows) for r in rows}
    carriers = [r for r in rows if protein(r["dna"]) != "MRDPK"]
    home = [r["row"] for r in rows if "R" in r["consent"] and not ("P" in r["consent"] and r["born"] <= "2008-09-01")]
    return {
        "number_row3": found["3"][0], "tags_undone": sum(len(v) == 1 for v in found.values()),
        "rows_small_groups": sum(v < 3 for v in size.values()),
        "carriers": len(carriers), "carriers_home": sum(r["row"] in home for r in carriers),
        "silent": sum(protein(r["dna"]) == "MRDPK" and r["dna"] != "ATGCGTGATCCAAAGTAA" for r in rows),
        "rows_abroad": ",".join(r["row"] for r in rows if "A" in r["consent"]),
        "rows_home": ",".join(home),
    }
