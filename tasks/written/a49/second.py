"""Doses in exact fractions, sums by kind from a table of unique vouchers."""
from collections import defaultdict
from fractions import Fraction as F
from pathlib import Path


def figures(folder):
    read = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    pack = {i: tuple(map(int, rest)) for i, *rest in read("opening.csv")}
    plain = lambda name: {"m": "measles", "b": "BCG", "p": "polio", "o": "polio"}[name[0].lower()]
    unique = {}
    for _, _, voucher, item, kind, n, unit, _, remark in read("ledger.csv"):
        if "CANCELLED" in remark:
            continue
        item = plain(item)
        _, per_vial, per_box, _ = pack[item]
        doses = int(n) * {"dose": 1, "vial": per_vial, "box": per_vial * per_box}[unit]
        unique.setdefault((voucher, item), (kind if "thrown" not in remark else "waste", doses))
    total = defaultdict(int)
    for (_, item), (kind, doses) in unique.items():
        total[item, kind] += doses
    out = {}
    for item, key in (("measles", "measles"), ("BCG", "bcg"), ("polio", "polio")):
        opening, per_vial, per_box, weeks = pack[item]
        use = F(total[item, "issued"] - total[item, "returned"], 8)
        last = {6: "2026-06-07", 8: "2026-06-21"}[weeks]
        lots = [(int(v), day, why) for i, _, v, day, why in read("count.csv") if i == item]
        good = sum(v for v, day, why in lots if day >= last and not why) * per_vial
        need = use * weeks * F(5, 4) - good
        out["weekly_" + key] = round(float(use), 1)
        out["boxes_" + key] = max(0, -(-need // (per_vial * per_box)))
        book = opening * per_vial + sum(total[item, k] for k in ("received", "returned"))
        book -= total[item, "issued"] + total[item, "lost"]
        if key != "bcg":
            out["gap_" + key] = book // per_vial - sum(v for v, _, _ in lots)
    return out
