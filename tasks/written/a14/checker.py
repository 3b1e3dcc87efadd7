"""Month by month in hundred-thousandths of a dollar."""
import csv
import os

PRICE = {40000: 3300, 50000: 3200, 60000: 3100, 70000: 3000}


def plan(folder):
    with open(os.path.join(folder, "hours_2025.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    out = []
    for r in rows:
        month = int(r["month"][-2:])
        hours = {h: int(r[h]) for h in ("Biobio", "Mapocho", "Elqui", "Calle-Calle")}
        if month == 6:
            hours["Elqui"] -= 14000
        if month in (7, 8):
            hours["Biobio"] = 0
        if month >= 9:
            hours["Mapocho"] = hours["Mapocho"] * 12 / 10
        out.append(hours)
    return out


def cost(months, commit, carry=False):
    total = left = 0
    for hours in months:
        need = max(0, hours - commit)
        total += commit * PRICE[commit]
        total += max(0, need - left) * 4400
        left = max(0, commit - hours) if carry else 0
    return total / 100000


def figures(folder):
    houses = plan(folder)
    months = [sum(h.values()) for h in houses]
    open_cost = sum(min(m, 40000) * 0.0420 + max(0, m - 40000) * 0.0360 for m in months)
    best = min(PRICE, key=lambda c: cost(months, c))
    year = {h: sum(m[h] for m in houses) for h in houses[0]}
    quota = {h: best / 1000 * y / sum(year.values()) for h, y in year.items()}
    blocks = {h: int(q) for h, q in quota.items()}
    for h in sorted(quota, key=lambda h: blocks[h] - quota[h])[: best // 1000 - sum(blocks.values())]:
        blocks[h] += 1
    return {
        "hours_2026": round(sum(months)),
        "cost_open": round(open_cost, 2),
        "cost_70000": round(cost(months, 70000), 2),
        "best_commitment": best,
        "cost_best": round(cost(months, best), 2),
        "carry_worth": round(cost(months, best) - cost(months, best, carry=True), 2),
        "calle_calle_pays": round(blocks["Calle-Calle"] * 1000 * 12 * PRICE[best] / 100000, 2),
    }
