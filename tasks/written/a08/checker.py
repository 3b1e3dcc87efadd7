"""Normal equations by elimination; each night left out and the model fitted anew."""
import csv
import math
import os


def solve(x, y):
    p = len(x[0])
    a = [[sum(r[i] * r[j] for r in x) for j in range(p)] + [sum(r[i] * v for r, v in zip(x, y))] for i in range(p)]
    for i in range(p):
        k = max(range(i, p), key=lambda r: abs(a[r][i]))
        a[i], a[k] = a[k], a[i]
        for r in range(p):
            if r != i:
                f = a[r][i] / a[i][i]
                a[r] = [u - f * w for u, w in zip(a[r], a[i])]
    return [a[i][p] / a[i][i] for i in range(p)]


def figures(folder):
    with open(os.path.join(folder, "nights.csv"), newline="") as file:
        nights = [r for r in csv.DictReader(file) if not r["remark"]]
    snow = [float(r["new_snow_cm"]) for r in nights]
    cold = [-float(r["air_min_c"]) for r in nights]
    salt = [float(r["salt_kg_per_km"]) for r in nights]
    n = len(nights)
    designs = {
        "M1": [[1, s] for s in snow],
        "M2": [[1, s, c] for s, c in zip(snow, cold)],
        "M3": [[1, s, c, s * c] for s, c in zip(snow, cold)],
    }
    miss = {}
    for name, x in designs.items():
        total = 0.0
        for i in range(n):
            b = solve(x[:i] + x[i + 1 :], salt[:i] + salt[i + 1 :])
            total += (salt[i] - sum(p * q for p, q in zip(b, x[i]))) ** 2
        miss[name] = math.sqrt(total / n)
    taken = next(m for m in ("M1", "M2", "M3") if miss[m] <= 1.03 * min(miss.values()))
    x = designs[taken]
    b = solve(x, salt)
    rss = sum((y - sum(p * q for p, q in zip(b, r))) ** 2 for r, y in zip(x, salt))
    scatter = math.sqrt(rss / (n - len(b)))
    diff = math.sqrt(2) * scatter
    need = math.ceil((2.8 * diff / 10) ** 2)
    can = min((15000 - 1400) // 640, 27)
    return {
        "miss_m1": round(miss["M1"], 2), "miss_m2": round(miss["M2"], 2), "miss_m3": round(miss["M3"], 2),
        "model": taken, "cold_kg": round(b[2], 2), "scatter": round(scatter, 2), "nights_needed": need,
        "saving_detectable": round(2.8 * diff / math.sqrt(can), 1),
    }
