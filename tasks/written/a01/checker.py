"""Step both methods forward in floating point and compare the sheets line by line."""
import csv
import math
import os

AREA, C, START = 14.0, 0.0118, 0.62


def rows(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def figures(folder):
    inflow = [float(r["inflow_l_per_s"]) / 1000 for r in rows(folder, "inflow.csv")]

    def slope(level, i):
        return (inflow[i] - C * math.sqrt(level)) / AREA

    house = START
    for i in range(24):
        a = slope(house, i)
        house += 300 * (a + slope(house + 600 * a, i + 1))
    simple = START
    for i in range(0, 24, 3):
        simple += 1800 * slope(simple, i)
    tarini = rows(folder, "sheet_tarini.csv")
    bhuwan = rows(folder, "sheet_bhuwan.csv")
    first_t = first_b = ""
    for r in tarini:
        if abs(float(r["outflow_m3_per_s"]) - C * math.sqrt(float(r["level_m"]))) > 0.00002 and not first_t:
            first_t = r["time"]
    for i, r in enumerate(bhuwan[:-1]):
        level = float(r["level_m"])
        a = slope(level, i)
        b = slope(level + 600 * a, i + 1)
        wrong = abs(a * 1000 - float(r["slope_start_mm_per_s"])) > 0.0005
        wrong = wrong or abs(b * 1000 - float(r["slope_end_mm_per_s"])) > 0.0005
        if wrong and not first_b:
            first_b = r["time"]
    return {
        "level_house_m": round(house, 4),
        "level_simple_m": round(simple, 4),
        "tarini_first_wrong": first_t,
        "bhuwan_first_wrong": first_b,
        "tarini_slip_mm": round((float(tarini[-1]["level_m"]) - simple) * 1000, 1),
        "coarseness_mm": round((simple - house) * 1000, 1),
    }
