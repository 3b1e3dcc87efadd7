"""Binomial coefficients with integers; cycles by division; openings judged by the last deposit before them."""
from fractions import Fraction
from math import comb
from pathlib import Path


def figures(folder):
    here = Path(folder)
    cycle = 5 * 6 + 600
    whole, rest = divmod(24 * 3600, cycle)
    tries = whole * 5 + min(5, rest // 6)

    def hit(digits):
        codes = 9 * 10 ** (digits - 2)
        return 1 - Fraction(comb(codes - tries, 40), comb(codes, 40))

    digits = next(d for d in range(6, 20) if hit(d) < Fraction(1, 1000))
    lines = [l.split(",") for l in (here / "trial_events.csv").read_text().splitlines()[1:]]
    foreign = 0
    for time, _, event, code, box in lines:
        if event == "open":
            last = max(l for l in lines if l[2] == "deposit" and l[4] == box and l[0] <= time)
            foreign += last[3] != code
    calls = [l.split(",") for l in (here / "calls.csv").read_text().splitlines()[1:]]
    table = [r.split("|")[1:5] for r in (here / "design.md").read_text().splitlines() if r[:4] in ("| S ", "| M ", "| L ")]
    need = [(s.strip(), Fraction(n.strip()) * Fraction(d.strip()), int(b)) for s, b, n, d in table]
    return {
        "tries_a_day": tries,
        "chance_percent": round(float(100 * hit(6)), 1),
        "digits_needed": digits,
        "foreign_openings": foreign,
        "open_calls": len([c for c in calls if "anyone" in c[1] and c[2] == "yes"]),
        "size_short": ",".join(s for s, n, b in need if n > b),
        "boxes_taken": round(float(sum(n for _, n, _ in need)), 1),
    }
