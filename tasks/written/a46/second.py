"""Complex sums; the line through statistics.linear_regression with marks for what is out."""
import cmath
import statistics
from math import log, pi, sqrt
from pathlib import Path


def figures(folder):
    cut = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    a = [float(v) for _, v in cut("gauge_16hz.csv")]
    mid = statistics.fmean(a)
    turn = cmath.exp(-2j * pi / len(a))
    power = {k: abs(sum((v - mid) * turn ** (k * i) for i, v in enumerate(a))) ** 2 for k in range(1, 49)}
    f = sorted(power, key=power.get)[-1] / (len(a) / 16)
    swing_of = {int(c): log(float(p)) for c, p, _ in cut("peaks.csv")}
    out = set()
    while True:
        use = sorted(set(swing_of) - out)
        line = statistics.linear_regression(use, [swing_of[c] for c in use])
        miss = {c: swing_of[c] - line.intercept - line.slope * c for c in use}
        s = sqrt(sum(e**2 for e in miss.values()) / (len(use) - 2))
        more = {c for c, e in miss.items() if abs(e) > 2.5 * s}
        if not more:
            break
        out |= more
    z = -line.slope / 2 / pi
    mass = 31 * 245
    # a = 10.8 * 90 / 2 * root(30 / z) / mass
    swing = lambda d: 486 * sqrt(30 / d) / mass
    wanted = f * mass / (mass + 190)
    return {
        "frequency_hz": round(f, 2), "peaks_kept": len(use), "damping_percent": round(z * 100, 2),
        "swing_now": round(swing(z), 2), "damper_hz_rev_b": round(sqrt(27600 / 190) / 2 / pi, 2),
        "damper_hz_wanted": round(wanted, 2), "spring_wanted": round(47.5 * (2 * pi * wanted) ** 2 / 1000, 1),
        "swing_tuned": round(swing(z + sqrt(190 / mass) / 4), 2),
    }
