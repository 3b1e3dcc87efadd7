"""Line by line in vials."""
import csv
import datetime as dt
import math
import os

NAMES = {"measles": "measles", "measels": "measles", "bcg": "BCG", "b.c.g.": "BCG", "polio": "polio", "opv": "polio"}


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    packs = {r["item"]: r for r in rows("opening.csv")}
    book = {item: int(p["opening_vials"]) for item, p in packs.items()}
    used = dict.fromkeys(packs, 0)
    seen = set()
    for r in rows("ledger.csv"):
        item = NAMES[r["item"].lower()]
        if (r["voucher"], item) in seen or r["remark"].startswith("CANCELLED"):
            continue
        seen.add((r["voucher"], item))
        pack = packs[item]
        vials = int(r["quantity"])
        if r["unit"] == "dose":
            vials //= int(pack["doses_per_vial"])
        elif r["unit"] == "box":
            vials *= int(pack["vials_per_box"])
        usable = "thrown away" not in r["remark"]
        if r["kind"] == "received":
            book[item] += vials
        elif r["kind"] == "issued":
            book[item] -= vials
            used[item] += vials
        elif r["kind"] == "lost":
            book[item] -= vials
        elif usable:
            book[item] += vials
            used[item] -= vials
    counted, stock = dict.fromkeys(packs, 0), dict.fromkeys(packs, 0)
    for r in rows("count.csv"):
        counted[r["item"]] += int(r["vials"])
        end = dt.date(2026, 4, 26) + dt.timedelta(weeks=int(packs[r["item"]]["weeks_to_cover"]))
        if "set apart" not in r["remark"] and dt.date.fromisoformat(r["use_by"]) >= end:
            stock[r["item"]] += int(r["vials"])
    boxes = {}
    for item, p in packs.items():
        want = used[item] / 8 * int(p["weeks_to_cover"]) * 1.25 - stock[item]
        boxes[item] = max(0, math.ceil(want / int(p["vials_per_box"]) - 1e-9))
    return {
        "weekly_measles": round(used["measles"] * 10 / 8, 1),
        "weekly_bcg": round(used["BCG"] * 20 / 8, 1),
        "weekly_polio": round(used["polio"] * 20 / 8, 1),
        "boxes_measles": boxes["measles"],
        "boxes_bcg": boxes["BCG"],
        "boxes_polio": boxes["polio"],
        "gap_measles": book["measles"] - counted["measles"],
        "gap_polio": book["polio"] - counted["polio"],
    }
