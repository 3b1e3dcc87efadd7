"""Exact fractions through moles of chlorine; the threshold turned back into millilitres."""
from decimal import Decimal
from fractions import Fraction as F
from math import sqrt
from pathlib import Path


def figures(folder):
    per_ml = F("0.1010") / 2 * F("70.90") * F(500, 10) / 25  # g/l of product for one ml of thiosulfate
    lots = {}
    for line in Path(folder, "titration.csv").read_text().splitlines()[1:]:
        lot, _, *burette, day = line.split(",")
        lots.setdefault(lot, []).append(([F(x) for x in burette], day))
    good, loaded, held = {}, [], 0
    for lot, sets in lots.items():
        valid = [s for s, _ in sets if (max(s) - min(s)) * 3 * 200 <= 3 * sum(s)]
        if not valid:
            held += 1
            continue
        ml = sum(valid[0]) / 3
        good[lot] = ml * per_ml
        month, date = map(int, sets[0][1].split("-")[1:])
        days = 12 + (31 - date if month == 5 else -date)
        if ml >= (F("148.99") + F("0.6") * days) / per_ml:
            loaded.append(lot)
    n, total = len(good), sum(good.values())
    var = sum((g - total / n) ** 2 for g in good.values()) / (n - 1)
    gallons = Decimal(8000) * Decimal("4.54609") * 5 / Decimal("148.99") / 1000
    return {
        "mean_g_per_l": round(float(total / n), 2),
        "sd_g_per_l": round(sqrt(var), 2),
        "mean_percent_mass": round(float(total / n / F("12.2")), 2),
        "lots_to_load": ",".join(loaded),
        "dose_litres": float(round(gallons, 2)),
        "lots_held": held,
    }
