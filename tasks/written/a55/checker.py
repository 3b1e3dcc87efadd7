"""A walk by recursion; costs in a table."""
import csv
import json
import os
import statistics

COST = {("extra", "virgin"): 36, ("extra", "lampante"): 120, ("virgin", "extra"): 24, ("virgin", "lampante"): 60,
        ("lampante", "virgin"): 30, ("lampante", "extra"): 54}


def walk(node, oil, missed=False):
    if "leaf" in node:
        return node["leaf"], missed
    value = oil[node["ask"]]
    if value is None:
        return walk(node["yes"] if node["yes"]["n"] > node["no"]["n"] else node["no"], oil, True)
    return walk(node["yes"] if value <= node["at"] else node["no"], oil, missed)


def leaves(node):
    return 1 if "leaf" in node else leaves(node["yes"]) + leaves(node["no"])


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    with open(os.path.join(folder, "trees.json")) as file:
        trees = {k: v for k, v in json.load(file).items() if len(k) == 1}
    number = lambda text: float(text) if text else None
    costs = {}
    for name, tree in trees.items():
        costs[name] = []
        for r in rows("validation.csv"):
            said, _ = walk(tree, {k: number(r[k]) for k in ("acidity_percent", "peroxide", "k232")})
            costs[name].append(COST.get((said, r["panel"]), 0))
    mean = {k: statistics.fmean(v) for k, v in costs.items()}
    best = min(mean, key=mean.get)
    error = statistics.stdev(costs[best]) / len(costs[best]) ** 0.5
    taken = min((k for k in trees if mean[k] <= mean[best] + error), key=lambda k: leaves(trees[k]))
    now, again, litres = [], [], 0
    for r in rows("tanks.csv"):
        acid = number(r["acidity"])
        if r["laboratory"] == "Evora" and acid is not None:
            acid /= 1.99
        said, missed = walk(trees[taken], {"acidity_percent": acid, "peroxide": number(r["peroxide"]), "k232": number(r["k232"])})
        if said == "extra":
            (again if missed else now).append(r["tank"])
            litres += 0 if missed else int(r["litres"])
    return {
        "cost_a": round(mean["A"], 2), "cost_b": round(mean["B"], 2), "cost_c": round(mean["C"], 2),
        "standard_error": round(error, 2), "tree": taken,
        "bottle_now": ",".join(now), "measure_again": ",".join(again), "litres_now": litres,
    }
