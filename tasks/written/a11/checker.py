"""Grams per litre from the burette, set by set, and loss by days."""
import csv
import datetime as dt
import os
import statistics


def figures(folder):
    with open(os.path.join(folder, "titration.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    strength, made = {}, {}
    for r in rows:
        v = [float(r[f"thiosulfate_ml_{i}"]) for i in (1, 2, 3)]
        mean = sum(v) / 3
        made.setdefault(r["lot"], dt.date.fromisoformat(r["made_on"]))
        if r["lot"] in strength or max(v) - min(v) > 0.015 * mean:
            continue
        grams_in_25 = mean / 1000 * 0.1010 * 35.45
        strength[r["lot"]] = grams_in_25 / 25 * 500 / 10 * 1000
    load = [lot for lot, s in strength.items() if s - 0.60 * (dt.date(2026, 6, 12) - made[lot]).days >= 47 * 3.17]
    values = list(strength.values())
    mean = statistics.fmean(values)
    return {
        "mean_g_per_l": round(mean, 2),
        "sd_g_per_l": round(statistics.stdev(values), 2),
        "mean_percent_mass": round(mean / 1220 * 100, 2),
        "lots_to_load": ",".join(sorted(load)),
        "dose_litres": round(5 * 8000 * 4.54609 / (47 * 3.17) / 1000, 2),
        "lots_held": len(made) - len(strength),
    }
