"""All sets of orders, all sets of trips, the earliest days forward and the latest backward."""
import csv
import itertools
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    orders, shop, steps = rows("orders.csv"), rows("shop.csv"), rows("steps.csv")
    worth = lambda s: sum(int(r["price_som"]) - 160 * int(r["wool_kg"]) for r in s)
    sets = [s for n in range(8) for s in itertools.combinations(orders, n)]
    sets = [s for s in sets if sum(int(r["felter_days"]) for r in s) <= 76 and sum(r["last"] == "tall" for r in s) < 2]
    best = max(sets, key=worth)
    need = [int(m["wool_for_shop_kg"]) + sum(int(r["wool_kg"]) for r in best if r["month"] == m["month"]) for m in shop]
    need[0] -= 80
    plans = []
    for trips in (t for n in range(1, 5) for t in itertools.combinations(range(4), n) if t[0] == 0):
        buy = [sum(need[i:min([t for t in trips if t > i], default=4)]) if i in trips else 0 for i in range(4)]
        lie = [sum(buy[: i + 1]) - sum(need[: i + 1]) for i in range(4)]
        plans.append((7000 * len(trips) + 25 * sum(lie), trips, buy, lie))
    cost, trips, buy, lie = min(plans)
    cash, low = 190000 - 64000, []
    for i in range(4):
        cash += int(shop[i]["shop_sales_som"]) + sum(int(r["price_som"]) for r in best if int(r["month"]) == i)
        cash -= 160 * buy[i] + 7000 * (i in trips) + 25 * lie[i] + 55000
        low.append(cash)
    end = {}
    for s in steps:
        end[s["step"]] = int(s["days"]) + max([end[a] for a in s["after"].split()], default=0)
    total, late = max(end.values()), {}
    for s in reversed(steps):
        late[s["step"]] = min([late[x["step"]] - int(x["days"]) for x in steps if s["step"] in x["after"].split()], default=total)
    return {
        "orders_taken": ",".join(r["order"] for r in best), "worth": worth(best), "trips": ",".join(str(t + 1) for t in trips),
        "wool_cost": cost, "lowest_balance": min(low), "ready_day": total, "stove_slack": late["c"] - end["c"],
    }
