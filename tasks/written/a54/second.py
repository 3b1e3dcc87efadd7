"""Regular expressions and plain lists, whole numbers only."""
import re
from pathlib import Path


def figures(folder):
    text = Path(folder, "lots.sql").read_text()
    lots = [(int(a), b, int(c), int(d), int(e)) for a, b, c, d, e in re.findall(r"lots VALUES \((\d+), '(\w+)', (\d+), (\d+), (\d+)\)", text)]
    bids = [tuple(map(int, t)) for t in re.findall(r"bids VALUES \((\d+), (\d+), '\w+', (\d+), (\d)\)", text)]

    def pay(gross, boxes, cents, ice, fee):
        top = (gross - 15 * boxes) * (100 - ice) * cents * (10000 - fee)
        return (2 * top + 10_000_000) // 20_000_000

    sales, rows = [], []
    for lot, boat, gross, boxes, reserve in lots:
        mine = [b for b in bids if b[1] == lot]
        high = max(b[2] for b in mine)
        rows += [(boat, gross, boxes, high)] * sum(b[2] == high >= reserve for b in mine)
        valid = sorted((-b[2], b[0]) for b in mine if not b[3])
        if valid and -valid[0][0] >= reserve:
            sales.append((boat, gross, boxes, -valid[0][0]))
    was = [(r[0], pay(*r[1:], 0, 425)) for r in rows]
    due = [(s[0], pay(*s[1:], 4, 425)) for s in sales]
    gap = {b: sum(c for n, c in was if n == b) - sum(c for n, c in due if n == b) for b in {s[1] for s in lots}}
    return {
        "rows_till": len(rows), "lots_sold": len(sales), "paid_till": sum(c for _, c in was) / 100,
        "paid_query": sum(pay(*s[1:], 0, 425) for s in sales) / 100, "due_all": sum(c for _, c in due) / 100,
        "due_petrel": sum(c for n, c in due if n == "Petrel") / 100, "worst_boat": max(gap, key=gap.get),
    }
