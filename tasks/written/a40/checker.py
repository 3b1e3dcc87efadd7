"""All pairs compared; clusters grown from each isolate."""
import csv
import os


def figures(folder):
    with open(os.path.join(folder, "isolates.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    site = {r["isolate"]: r["sites"] for r in rows}
    child = {r["isolate"] for r in rows if r["from"].startswith("child")}
    apart = lambda a, b: sum(x != y and "N" not in (x, y) for x, y in zip(site[a], site[b]))
    links = [(a, b) for a in site for b in site if a < b and apart(a, b) <= 2]
    group, todo = {"K1"}, ["K1"]
    while todo:
        here = todo.pop()
        for pair in links:
            if here in pair:
                for new in set(pair) - group:
                    group.add(new)
                    todo.append(new)
    drawn = {"K1": 6, "K2": 9, "K3": 10, "K4": 8, "K5": 12, "K7": 13, "K8": 14}
    swabs, miss = 0, 1.0
    while miss > 0.05:
        swabs, miss = swabs + 1, miss * 0.55
    return {
        "links": len(links), "cluster": ",".join(sorted(group)), "k3_k6": apart("K3", "K6"), "k1_k9": apart("K1", "K9"),
        "week_10_cluster": sum(k in child and drawn[k] <= 8 for k in group),
        "swabs_each": swabs, "weeks_needed": -(-11 * swabs // 60),
    }
