"""Tables: orders by days left, trips by the month of the last one, money by a ledger, days by longest ways."""
from functools import lru_cache
from pathlib import Path


def figures(folder):
    read = lambda n: [l.split(",") for l in (Path(folder) / n).read_text().splitlines()[1:]]
    orders, shop, steps = read("orders.csv"), read("shop.csv"), read("steps.csv")

    @lru_cache(None)
    def pick(i, days, tall):
        if i == len(orders):
            return 0, ()
        o = orders[i]
        found = pick(i + 1, days, tall)
        if int(o[3]) <= days and not (tall and o[6] == "tall"):
            rest = pick(i + 1, days - int(o[3]), tall or o[6] == "tall")
            found = max(found, (rest[0] + int(o[4]) - 160 * int(o[5]), (o[0], *rest[1])))
        return found

    value, names = pick(0, 76, False)
    taken = [o for o in orders if o[0] in names]
    need = {m: sum(int(o[5]) for o in taken if int(o[2]) == m) + int(shop[m - 1][1]) - (80 if m == 1 else 0) for m in range(1, 5)}
    best = {5: (0, ())}
    for m in (4, 3, 2, 1):
        best[m] = min((7000 + sum(25 * (j - m) * need[j] for j in range(m, n)) + best[n][0], (m, *best[n][1])) for n in range(m + 1, 6))
    cost, trips = best[1]
    ledger = [(1, -64000)] + [(m, int(shop[m - 1][2]) - 55000) for m in need] + [(int(o[2]) + 1, int(o[4])) for o in taken]
    for m, n in zip(trips, (*trips[1:], 5)):
        ledger += [(m, -7000 - 160 * sum(need[j] for j in range(m, n)))]
        ledger += [(i, -25 * need[j]) for j in range(m, n) for i in range(m, j)]
    balance = [190000 + sum(x for t, x in ledger if t <= m) for m in need]
    days = {s[0]: int(s[2]) for s in steps}
    after = {s[0]: s[3].split() for s in steps}
    ends = lambda x: days[x] + max(map(ends, after[x]), default=0)
    tail = lambda x: days[x] + max((tail(y) for y in after if x in after[y]), default=0)
    total = max(map(ends, days))
    return {
        "orders_taken": ",".join(names), "worth": value, "trips": ",".join(map(str, trips)), "wool_cost": cost,
        "lowest_balance": min(balance), "ready_day": total, "stove_slack": total - tail("c"),
    }
