"""Row by row with calendar months."""
import calendar
import csv
import datetime as dt
import os
from collections import Counter

TODAY = dt.date(2026, 6, 1)


def plus(day, months):
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    talks = [r for r in rows("talks.csv") if not r["withdrawn"]]
    overdue = [r for r in talks if r["box_a"] == "y"
               and plus(dt.date.fromisoformat(r["date"]), 6 if r["form"] == "es" else 12) <= TODAY]
    contact = [r for r in talks if r["box_c"] == "y" and r["form"] == "en"]
    cells = Counter((r["role"], r["county"]) for r in talks if r["box_b"] == "y")
    role_only = sum(n for n in cells.values() if n < 4)
    codes = {r["id"]: r for r in rows("codes.csv")}
    both = sum(codes[r["id"]]["unpaid_handover_coder1"] == codes[r["id"]]["unpaid_handover_coder2"] == "1" for r in talks)
    have = Counter(r["role"] for r in contact)
    recruit = sum(max(0, 7 - have[role]) for role in ("care assistant", "nurse", "cook"))
    return {
        "overdue_recordings": len(overdue),
        "may_contact": len(contact),
        "role_only": role_only,
        "handover_percent": round(100 * both / len(talks), 1),
        "new_to_recruit": recruit,
    }
