"""K-means by rounds, walks over the bridge, children written out one by one."""
import csv
import math
import os

BRIDGE = (6.0, 3.0)


def figures(folder):
    with open(os.path.join(folder, "villages.csv"), newline="") as file:
        rows = [dict(r, p=(float(r["x_km"]), float(r["y_km"])), n=int(r["children"])) for r in csv.DictReader(file)]
    by = {r["village"]: r for r in rows}
    centres, member = [by[v]["p"] for v in ("Adhur", "Ettina", "Kere")], None
    while True:
        new = [min(range(3), key=lambda i: math.dist(r["p"], centres[i])) for r in rows]
        if new == member:
            break
        member = new
        for i in range(3):
            own = [r["p"] for r, m in zip(rows, member) if m == i]
            centres[i] = (sum(p[0] for p in own) / len(own), sum(p[1] for p in own) / len(own))

    def walk(a, b):
        if a["side"] == b["side"]:
            return math.dist(a["p"], b["p"])
        return math.dist(a["p"], BRIDGE) + math.dist(BRIDGE, b["p"])

    groups = [[r for r, m in zip(rows, member) if m == i] for i in range(3)]
    stops = [min(g, key=lambda s: sum(r["n"] * walk(r, s) for r in g)) for g in groups]
    far = {"village": [0, 0], "tanda": [0, 0]}
    walks, itagi = [], 0.0
    for g, s in zip(groups, stops):
        for r in g:
            w = walk(r, s)
            walks += [w] * r["n"]
            far[r["kind"]][0] += r["n"] * (w > 3)
            far[r["kind"]][1] += r["n"]
            if r["village"] == "Itagi":
                itagi, size = w, len(g)
    walks.sort()
    rank = lambda q: walks[math.ceil(q * len(walks)) - 1]
    return {
        "stops": ",".join(s["village"] for s in stops),
        "group_of_itagi": size,
        "middle_walk": round(rank(0.5), 2),
        "walk_90": round(rank(0.9), 2),
        "far_villages": round(100 * far["village"][0] / far["village"][1], 1),
        "far_tandas": round(100 * far["tanda"][0] / far["tanda"][1], 1),
        "itagi_walk": round(itagi, 2),
    }
