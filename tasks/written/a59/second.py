"""Held and Karp over sets; every way of dealing crates and singles by recursion."""
from datetime import date
from functools import cache
from math import ceil, hypot
from pathlib import Path


def figures(folder):
    cut = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    data = cut("islets.csv")
    names = [d[0] for d in data]
    xy = {d[0]: complex(float(d[1]), float(d[2])) for d in data}
    edges = {}
    for a, b, state in cut("legs.csv"):
        if state.startswith("open"):
            way = abs(xy[a] - xy[b]) if state == "open" else abs(xy[a] - (6 + 5j)) + abs(xy[b] - (6 + 5j))
            edges.setdefault(a, {})[b] = edges.setdefault(b, {})[a] = way

    @cache
    def shortest(a):
        done, reach = {}, {a: 0.0}
        while reach:
            node = min(reach, key=reach.get)
            done[node] = reach.pop(node)
            for other, way in edges[node].items():
                if other not in done:
                    reach[other] = min(reach.get(other, 1e9), done[node] + way)
        return done

    @cache
    def tour(at, left):
        if not left:
            return shortest(at)["Depot"]
        return min(shortest(at)[n] + tour(n, left - {n}) for n in left)

    length = tour("Depot", frozenset(names[1:]))
    facts = []
    for name, _, _, full, use, people, day, _ in data[1:]:
        gone = date(2026, 7, 1).toordinal() - date.fromisoformat(day).toordinal()
        there = max(int(full) - gone * float(use), 0)
        facts.append((name, there, float(use), int(people), max(ceil(14 * float(use) - there), 0)))

    @cache
    def deal(i, crates, singles):
        if i == len(facts):
            return 0.0, ()
        name, there, use, people, need = facts[i]
        options = []
        for c in range(crates + 1):
            for s in range(singles + 1):
                if 4 * c + s < (need if name == "Hiti" else 9 * use - there):
                    continue
                rest, loads = deal(i + 1, crates - c, singles - s)
                if loads is not None:
                    options.append((people * min((there + 4 * c + s) / use, 14) + rest, (4 * c + s, *loads)))
        return max(options, key=lambda o: o[0]) if options else (-1e9, None)

    value, loads = deal(0, 10, 3)
    got = dict(zip([f[0] for f in facts], loads))
    return {
        "need_total": sum(f[4] for f in facts), "need_lomi": next(f[4] for f in facts if f[0] == "Lomi"),
        "person_days": round(value, 1), "load_kuru": got["Kuru"], "load_lomi": got["Lomi"], "load_naga": got["Naga"],
        "round_nm": round(length, 1), "fuel_litres": round(length * 2.185, 1),
    }
