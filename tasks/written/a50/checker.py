"""Peak, machines per zone, cost; quorums by trying all."""
import csv
import math
import os


def figures(folder):
    with open(os.path.join(folder, "load_2025.csv"), newline="") as file:
        load = list(csv.DictReader(file))
    grow = 418600 / 364000
    first = max(int(r["requests"]) * (1 - float(r["share_failed"])) for r in load)
    peak = first * grow / 60 * 1.3
    kinds = {}
    for kind, rate, hour, week in (("small", 480, 1.90, 212.0), ("large", 1100, 4.10, 468.0)):
        zone = math.ceil(peak / (0.75 * rate) / 2)
        kinds[kind] = (min(3 * zone * 12 * hour, 3 * zone * week), 3 * zone)
    kind = min(kinds, key=kinds.get)
    front, machines = kinds[kind]
    quiet = 6 * 156 * 1.90
    traffic = (31e6 * grow - 5e6) / 1000 * 0.021
    total = front + quiet + traffic + 2 * 650 + 5 * 940
    zones = (2, 2, 1)
    fits = [
        (r, w)
        for r in range(1, 6)
        for w in range(1, 6)
        if r + w > 5 and 2 * w > 5 and all(5 - z >= max(r, w) for z in zones)
    ]
    r, w = min(fits)
    return {
        "peak_per_second": round(peak, 1), "machine_type": kind, "machines": machines, "front_cost": round(front, 2),
        "week_cost": round(total, 2), "read_replicas": r, "write_replicas": w,
    }
