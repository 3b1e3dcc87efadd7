"""Decimal euros by class; the queue by jumping from hand-over to hand-over."""
import heapq
from collections import Counter
from decimal import Decimal, ROUND_HALF_UP
from pathlib import Path


def figures(folder):
    cut = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    cents = lambda x: float(x.quantize(Decimal("0.01"), ROUND_HALF_UP))
    price = dict(hand=Decimal(2), power=Decimal(6), machine=Decimal(15))
    daily = dict(hand=1, power=3, machine=5)
    count = Counter((kind, reduced) for _, kind, _, reduced, _ in cut("loans_march.csv"))
    gross = sum(n * price[kind] * (Decimal("0.5") if red == "yes" else 1) for (kind, red), n in count.items())
    late = sum(daily[kind] * (int(d) - 7) for _, kind, d, _, _ in cut("loans_march.csv") if int(d) > 7)
    asked = [(int(day), int(name[1:]), int(n), f) for name, day, n, f in cut("queue_drill.csv")]

    def mean(favour, whom):
        left, heap, now, waits = sorted(asked), [], 0, []
        while left or heap:
            if not heap:
                now = max(now, left[0][0])
            while left and left[0][0] <= now:
                r = left.pop(0)
                heapq.heappush(heap, ((0 if favour and r[3] == "yes" else 1), *r))
            _, day, _, length, f = heapq.heappop(heap)
            if f == whom:
                waits.append(now - day)
            now += length
        return cents(Decimal(sum(waits)) / len(waits))

    return {
        "net_fees": cents(gross / Decimal("1.19")),
        "net_with_late": cents((gross + late) / Decimal("1.19")),
        "wait_open": mean(False, "no"),
        "wait_founders_first": mean(True, "no"),
        "wait_founders": mean(True, "yes"),
    }
