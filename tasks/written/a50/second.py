"""Exact fractions; quorums by looking at which sets of replicas survive a zone and meet."""
from fractions import Fraction as F
from itertools import combinations
from pathlib import Path


def figures(folder):
    lines = [row.split(",") for row in Path(folder, "load_2025.csv").read_text().splitlines()[1:]]
    grow = F(418600, 364000)
    peak = max(F(n) * (1 - F(share)) for _, n, share in lines) * grow * F(13, 600)
    found = []
    for kind, rate, hour, week in (("small", 480, F("1.9"), 212), ("large", 1100, F("4.1"), 468)):
        zone = 1
        while 2 * zone * F(3, 4) * rate < peak:
            zone += 1
        found.append((min(12 * hour, F(week)) * 3 * zone, kind, 3 * zone))
    front, kind, machines = min(found)
    week = front + 936 * F("1.9") + (31000 * grow - 5000) * F("0.021") + 1300 + 4700
    home = {0: "A1", 1: "A1", 2: "A2", 3: "A2", 4: "T"}
    alive = [[n for n in home if home[n] != lost] for lost in ("A1", "A2", "T")]

    def holds(r, w):
        reads, writes = list(combinations(home, r)), list(combinations(home, w))
        meet = all(set(a) & set(b) for a in writes for b in reads + writes)
        return meet and all(len(left) >= r and len(left) >= w for left in alive)

    r, w = next((r, w) for r in range(1, 6) for w in range(1, 6) if holds(r, w))
    return {
        "peak_per_second": round(float(peak), 1), "machine_type": kind, "machines": machines,
        "front_cost": round(float(front), 2), "week_cost": round(float(week), 2), "read_replicas": r, "write_replicas": w,
    }
