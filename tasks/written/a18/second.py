"""Holt as weights in fractions, stock by running totals, the rate by Newton's method."""
import re
from fractions import Fraction as F
from pathlib import Path


def figures(folder):
    here = Path(folder)
    table = [l.split(",", 2) for l in (here / "demand.csv").read_text().splitlines()[1:]]
    y = [F(b) - (410 if "twice" in note else 0) for _, b, note in table]
    level, trend = y[0], y[1] - y[0]
    for value in y[1:]:
        guess = level + trend
        error = value - guess
        level, trend = guess + F(2, 5) * error, trend + F(2, 25) * error  # error-correction form
    demand = [level + n * trend for n in range(1, 7)]
    total, brief = 0, {}
    for line in sorted(set(re.sub(r" \(sent twice\)", "", l) for l in (here / "stock.csv").read_text().splitlines()[1:])):
        _, _, number, expires, state = line.split(",")
        if state == "free":
            if expires < "2026-07-05":
                brief[expires] = brief.get(expires, 0) + int(number)
            else:
                total += int(number)
    # 29 May falls in week 21, 5 June in week 22: what is brief must go within the demand of one and two weeks.
    first = min(F(brief["2026-05-29"]), demand[0])
    second = min(F(brief["2026-06-05"]), demand[0] - first + demand[1])
    counting = total + first + second
    covered, need = 0, F(0)
    for d in demand:
        need += d
        if need > counting:
            break
        covered += 1
    pallets = -((counting - sum(demand)) // 800)
    text = (here / "reports.txt").read_text()
    valve = text.split("23 May  Works")[1].split("23 May")[0]
    release = text.split("21 May")[1].split("22 May")[0]
    chance = lambda part, week: F(int(re.search(rf"week\s+{week}: (\d+) %", part)[1]), 100)
    week = 20 + covered
    rate = 0.02
    for _ in range(50):
        value = sum(0.815 * (1 + rate) ** -m for m in range(1, 5)) - 3.10
        slope = sum(-m * 0.815 * (1 + rate) ** (-m - 1) for m in range(1, 5))
        rate -= value / slope
    return {
        "forecast_six_weeks": round(float(sum(demand))),
        "counting_stock": round(float(counting)),
        "weeks_covered": covered,
        "gap_percent": round(float(100 * (1 - chance(valve, week) * chance(release, week))), 1),
        "order_bags": int(pallets) * 800,
        "credit_percent": round(rate * 100, 2),
    }
