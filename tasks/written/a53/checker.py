"""Recursion upwards; earliest and latest days step by step."""
import csv
import json
import os
from datetime import date, timedelta
from math import ceil


def figures(folder):
    path = lambda name: os.path.join(folder, name)
    with open(path("tree.json")) as file:
        tree = json.load(file)
    slabs = {}
    with open(path("survey.csv"), newline="") as file:
        for r in csv.DictReader(file):
            num = lambda k: float(r[k].replace(",", "."))
            scale = 10 if r["unit"] == "mm" else 1
            if 1 <= int(r["row"]) <= 4 and (r["slab"] not in slabs or slabs[r["slab"]]["day"] <= r["day"]):
                slabs[r["slab"]] = {
                    "row": int(r["row"]), "left": num("left") / scale, "width": num("width") / scale,
                    "slip": num("slip") / scale, "crack_mm": num("crack_mm"), "sound": r["sound"].lower(), "day": r["day"],
                }

    def verdict(slab, node):
        while isinstance(node, dict):
            value = slab[node["ask"]]
            node = node["yes" if (value == node["is"] if "is" in node else value >= node["at_least"]) else "no"]
        return node

    off = set()

    def lift(name):
        if name in off:
            return
        off.add(name)
        low = slabs[name]
        for other, up in slabs.items():
            if up["row"] == low["row"] + 1:
                if min(low["left"] + low["width"], up["left"] + up["width"]) - max(low["left"], up["left"]) >= 5:
                    lift(other)

    said = {name: verdict(slab, tree) for name, slab in slabs.items()}
    for name, word in said.items():
        if word != "leave":
            lift(name)
    new = sum(word == "exchange" for word in said.values())
    days = {"S": 2, "Q": 3 + ceil(new / 2), "C": ceil(len(off) / 4), "B": 2, "D": ceil(new / 2),
            "R": ceil(len(off) / 3), "F": 3, "M": 2, "X": 1}
    after = {"S": "", "Q": "", "C": "S", "B": "C", "D": "Q", "R": "BD", "F": "C", "M": "RF", "X": "M"}
    early, late = {}, {}
    for s in "SQCBDRFMX":
        early[s] = max([early[p] for p in after[s]], default=0) + days[s]
    for s in "XMFRDBCQS":
        late[s] = min([late[n] - days[n] for n in after if s in after[n]], default=early["X"])
    day, left = date(2026, 9, 14), early["X"] - 1
    while left:
        day += timedelta(1)
        left -= day.weekday() != 6 and day != date(2026, 9, 21)
    return {
        "slabs": len(slabs), "new_slabs": new, "touched": sum(w != "leave" for w in said.values()), "slabs_off": len(off),
        "work_days": early["X"], "last_day": day.isoformat(), "float_flashing": late["F"] - early["F"],
        "float_order": late["Q"] - early["Q"],
    }
