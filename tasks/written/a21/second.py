"""Complex numbers for places; sums of squares by pairs within groups; percentiles from cumulated counts."""
from itertools import accumulate
from pathlib import Path


def figures(folder):
    place, bank, kids, kind = {}, {}, {}, {}
    for line in Path(folder, "villages.csv").read_text().splitlines()[1:]:
        name, x, y, bank[name], n, kind[name] = line.split(",")
        place[name], kids[name] = complex(float(x), float(y)), int(n)
    centre = {k: place[k] for k in ("Adhur", "Ettina", "Kere")}
    seen = ""
    while True:
        share = {k: [] for k in centre}
        for v, z in place.items():
            share[sorted(centre, key=lambda k: (z - centre[k]).real ** 2 + (z - centre[k]).imag ** 2)[0]].append(v)
        if str(share) == seen:
            break
        seen = str(share)
        centre = {k: sum(place[v] for v in vs) / len(vs) for k, vs in share.items()}
    bridge = complex(6, 3)
    foot = lambda a, b: abs(place[a] - place[b]) if bank[a] == bank[b] else abs(place[a] - bridge) + abs(bridge - place[b])
    stop = {}
    for k, vs in share.items():
        stop[k] = sorted((sum(kids[v] * foot(v, s) for v in vs), s) for s in vs)[0][1]
    way = {v: foot(v, stop[k]) for k, vs in share.items() for v in vs}
    order = sorted(way, key=way.get)
    upto = list(accumulate(kids[v] for v in order))
    at = lambda child: round(way[next(v for v, c in zip(order, upto) if c >= child)], 2)
    part = lambda what: round(100 * sum(kids[v] for v in way if kind[v] == what and way[v] > 3) / sum(kids[v] for v in way if kind[v] == what), 1)
    n = upto[-1]
    return {
        "stops": ",".join(stop.values()), "group_of_itagi": next(len(vs) for vs in share.values() if "Itagi" in vs),
        "middle_walk": at((n + 1) // 2), "walk_90": at(-(-9 * n // 10)), "far_villages": part("village"),
        "far_tandas": part("tanda"), "itagi_walk": round(way["Itagi"], 2),
    }
