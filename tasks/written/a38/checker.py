"""The June run replayed as it is, beside the tariff written block by block."""
import csv
import os


def due(m3):
    total = 1200
    for cubic in range(1, m3 + 1):
        total += 300 if cubic <= 5 else 550 if cubic <= 20 else 900
    return total


def figures(folder):
    source = {}
    with open(os.path.join(folder, "bill.py")) as file:
        text = file.read()
    assert "abs(now - before)" in text and "min(m3, 20) - 6" in text
    with open(os.path.join(folder, "readings.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    over, under = {}, {}
    for r in rows:
        may, june, wrap = int(r["may"]), int(r["june"]), 10 ** int(r["digits"])
        m = abs(june - may)
        billed = 1200 + min(m, 5) * 300 + max(0, min(m, 20) - 6) * 550 + max(0, m - 20) * 900
        source[r["customer"]] = due((june - may) % wrap)
        gap = billed - source[r["customer"]]
        (over if gap > 0 else under)[r["customer"]] = abs(gap)
    return {
        "commit_rollover": "6b07", "commit_block": "a815",
        "june_overbilled": len(over), "june_over_sum": sum(over.values()),
        "june_underbilled": sum(v > 0 for v in under.values()), "june_under_sum": sum(under.values()),
        "right_c07": source["C07"], "right_c05": source["C05"],
    }
