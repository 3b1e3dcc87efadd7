"""Regular expressions over the pairs; sums of the trial."""
import csv
import math
import os
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

BRACE = re.compile(r"\{\w+\}")


def half_up(x, step):
    return (Decimal(x) / Decimal(step)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(step)


def measure(key, french):
    """What the English must say, or nothing."""
    if m := re.search(r"(\d+) °C", french):
        return f"{half_up(Decimal(m[1]) * 9 / 5 + 32, '1')} °F"
    if m := re.search(r"(\d+),(\d+) km", french):
        return f"{half_up(Decimal(f'{m[1]}.{m[2]}') / Decimal('1.609344'), '0.1')} miles"
    if m := re.search(r", ([\d ]+) m$", french):
        metres = Decimal(m[1].replace(" ", ""))
        if key == "S11":
            return f"{half_up(metres / Decimal('1609.344'), '0.1')} miles"
        return f"{int(half_up(metres / Decimal('0.3048'), '10')):,} ft"
    return ""


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    signs = rows("signs.csv")
    broken = [s["key"] for s in signs if Counter(BRACE.findall(s["french"])) != Counter(BRACE.findall(s["english"]))]
    long = [s["key"] for s in signs if len(BRACE.sub("#####", s["english"])) > int(s["max"])]
    wrong = [s["key"] for s in signs if measure(s["key"], s["french"]) and measure(s["key"], s["french"]) not in s["english"]]
    came, crossed = Counter(), Counter()
    for r in rows("trial.csv"):
        if r["warden"] == "no":
            came[r["board"]] += int(r["came"])
            crossed[r["board"]] += int(r["crossed"])
    old, new = (crossed[b] / came[b] for b in ("old", "new"))
    p = sum(crossed.values()) / sum(came.values())
    z = (old - new) / math.sqrt(p * (1 - p) * (1 / came["old"] + 1 / came["new"]))
    return {
        "broken": ",".join(broken), "too_long": ",".join(long), "wrong_measure": ",".join(wrong),
        "share_old": round(100 * old, 1), "share_new": round(100 * new, 1), "z_value": round(z, 2),
        "negre_ft": int(half_up(Decimal(2645) / Decimal("0.3048"), "10")),
    }
