"""Floats, link-by-link merging, all subsets of the groups."""
import csv
import math
import os
from datetime import date
from itertools import combinations


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    yards = {r["yard"]: r for r in rows("yards.csv")}
    worth = {"strong": 8, "steady": 3, "treat": 3, "weak": 1}
    kg, treat, strong, gains = dict.fromkeys(yards, 0.0), dict.fromkeys(yards, 0), 0, {}
    for r in rows("hives.csv"):
        days = (date.fromisoformat(r["second"]) - date.fromisoformat(r["first"])).days
        gain = round((float(r["kg_second"]) - float(r["kg_first"]) - (6.0 if "super" in r["remark"] else 0)) / days, 6)
        gains[r["yard"] + r["hive"]] = gain
        if 100 * int(r["mites"]) / int(r["bees_washed"]) > 3.0:
            kind = "treat"
        elif int(r["brood_frames"]) >= 6:
            kind = "strong" if gain >= 0.5 else "steady"
        else:
            kind = "strong" if gain >= 0.8 else "weak"
        strong += kind == "strong"
        treat[r["yard"]] += kind == "treat"
        kg[r["yard"]] += worth[kind] * int(yards[r["yard"]]["hives"]) / 2

    def road(a, b):
        p, q = [(float(yards[k]["east_km"]), float(yards[k]["north_km"])) for k in (a, b)]
        return math.dist(p, q) if p[1] * q[1] > 0 else math.dist(p, (10, 0)) + math.dist((10, 0), q)

    groups = [{k} for k in yards]
    for a, b in combinations(yards, 2):
        if road(a, b) <= 5.5:
            one, two = [next(g for g in groups if k in g) for k in (a, b)]
            if one is not two:
                groups.remove(two)
                one |= two
    table = {"+".join(sorted(g)): (sum(kg[k] for k in g), sum(int(yards[k]["loading_h"]) + 2 * treat[k] for k in g)) for g in groups}
    plans = [p for n in range(len(table) + 1) for p in combinations(sorted(table), n) if sum(table[g][1] for g in p) <= 15]
    best = max(plans, key=lambda p: sum(table[g][0] for g in p))
    return {
        "gain_h2": round(gains["H2"], 2), "strong": strong, "km_af": round(road("A", "F"), 2), "groups": ",".join(sorted(table)),
        "order": ",".join(sorted(table, key=lambda g: -table[g][0] / table[g][1])), "plan": ",".join(best),
        "plan_kg": round(sum(table[g][0] for g in best), 1),
    }
