"""Millimetres and sets, swept row by row; all paths through the net listed."""
from datetime import date
from pathlib import Path
import csv


def figures(folder):
    best = {}
    rows = list(csv.reader(Path(folder, "survey.csv").read_text().splitlines()))[1:]
    for _, slab, row, left, width, slip, unit, crack, sound, day in sorted(rows, key=lambda r: r[-1]):
        if row in "1234":
            f = 10 if unit == "cm" else 1
            start = int(left) * f
            best[slab] = (int(row), set(range(start, start + int(width) * f)), int(slip) * f,
                          float(crack.replace(",", ".")), sound.lower() == "dull")
    new = {n for n, s in best.items() if s[3] >= 3 or s[4] and s[3] >= 1.5}
    turned = {n for n, s in best.items() if s[4]} - new
    reset = {n for n, s in best.items() if not s[4] and s[2] >= 40} - new
    off = new | turned | reset
    for row in (1, 2, 3):
        below = [best[n][1] for n in off if best[n][0] == row]
        off = off | {n for n, s in best.items() if s[0] == row + 1 and any(len(s[1] & b) >= 50 for b in below)}
    up = lambda n, by: -(-n // by)
    d = {"S": 2, "Q": 3 + up(len(new), 2), "C": up(len(off), 4), "B": 2, "D": up(len(new), 2), "R": up(len(off), 3),
         "F": 3, "M": 2, "X": 1}
    paths = {p: sum(d[c] for c in p) for p in ("SCBRMX", "QDRMX", "SCFMX")}
    total = max(paths.values())
    open_days = [o for o in range(date(2026, 9, 14).toordinal(), date(2027, 3, 1).toordinal())
                 if o % 7 and o != date(2026, 9, 21).toordinal()]
    return {
        "slabs": len(best), "new_slabs": len(new), "touched": len(new | turned | reset), "slabs_off": len(off),
        "work_days": total, "last_day": date.fromordinal(open_days[total - 1]).isoformat(),
        "float_flashing": total - paths["SCFMX"], "float_order": total - paths["QDRMX"],
    }
