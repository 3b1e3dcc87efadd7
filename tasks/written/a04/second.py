"""Depth-first cover of the remaining crates, truck by truck, in tenths of hours and cents."""
import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

POINTS = ("Tambo", "Suyo", "La Pena", "Olmos", "Vega")
WISH = (300, 180, 140, 210, 80)


def figures(folder):
    here = Path(folder)
    lines = lambda name: [line.split(",") for line in (here / name).read_text().splitlines()[1:]]
    loops = []
    for _, points, km, hours in lines("loops.csv"):
        stops = tuple(POINTS.index(p) for p in points.split(" + "))
        if 2 in stops and len(stops) > 1:
            continue
        loops.append((stops, int(km), round(float(hours) * 10)))

    @lru_cache(maxsize=None)
    def least(rest, trucks, left):
        """Fewest km for what is left, with so many fresh trucks and so many tenths of the present one."""
        if not any(rest):
            return 0
        best = 10**9
        for stops, km, tenths in loops:
            if not any(rest[s] for s in stops):
                continue
            for first in range(0, 261, 10):
                take = list(rest)
                amounts = (first,) if len(stops) == 1 else (first, 260 - first)
                if len(stops) == 1 and first != 260:
                    continue
                for stop, amount in zip(stops, amounts):
                    take[stop] = max(0, take[stop] - amount)
                if tuple(take) == rest:
                    continue
                if tenths <= left:
                    best = min(best, km + least(tuple(take), trucks, left - tenths))
                elif trucks:
                    best = min(best, km + least(tuple(take), trucks - 1, 110 - tenths))
        return best

    for trucks in range(1, 6):
        km = least(WISH, trucks - 1, 110)
        if km < 10**9:
            break
    came = [fields[2] for fields in lines("spot_2025.csv") if "called" not in fields[3]]
    miss = Fraction(came.count("no"), len(came))
    table = re.findall(r"(0\.\d\d) +S/ (\d+)", (here / "mail_chair.txt").read_text())
    mean = sum(Fraction(c) * Fraction(p) for c, p in table)
    market = trucks * (mean + miss * (2600 - mean))
    road = Fraction("1.90") * Fraction("1.04") * km
    return {
        "crates_per_day": sum(WISH),
        "trucks": trucks,
        "km_per_day": km,
        "market_per_day": round(float(market), 2),
        "offer_per_day": round(float(3 * 690 + road), 2),
        "leave_above": round(float(market / trucks - road / trucks), 2),
    }
