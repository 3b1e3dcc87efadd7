"""Forward pass through the programme, then a list of working days."""
import csv
import datetime as dt
import os

HOLIDAYS = {dt.date(2026, 4, 3), dt.date(2026, 4, 6), dt.date(2026, 4, 27)}


def working(day):
    return day.weekday() < 5 and day not in HOLIDAYS


def end(days, after):
    done = {}

    def finish(a):
        if a not in done:
            done[a] = max((finish(b) for b in after[a]), default=0) + days[a]
        return done[a]

    return max(finish(a) for a in days)


def date_of(n):
    day = dt.date(2026, 3, 16)
    while True:
        n -= working(day)
        if n == 0:
            return day
        day += dt.timedelta(days=1)


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    programme = rows("programme.csv")
    after = {r["id"]: [p for p in r["after"].split("+") if p] for r in programme}
    plan = {r["id"]: int(r["planned_days"]) for r in programme}
    built = {r["id"]: int(r["actual_days"]) for r in programme}
    allowed, valid = dict(plan), []
    for r in rows("notices.csv"):
        if r["cause"] not in ("X1", "X3", "X4"):
            continue
        arrived = dt.datetime.fromisoformat(r["notice_received"])
        day = arrived.date()
        if arrived.hour >= 17:
            day += dt.timedelta(days=1)
            while not working(day):
                day += dt.timedelta(days=1)
        day0 = dt.date.fromisoformat(r["learned"])
        used = sum(working(day0 + dt.timedelta(days=i)) for i in range(1, (day - day0).days + 1))
        if used <= 5:
            valid.append(r["cause"])
            allowed[r["touches"]] += int(r["days_added"])
    first, moved, actual = end(plan, after), end(allowed, after), end(built, after)
    late = (date_of(actual) - date_of(moved)).days
    return {
        "completion_planned": date_of(first).isoformat(),
        "completion_actual": date_of(actual).isoformat(),
        "extension_days": moved - first,
        "completion_extended": date_of(moved).isoformat(),
        "damages_nzd": late * 1150,
        "valid_causes": ",".join(valid),
    }
