"""One calendar month after another, each with its proof or none."""
from collections import Counter
from fractions import Fraction
from pathlib import Path


def figures(folder):
    count, claimed, sick_run = Counter(), 0, 0
    for line in Path(folder, "periods.csv").read_text().splitlines()[1:]:
        first, last, pit, post, lamps, sheet, days, remark = line.split(",")
        y, m = int(first[:4]), int(first[5:])
        shortfall = {"haulage boy": 1}.get(post, 2 if "strike" in remark else 0)
        while f"{y}-{m:02d}" <= last:
            now = f"{y}-{m:02d}"
            y, m = (y + 1, 1) if m == 12 else (y, m + 1)
            if not pit:
                continue
            claimed += 1
            if post == "sick list":
                sick_run += 1
                count["sick"] += sick_run <= 6
            elif lamps == "kept" and "no lamp" not in remark:
                if shortfall:
                    shortfall -= 1
                else:
                    count["lamp"] += 1
            elif lamps == "lost" and sheet == "kept":
                surface = post == "stable man" and now > "1974-04"
                count["pay"] += not surface and int(days) > 12
            elif lamps == sheet == "lost":
                # Arsenio from October 1976, Belarmino from March 1977: two witnesses only from then on.
                count["witness"] += now >= "1977-03"
    total = sum(count.values())
    money = Fraction(640) if total >= 180 else Fraction(640 * total, 180) if total >= 150 else Fraction(0)
    return {
        "months_lamp": count["lamp"], "months_pay": count["pay"], "months_sick": count["sick"],
        "months_witness": count["witness"], "months_total": total, "pension": round(float(money), 2),
        "months_claimed": claimed,
    }
