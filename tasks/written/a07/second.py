"""Spearman by the formula with tie corrections, in exact fractions; years by comparing texts."""
from collections import Counter
from fractions import Fraction
from pathlib import Path


def places(values):
    count, seen, out = Counter(values), 0, {}
    for v in sorted(count):
        out[v] = seen + Fraction(count[v] + 1, 2)
        seen += count[v]
    return [out[v] for v in values], sum(c**3 - c for c in count.values())


def spearman(a, b):
    n = len(a)
    (x, tx), (y, ty) = places(a), places(b)
    d2 = sum((p - q) ** 2 for p, q in zip(x, y))
    sx, sy = Fraction(n**3 - n - tx, 12), Fraction(n**3 - n - ty, 12)
    return float((sx + sy - d2) / 2) / float(sx * sy) ** 0.5


def figures(folder):
    lines = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    points = {f[0]: f[1:] for f in lines("scores.csv")}
    sheet, paid = [], []
    for hire, start, left, percent in lines("performance.csv"):
        anniversary = str(int(start[:4]) + 1) + start[4:]
        if anniversary > "2026-04-01" or (left and left < anniversary):
            continue
        day, *q = points[hire]
        q = [int(v) for v in q]
        if day < "2024-07-01":
            q[2] = 6 - q[2]
        sheet.append(q)
        paid.append(Fraction(percent))
    column = list(zip(*sheet))
    found = sorted(((spearman(c, paid), f"Q{i}") for i, c in enumerate(column, 1)), reverse=True)
    by_name = {name: value for value, name in found}
    pairs = sorted((spearman(column[i], column[j]), f"Q{i + 1},Q{j + 1}") for i in range(6) for j in range(i + 1, 6))
    return {
        "hires_used": len(paid),
        "best_question": found[0][1],
        "best_rho": round(found[0][0], 3),
        "q3_rho": round(by_name["Q3"], 3),
        "q4_rho": round(by_name["Q4"], 3),
        "sum_rho": round(spearman([sum(q) for q in sheet], paid), 3),
        "twins": pairs[-1][1],
        "twins_rho": round(pairs[-1][0], 3),
    }
