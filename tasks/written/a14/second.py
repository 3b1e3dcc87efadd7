"""Columns instead of months, Decimal money, and the carried hours as a queue."""
from collections import deque
from decimal import Decimal as D
from pathlib import Path

NAMES = ["Biobio", "Mapocho", "Elqui", "Calle-Calle"]


def figures(folder):
    cells = [l.split(",")[1:5] for l in Path(folder, "hours_2025.csv").read_text().splitlines()[1:]]
    column = {n: [D(c[i]) for c in cells] for i, n in enumerate(NAMES)}
    column["Elqui"][5] -= 14000
    column["Biobio"][6:8] = [D(0), D(0)]
    column["Mapocho"][8:] = [v * D("1.2") for v in column["Mapocho"][8:]]
    total = [sum(v) for v in zip(*column.values())]
    offers = {40: D("0.033"), 50: D("0.032"), 60: D("0.031"), 70: D("0.030")}
    over = {k: [max(D(0), t - k * 1000) for t in total] for k in offers}
    price = {k: 12 * k * 1000 * p + D("0.044") * sum(over[k]) for k, p in offers.items()}
    best = sorted(offers, key=price.get)[0]
    unused, saved = deque([D(0)], maxlen=1), D(0)
    for t in total:
        saved += min(unused[0], max(D(0), t - best * 1000))
        unused.append(max(D(0), best * 1000 - t))
    year = {n: sum(v) for n, v in column.items()}
    exact = {n: best * y / sum(year.values()) for n, y in year.items()}
    dealt = {n: int(e) for n, e in exact.items()}
    order = sorted(NAMES, key=lambda n: exact[n] % 1, reverse=True)
    while sum(dealt.values()) < best:
        dealt[order.pop(0)] += 1
    return {
        "hours_2026": int(sum(total)),
        "cost_open": float(round(sum(t * D("0.036") + D("0.006") * min(t, D(40000)) for t in total), 2)),
        "cost_70000": float(round(price[70], 2)),
        "best_commitment": best * 1000,
        "cost_best": float(round(price[best], 2)),
        "carry_worth": float(round(saved * D("0.044"), 2)),
        "calle_calle_pays": float(round(12000 * dealt["Calle-Calle"] * offers[best], 2)),
    }
