"""Every tree flattened to its paths; an oil belongs to the path whose bounds hold it."""
import json
from math import sqrt
from pathlib import Path


def paths(node, bounds=(), out=None):
    out = [] if out is None else out
    if "leaf" in node:
        out.append((bounds, node["leaf"]))
    else:
        big = node["yes"]["n"] > node["no"]["n"]
        paths(node["yes"], (*bounds, (node["ask"], "<=", node["at"], big)), out)
        paths(node["no"], (*bounds, (node["ask"], ">", node["at"], not big)), out)
    return out


def holds(bound, oil):
    name, sign, at, default = bound
    value = oil[name]
    return default if value is None else (value <= at if sign == "<=" else value > at)


def figures(folder):
    cut = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    raw = json.loads(Path(folder, "trees.json").read_text())
    flat = {name: paths(raw[name]) for name in "ABC"}
    num = lambda x: float(x) if x else None
    price = {"extra": {"virgin": 36, "lampante": 120, "extra": 0}, "virgin": {"extra": 24, "lampante": 60, "virgin": 0},
             "lampante": {"virgin": 30, "extra": 54, "lampante": 0}}
    keys = ("acidity_percent", "peroxide", "k232")
    test = [(dict(zip(keys, map(num, row[1:4]))), row[4]) for row in cut("validation.csv")]
    found = {}
    for name, tree in flat.items():
        c = [price[next(leaf for bounds, leaf in tree if all(holds(b, oil) for b in bounds))][true] for oil, true in test]
        m = sum(c) / len(c)
        found[name] = (m, sqrt(sum((x - m) ** 2 for x in c) / (len(c) - 1) / len(c)))
    low, se = min(found.values())
    name = sorted((len(flat[t]), t) for t in "ABC" if found[t][0] - low <= se)[0][1]
    now, again, litres = [], [], 0
    for tank, size, lab, acid, perox, k in cut("tanks.csv"):
        oil = dict(zip(keys, (num(acid), num(perox), num(k))))
        tree = flat[name]
        if lab == "Evora":
            # The percents of the tree are turned into acid values instead.
            tree = [(tuple((n, s, at * 1.99 if n == keys[0] else at, d) for n, s, at, d in b), leaf) for b, leaf in tree]
        bounds, leaf = next((b, leaf) for b, leaf in tree if all(holds(x, oil) for x in b))
        if leaf != "extra":
            continue
        if any(oil[n] is None for n, *_ in bounds):
            again.append(tank)
        else:
            now.append(tank)
            litres += int(size)
    return {
        "cost_a": round(found["A"][0], 2), "cost_b": round(found["B"][0], 2), "cost_c": round(found["C"][0], 2),
        "standard_error": round(se, 2), "tree": name, "bottle_now": ",".join(now),
        "measure_again": ",".join(again), "litres_now": litres,
    }
