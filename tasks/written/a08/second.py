"""Orthogonal columns (Gram-Schmidt); the left-out miss from the residual and the leverage, one fit a model."""
from math import ceil, floor, sqrt
from pathlib import Path


def figures(folder):
    rows = [line.split(",") for line in Path(folder, "nights.csv").read_text().splitlines()[1:]]
    rows = [r for r in rows if "rain" not in r[4] and "scale" not in r[4]]
    y = [float(r[3]) for r in rows]
    one = [1.0] * len(y)
    snow = [float(r[2]) for r in rows]
    cold = [abs(float(r[1])) for r in rows]
    both = [s * c for s, c in zip(snow, cold)]
    dot = lambda a, b: sum(p * q for p, q in zip(a, b))

    def fit(columns):
        basis = []
        for col in columns:
            v = list(col)
            for _ in range(2):
                for q in basis:
                    f = dot(q, v)
                    v = [s - f * t for s, t in zip(v, q)]
            size = sqrt(dot(v, v))
            basis.append([s / size for s in v])
        left = list(y)
        for q in basis:
            f = dot(q, left)
            left = [s - f * t for s, t in zip(left, q)]
        lever = [sum(q[i] ** 2 for q in basis) for i in range(len(y))]
        loo = sqrt(sum((e / (1 - h)) ** 2 for e, h in zip(left, lever)) / len(y))
        # The last column's coefficient: project y on what is new in it.
        new = basis[-1]
        return loo, sqrt(dot(left, left) / (len(y) - len(columns))), dot(new, y) / dot(new, columns[-1])

    models = {"M1": [one, snow], "M2": [one, snow, cold], "M3": [one, snow, cold, both]}
    found = {name: fit(columns) for name, columns in models.items()}
    best = min(v[0] for v in found.values())
    name = [m for m in sorted(found) if found[m][0] / best <= 1.03][0]
    _, scatter, last = found[name]
    if name == "M3":
        last = fit([one, snow, both, cold])[2]
    nights = min(floor(13600 / 640), 30 - 3)
    return {
        "miss_m1": round(found["M1"][0], 2), "miss_m2": round(found["M2"][0], 2), "miss_m3": round(found["M3"][0], 2),
        "model": name, "cold_kg": round(last, 2), "scatter": round(scatter, 2),
        "nights_needed": ceil(2 * 2.8**2 * scatter**2 / 100),
        "saving_detectable": round(2.8 * scatter * sqrt(2 / nights), 1),
    }
