"""Try every multiset of loads, fill it greedily by a small flow, pack it into days, keep fewest trucks then kilometres."""
import csv
import os
from itertools import combinations_with_replacement, product

NEED = {"Tambo": 320 - 20, "Suyo": 200 * 9 // 10, "La Pena": 140, "Olmos": 210, "Vega": 90 - 10}
CAPACITY, DAY = 260, 11.0


def carries(loads):
    """Hall's condition: for each set of points, the loads that touch it can take what it needs."""
    names = list(NEED)
    for mask in product([0, 1], repeat=len(names)):
        chosen = {n for n, bit in zip(names, mask) if bit}
        if sum(NEED[n] for n in chosen) > CAPACITY * sum(bool(chosen & pts) for pts, _, _ in loads):
            return False
    return True


def days(hours):
    for trucks in range(1, len(hours) + 1):
        for seats in product(range(trucks), repeat=len(hours)):
            if all(sum(h for h, s in zip(hours, seats) if s == t) <= DAY + 1e-9 for t in range(trucks)):
                return trucks
    return 99


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    loops = []
    for r in rows("loops.csv"):
        points = set(r["points"].split(" + "))
        if "La Pena" not in points or len(points) == 1:
            loops.append((points, int(r["km"]), float(r["hours"])))
    best = (99, 0)
    for count in (4, 5):
        for loads in combinations_with_replacement(loops, count):
            if carries(loads):
                best = min(best, (days([h for _, _, h in loads]), sum(k for _, k, _ in loads)))
    trucks, km = best
    spot = [r for r in rows("spot_2025.csv") if "called it off" not in r["remark"]]
    absent = sum(r["came"] == "no" for r in spot) / len(spot)
    with open(os.path.join(folder, "mail_chair.txt")) as file:
        states = [line.split("S/") for line in file if line.startswith("    ")]
    price = sum(float(chance.split()[-1]) * float(soles) for chance, soles in states)
    market = trucks * ((1 - absent) * price + absent * 2600)
    road = km * 1.90 * 1.04
    return {
        "crates_per_day": sum(NEED.values()),
        "trucks": trucks,
        "km_per_day": km,
        "market_per_day": round(market, 2),
        "offer_per_day": round(max(3, trucks) * 690 + road, 2),
        "leave_above": round((market - road) / trucks, 2),
    }
