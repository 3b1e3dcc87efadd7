"""Doubled whole points and squares; weeks by cross multiplication."""
from fractions import Fraction as F
from math import sqrt
from pathlib import Path


def figures(folder):
    cut = lambda name: [x.split(",") for x in Path(folder, name).read_text(encoding="utf-8").splitlines()[1:]]
    n = sum_new = sum_old = sum_d = sum_d2 = bad = hit = alarms = 0
    for _, a, b, c, d, flag in cut("ratings.csv"):
        a, b, c, d = map(int, (a, b, c, d))
        if max(a, b) - min(a, b) > 20 or max(c, d) - min(c, d) > 20:
            continue
        n += 1
        sum_new += a + b
        sum_old += c + d
        sum_d += a + b - c - d
        sum_d2 += (a + b - c - d) ** 2
        rings = flag == "yes"
        alarms += rings
        if c + d < 130:
            bad += 1
            hit += rings
    var = F(sum_d2 * n - sum_d**2, n * (n - 1))
    weeks = [(w, int(m), int(x)) for w, m, x, why in cut("weeks.csv") if why == ""]
    m0, x0 = sum(m for w, m, _ in weeks if int(w) < 13), sum(x for w, _, x in weeks if int(w) < 13)
    # (x/m - c)^2 > 9 c (1-c) / m, for shares above the centre c.
    c = F(x0, m0)
    above = [w for w, m, x in weeks if F(x, m) > c and (F(x, m) - c) ** 2 * m > 9 * c * (1 - c)]
    return {
        "sentences": n, "mean_new": round(sum_new / 2 / n, 2), "mean_old": round(sum_old / 2 / n, 2),
        "t_value": round(sum_d / n / sqrt(var / n), 2), "catch_percent": round(100 * hit / bad, 1),
        "trust_percent": round(100 * hit / alarms, 1), "centre_percent": round(float(100 * c), 2),
        "weeks_above": ",".join(above),
    }
