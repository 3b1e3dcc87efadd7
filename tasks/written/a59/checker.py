"""Floyd's shortest ways, all rounds tried; loads by dynamic programming over islets."""
import csv
import datetime as dt
import itertools
import math
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    spots = {r["islet"]: (float(r["x_nm"]), float(r["y_nm"])) for r in rows("islets.csv")}
    far = {(a, b): 0.0 if a == b else math.inf for a in spots for b in spots}
    for leg in rows("legs.csv"):
        a, b = leg["from"], leg["to"]
        if leg["state"] == "open":
            far[a, b] = far[b, a] = math.dist(spots[a], spots[b])
        elif leg["state"].startswith("open by"):
            far[a, b] = far[b, a] = math.dist(spots[a], (6, 5)) + math.dist((6, 5), spots[b])
    for k, a, b in itertools.product(spots, repeat=3):
        far[a, b] = min(far[a, b], far[a, k] + far[k, b])
    islets = [s for s in spots if s != "Depot"]
    tours = [("Depot", *p, "Depot") for p in itertools.permutations(islets)]
    length = min(sum(far[a, b] for a, b in itertools.pairwise(t)) for t in tours)

    info = {}
    for r in rows("islets.csv"):
        if r["islet"] != "Depot":
            days = (dt.date(2026, 7, 1) - dt.date.fromisoformat(r["last_count"])).days
            there = max(0.0, int(r["bottles_full"]) - days * float(r["use_per_day"]))
            use = float(r["use_per_day"])
            info[r["islet"]] = (there, use, int(r["people"]), max(0, math.ceil(14 * use - there)))

    best = {(0, 0): (0.0, ())}
    for islet in islets:
        there, use, people, need = info[islet]
        new = {}
        for (crates, singles), (value, loads) in best.items():
            for c in range(11 - crates):
                for s in range(4 - singles):
                    b = 4 * c + s
                    if b < need if islet == "Hiti" else there + b < 9 * use:
                        continue
                    gain = people * min(14.0, (there + b) / use)
                    key = (crates + c, singles + s)
                    if key not in new or value + gain > new[key][0] + 1e-9:
                        new[key] = (value + gain, (*loads, b))
        best = new
    value, loads = max(best.values(), key=lambda v: v[0])
    return {
        "need_total": sum(i[3] for i in info.values()), "need_lomi": info["Lomi"][3],
        "person_days": round(value, 1), "load_kuru": loads[islets.index("Kuru")], "load_lomi": loads[islets.index("Lomi")],
        "load_naga": loads[islets.index("Naga")], "round_nm": round(length, 1),
        "fuel_litres": round(length * 1.9 * 1.15, 1),
    }
