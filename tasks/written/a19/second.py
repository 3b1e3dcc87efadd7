"""Corner points: every order of three crops cut at 40 hours, at 60 or at nothing; the price solved at each corner."""
from fractions import Fraction as F
from itertools import product
from pathlib import Path


def corners(folder, wilted):
    """Pairs of hours used and extra leva over selling fresh, at all corners of the polygon."""
    crop = {}
    for line in Path(folder, "crops.csv").read_text().splitlines()[1:]:
        _, name, tonnes, hours, here, other = line.split(",")
        before = crop[name][0] if name in crop else 0
        crop[name] = [before + F(tonnes), F(hours), F(here), F(other)]
    del crop["linden"]
    crop["lemon balm"][3] = F(105)
    if wilted:
        crop["mint"][1] *= F(3, 4)
        crop["mint"][2] -= 9
    names = list(crop)
    full = {n: crop[n][0] * crop[n][1] for n in names}
    rate = {n: (crop[n][2] - crop[n][3]) / crop[n][1] for n in names}
    points = []
    for pattern in product((0, 1), repeat=3):
        hours = {n: full[n] * p for n, p in zip(names, pattern)}
        if sum(hours.values()) <= 60:
            points.append(hours)
        for part in names:  # one crop cut so that the sum is just 40 or 60
            for bound in (40, 60):
                rest = bound - sum(h for n, h in hours.items() if n != part)
                if 0 <= rest <= full[part]:
                    points.append({**hours, part: F(rest)})
    return [(sum(h.values()), sum(h[n] * rate[n] for n in names), h["lemon balm"] / crop["lemon balm"][1]) for h in points]


def figures(folder):
    found = {}
    for wilted in (False, True):
        found[wilted] = max(((g - 38 * max(F(40), u), u, balm) for u, g, balm in corners(folder, wilted)))
    best = max(found.values())
    limit = max(g / max(F(40), u) for w in (False, True) for u, g, _ in corners(folder, w))
    return {
        "hours_a_week": round(float(best[1]), 2), "balm_tonnes": round(float(best[2]), 2),
        "gain_wet": round(float(found[False][0]), 2), "gain_wilted": round(float(found[True][0]), 2),
        "leave_above": round(float(limit), 2), "mill_margin": round(float(best[1] * (38 - F("21.4"))), 2),
    }
