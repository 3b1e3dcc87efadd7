"""All plans tried."""
import csv
import itertools
import math
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    used = [(float(r["log_ratio"]), float(r["standard_error"])) for r in rows("studies.csv") if r["study"] in ("S1", "S2", "S3")]
    weight = [1 / s**2 for _, s in used]
    pooled = sum(w * x for w, (x, _) in zip(weight, used)) / sum(weight)
    factor = math.exp(pooled)
    zones = [(float(r["chance_outbreak"]), float(r["loss_if_outbreak_thousand_cedi"]), 2 if r["access"] == "boat" else 1) for r in rows("zones.csv")]
    loss = lambda plan: sum(p * l * factor**w for (p, l, _), w in zip(zones, plan))

    def best(weeks):
        plans = [x for x in itertools.product(range(5), repeat=5) if sum(w * c for w, (_, _, c) in zip(x, zones)) <= weeks]
        return min(plans, key=lambda x: (round(loss(x), 6), x))

    plan = best(9)
    p = (0.20 + 0.12) / 2
    arm = math.ceil(round(16 * p * (1 - p) / 0.08**2, 9))
    return {
        "factor": round(factor, 3),
        "loss_nothing": round(loss((0,) * 5), 1),
        "plan": ",".join(map(str, plan)),
        "loss_plan": round(loss(plan), 1),
        "loss_sampson": round(loss((0, 0, 0, 4, 0)), 1),
        "tenth_week": round(loss(plan) - loss(best(10)), 1),
        "farms_per_arm": 20 * math.ceil(round(arm * 1.95 / 20, 9)),
    }
