"""A small scanner for braces; whole-number arithmetic for the measures; sums over lists."""
import csv
from math import floor, sqrt
from pathlib import Path


def split(text):
    names, plain, inside = [], 0, None
    for sign in text:
        if sign == "{":
            inside = ""
        elif sign == "}":
            names.append(inside)
            plain += 5
            inside = None
        elif inside is None:
            plain += 1
        else:
            inside += sign
    return sorted(names), plain


def figures(folder):
    read = lambda name: list(csv.DictReader(Path(folder, name).read_text(encoding="utf-8").splitlines()))
    feet = lambda metres: (metres * 10000 + 5 * 3048) // 30480 * 10
    broken, long, wrong = [], [], []
    for s in read("signs.csv"):
        a, b = split(s["french"]), split(s["english"])
        if a[0] != b[0]:
            broken.append(s["key"])
        if b[1] > int(s["max"]):
            long.append(s["key"])
        tail = s["french"].replace(":", ",").split(",", 1)[-1].strip()
        said = s["english"].replace(":", ",").split(",", 1)[-1].strip()
        if tail.endswith(" km"):
            want = floor(float(tail[:-3].replace(",", ".")) / 1.609344 * 10 + 0.5) / 10
            bad = said != f"{want:.1f} miles"
        elif tail.endswith("°C"):
            bad = said != f"{floor(int(tail[:-3]) * 1.8 + 32.5)} °F"
        elif tail.endswith(" m") and tail[0].isdigit():
            metres = int(tail[:-2].replace(" ", ""))
            ft = feet(metres)
            bad = said != (f"{floor(metres / 160.9344 + 0.5) / 10:.1f} miles" if metres < 1000 else f"{ft // 1000},{ft % 1000:03d} ft")
        else:
            bad = False
        if bad:
            wrong.append(s["key"])
    days = [r for r in read("trial.csv") if r["warden"] != "yes"]
    (n1, x1), (n2, x2) = ([sum(int(r[c]) for r in days if r["board"] == b) for c in ("came", "crossed")] for b in ("old", "new"))
    # The same z from cross products of the table.
    z = (x1 * n2 - x2 * n1) / sqrt((x1 + x2) * (n1 + n2 - x1 - x2) * n1 * n2 / (n1 + n2))
    return {
        "broken": ",".join(broken), "too_long": ",".join(long), "wrong_measure": ",".join(wrong),
        "share_old": round(x1 / n1 * 100, 1), "share_new": round(x2 / n2 * 100, 1), "z_value": round(z, 2), "negre_ft": feet(2645),
    }
