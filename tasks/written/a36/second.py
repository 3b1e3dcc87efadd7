"""Whole tenths of a kilogram, cross-multiplied limits, flood fill, a table over the hours."""
from fractions import Fraction
from pathlib import Path


def figures(folder):
    cut = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    place, hives, hours, twice = {}, {}, {}, {}
    for y, _, east, north, n, load in cut("yards.csv"):
        place[y], hives[y], hours[y], twice[y] = complex(int(east), int(north)), int(n), int(load), 0
    strong, h2 = 0, None
    for y, no, one, two, a, b, brood, mites, bees, remark in cut("hives.csv"):
        days = int(two[-2:]) - int(one[-2:])
        tenths = int(b.replace(".", "")) - int(a.replace(".", "")) - 60 * remark.startswith("super")
        if y + no == "H2":
            h2 = Fraction(tenths, 10 * days)
        if int(mites) * 100 > 3 * int(bees):
            hours[y] += 2
            twice[y] += 3
        elif tenths >= (5 if int(brood) > 5 else 8) * days:
            strong += 1
            twice[y] += 8
        else:
            twice[y] += 3 if int(brood) > 5 else 1
    far = lambda p, q: abs(p - q) if (p.imag > 0) == (q.imag > 0) else abs(p - 10) + abs(q - 10)
    left, facts = sorted(place), []
    while left:
        queue, group = [left.pop(0)], []
        while queue:
            k = queue.pop()
            group.append(k)
            near = [m for m in left if far(place[k], place[m]) <= 5.5]
            left = [m for m in left if m not in near]
            queue += near
        facts.append(("+".join(sorted(group)), Fraction(sum(twice[k] * hives[k] for k in group), 2), sum(hours[k] for k in group)))
    best = [(Fraction(0), ())] * 16
    for name, value, need in facts:
        for h in range(15, need - 1, -1):
            best[h] = max(best[h], (best[h - need][0] + value, best[h - need][1] + (name,)))
    return {
        "gain_h2": round(float(h2), 2), "strong": strong, "km_af": round(far(place["A"], place["F"]), 2),
        "groups": ",".join(f[0] for f in facts), "order": ",".join(f[0] for f in sorted(facts, key=lambda f: f[1] / f[2], reverse=True)),
        "plan": ",".join(sorted(best[15][1])), "plan_kg": float(best[15][0]),
    }
