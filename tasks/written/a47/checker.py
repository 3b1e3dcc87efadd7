"""Lists and statistics."""
import csv
import math
import os
import statistics


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    kept = []
    for r in rows("ratings.csv"):
        n1, n2, o1, o2 = (int(r[k]) for k in ("new_r1", "new_r2", "old_r1", "old_r2"))
        if abs(n1 - n2) <= 20 and abs(o1 - o2) <= 20:
            kept.append(((n1 + n2) / 2, (o1 + o2) / 2, r["alarm_on_old"] == "yes"))
    diff = [a - b for a, b, _ in kept]
    t = statistics.fmean(diff) / (statistics.stdev(diff) / math.sqrt(len(diff)))
    bad = [alarm for _, old, alarm in kept if old < 65]
    weeks = [r for r in rows("weeks.csv") if not r["remark"]]
    base = [r for r in weeks if int(r["week"]) <= 12]
    centre = sum(int(r["wrong"]) for r in base) / sum(int(r["checked"]) for r in base)
    above = []
    for r in weeks:
        n = int(r["checked"])
        if int(r["wrong"]) / n > centre + 3 * math.sqrt(centre * (1 - centre) / n):
            above.append(r["week"])
    return {
        "sentences": len(kept), "mean_new": round(statistics.fmean(a for a, _, _ in kept), 2),
        "mean_old": round(statistics.fmean(b for _, b, _ in kept), 2), "t_value": round(t, 2),
        "catch_percent": round(100 * sum(bad) / len(bad), 1),
        "trust_percent": round(100 * sum(bad) / sum(x for _, _, x in kept), 1),
        "centre_percent": round(100 * centre, 2), "weeks_above": ",".join(above),
    }
