"""Average ranks, then the product-moment correlation of ranks."""
import csv
import datetime as dt
import os
from itertools import combinations
from math import sqrt


def ranks(values):
    return [sum(other < v for other in values) + (sum(other == v for other in values) + 1) / 2 for v in values]


def rho(a, b):
    x, y = ranks(a), ranks(b)
    mx, my = sum(x) / len(x), sum(y) / len(y)
    num = sum((p - mx) * (q - my) for p, q in zip(x, y))
    return num / sqrt(sum((p - mx) ** 2 for p in x) * sum((q - my) ** 2 for q in y))


def data(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    work = {r["hire"]: r for r in rows("performance.csv")}
    out = []
    for r in rows("scores.csv"):
        p = work[r["hire"]]
        start = dt.date.fromisoformat(p["started"])
        full = start.replace(year=start.year + 1) - dt.timedelta(days=1)
        if full > dt.date(2026, 3, 31) or (p["left"] and dt.date.fromisoformat(p["left"]) <= full):
            continue
        q = [int(r[f"q{i}"]) for i in range(1, 7)]
        if r["interviewed"] <= "2024-06-30":
            q[2] = 6 - q[2]
        out.append((*q, float(p["loans_on_time_percent"])))
    return list(zip(*out))


def figures(folder):
    *questions, paid = data(folder)
    each = [rho(q, paid) for q in questions]
    pair = max(combinations(range(6), 2), key=lambda ij: rho(questions[ij[0]], questions[ij[1]]))
    best = max(range(6), key=lambda i: each[i])
    return {
        "hires_used": len(paid),
        "best_question": f"Q{best + 1}",
        "best_rho": round(each[best], 3),
        "q3_rho": round(each[2], 3),
        "q4_rho": round(each[3], 3),
        "sum_rho": round(rho([sum(q) for q in zip(*questions)], paid), 3),
        "twins": "Q{},Q{}".format(*(i + 1 for i in pair)),
        "twins_rho": round(rho(questions[pair[0]], questions[pair[1]]), 3),
    }
