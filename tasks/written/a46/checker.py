"""Transform by cosine and sine sums; the line by normal equations."""
import csv
import math
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    x = [float(r["accel_ms2"]) for r in rows("gauge_16hz.csv")]
    n = len(x)
    mean = sum(x) / n
    x = [v - mean for v in x]

    def size(k):
        re = sum(v * math.cos(2 * math.pi * k * i / n) for i, v in enumerate(x))
        im = sum(v * math.sin(2 * math.pi * k * i / n) for i, v in enumerate(x))
        return math.hypot(re, im)

    f = max(range(1, n // 2 + 1), key=size) * 16 / n
    pts = [(int(r["cycle"]), math.log(float(r["peak_ms2"]))) for r in rows("peaks.csv")]
    while True:
        m = len(pts)
        mx, my = sum(p[0] for p in pts) / m, sum(p[1] for p in pts) / m
        slope = sum((a - mx) * (b - my) for a, b in pts) / sum((a - mx) ** 2 for a, _ in pts)
        left = [b - my - slope * (a - mx) for a, b in pts]
        s = math.sqrt(sum(e * e for e in left) / (m - 2))
        kept = [p for p, e in zip(pts, left) if abs(e) <= 2.5 * s]
        if len(kept) == m:
            break
        pts = kept
    zeta = -slope / (2 * math.pi)
    mass = 62.0 * (184 + 61) / 2

    def swing(z):
        return 10.8 * math.sqrt(z * 30) * 90 / (2 * z * mass)

    mu = 190 / mass
    want = f / (1 + mu)
    return {
        "frequency_hz": round(f, 2), "peaks_kept": m, "damping_percent": round(100 * zeta, 2),
        "swing_now": round(swing(zeta), 2), "damper_hz_rev_b": round(math.sqrt(4 * 6900 / 190) / (2 * math.pi), 2),
        "damper_hz_wanted": round(want, 2), "spring_wanted": round((2 * math.pi * want) ** 2 * 190 / 4 / 1000, 1),
        "swing_tuned": round(swing(zeta + 0.25 * math.sqrt(mu)), 2),
    }
