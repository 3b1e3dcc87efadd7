"""Verdicts as a reader gave them; the chance by a chain that counts false cards one by one."""
import csv
from fractions import Fraction as F
from math import sqrt
from pathlib import Path

FALSE = {"D01": "dried fruit is no nut", "D05": "molluscs left out", "D07": "denied", "D09": "after for before", "D12": "peanut for sesame"}


def figures(folder):
    read = lambda name: list(csv.DictReader(Path(folder, name).read_text(encoding="utf-8").splitlines()))
    known = {r["card"] for r in read("disputed.csv")}
    bad = set(FALSE) & known
    back = ",".join(r["lot"] for r in read("lots.csv") if int(r["false_so_far"]) + len(bad & set(r["open_cards"].split())) >= 3)
    stat = {}
    for who in ("Mar", "Levante"):
        pts = [F(1000 * (int(r["minor"]) + 5 * int(r["major"])), int(r["words"])) for r in read("pages.csv")
               if r["supplier"] == who and not r["remark"].endswith("not delivered")]
        n = len(pts)
        mean = sum(pts) / n
        stat[who] = (mean, (sum(p * p for p in pts) - n * mean * mean) / (n - 1), n)
    (m, vm, nm), (l, vl, nl) = stat["Mar"], stat["Levante"]

    chain, n, at40, needed = [1.0, 0.0, 0.0], 0, None, None
    while needed is None or at40 is None:
        a, b, c = chain
        chain = [a * 0.92, b * 0.92 + a * 0.08, c * 0.92 + b * 0.08]
        n += 1
        if n == 40:
            at40 = sum(chain)
        if needed is None and n > 2 and sum(chain) < 0.2:
            needed = n
    return {
        "false_cards": len(bad), "lots_back": back, "score_mar": round(float(m), 2), "score_levante": round(float(l), 2),
        "sd_levante": round(sqrt(vl), 2), "z_value": round(float(l - m) / sqrt(vl / nl + vm / nm), 2),
        "chance_pass": round(at40, 3), "cards_needed": needed,
    }
