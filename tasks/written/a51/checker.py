"""All mixtures simulated; covers by growing size over all sets of builds."""
import csv
import itertools
import os
import tomllib


def mixtures(put, take):
    total = small = large = 0
    n = len(put) + len(take)
    for spots in itertools.combinations(range(n), len(take)):
        count, c, k = 1, 0, 0
        a, b = iter(put), iter(take)
        for i in range(n):
            for step in next(b) if i in spots else next(a):
                if step == "S4":
                    c = count
                elif step == "S5":
                    count = c + 1
                elif step == "U1":
                    k = count
                elif step == "U4":
                    count = k - 1
        total += 1
        small += count < 1
        large += count > 1
    return total, small, large


def figures(folder):
    with open(os.path.join(folder, "build.toml"), "rb") as file:
        plan = tomllib.load(file)
    names = list(plan["options"])
    never = [{k: v for k, v in n.items() if k != "why"} for n in plan["never"]]
    builds = [dict(zip(names, values)) for values in itertools.product(*plan["options"].values())]
    builds = [b for b in builds if not any(all(b[k] == v for k, v in n.items()) for n in never)]
    pairs = [frozenset(itertools.combinations(b.items(), 2)) for b in builds]
    every = frozenset().union(*pairs)
    size = next(n for n in range(1, 30) if any(frozenset().union(*s) == every for s in itertools.combinations(pairs, n)))
    with open(os.path.join(folder, "tests.csv"), newline="") as file:
        minutes = sum(float(r["minutes"]) for r in csv.DictReader(file) if r["state"] == "active")
    total, small, large = mixtures([["S1"], ["S2"], ["S3"], ["S4"], ["S5"]], [["U1"], ["U2"], ["U3"], ["U4"]])
    _, small_lock, large_lock = mixtures([["S1"], ["S2"], ["S3"], ["S4", "S5"]], [["U1"], ["U2"], ["U3"], ["U4"]])
    return {
        "mixtures": total, "too_small": small, "too_large": large, "too_small_lock": small_lock,
        "too_large_lock": large_lock, "builds": len(builds),
        "builds_at_risk": sum(b["kernel"] == "preempt" and b["radio"] != "none" for b in builds),
        "builds_needed": size, "night_minutes": size * minutes,
    }
