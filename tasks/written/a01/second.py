"""Exact decimals, and the sheets read backwards: the inflow or outflow that a printed line implies."""
from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 40


def table(folder, name):
    head, *lines = Path(folder, name).read_text().splitlines()
    return [dict(zip(head.split(","), line.split(","))) for line in lines]


def figures(folder):
    area, c = Decimal(14), Decimal("0.0118")
    q = {r["time"]: Decimal(r["inflow_l_per_s"]) / 1000 for r in table(folder, "inflow.csv")}
    times = sorted(q)
    change = lambda level, t: (q[t] - c * level.sqrt()) / area
    house = Decimal("0.62")
    for now, then in zip(times, times[1:]):
        k1 = change(house, now)
        k2 = change(house + 600 * k1, then)
        house += 600 * (k1 + k2) / 2
    simple = Decimal("0.62")
    for now in times[:-1:3]:
        simple += 1800 * change(simple, now)
    t_sheet, b_sheet = table(folder, "sheet_tarini.csv"), table(folder, "sheet_bhuwan.csv")
    # The level that each printed outflow belongs to; wrong where it is not the level in its own line.
    t_wrong = [r["time"] for r in t_sheet
               if abs((Decimal(r["outflow_m3_per_s"]) / c) ** 2 - Decimal(r["level_m"])) > Decimal("0.004")]
    # The inflow that each printed end slope was made with, against the list.
    b_wrong = []
    for r, after in zip(b_sheet, b_sheet[1:]):
        provisional = Decimal(r["level_m"]) + 600 * Decimal(r["slope_start_mm_per_s"]) / 1000
        implied = Decimal(r["slope_end_mm_per_s"]) / 1000 * area + c * provisional.sqrt()
        if abs(implied - q[after["time"]]) > Decimal("0.00005"):
            b_wrong.append(r["time"])
    return {
        "level_house_m": float(round(house, 4)),
        "level_simple_m": float(round(simple, 4)),
        "tarini_first_wrong": t_wrong[0],
        "bhuwan_first_wrong": b_wrong[0],
        "tarini_slip_mm": float(round((Decimal(t_sheet[-1]["level_m"]) - simple) * 1000, 1)),
        "coarseness_mm": float(round((simple - house) * 1000, 1)),
    }
