"""Due days by calendar arithmetic; the slot by trying every half hour of the day."""
import csv
import datetime as dt
import os
import re


def figures(folder):
    day = lambda m, d: dt.date(2026, m, d)
    with open(os.path.join(folder, "thread.txt")) as file:
        text = file.read()
    minutes = day(10, 8)
    next_monday = minutes + dt.timedelta(7 - minutes.weekday())
    fridays = [day(10, d) for d in range(1, 32) if day(10, d).weekday() == 4]
    due = {
        "A1": minutes + dt.timedelta(14), "A2": day(10, 31), "A3": next_monday + dt.timedelta(4), "A4": fridays[2],
        "A5": day(11, 2), "A6": minutes + dt.timedelta(5), "A7": day(10, 16) + dt.timedelta(10), "A8": day(10, 29), "A9": day(10, 30),
    }
    done = {"A3", "A4", "A6", "A8"}
    assert all(re.search(rf"\b{a}\b", text) for a in due)
    today = day(10, 26)
    open_ = {a: d for a, d in due.items() if a not in done}
    late = {a: (today - d).days for a, d in open_.items() if d < today}
    with open(os.path.join(folder, "people.csv"), newline="") as file:
        people = list(csv.DictReader(file))
    slots = []
    for half in range(48):
        start = dt.datetime(2026, 11, 3) + dt.timedelta(minutes=30 * half)
        for p in people:
            hours = int(p["offset_3_nov"][:3]) if p["offset_3_nov"][0] in "+-" else int(p["utc_offset_26_oct"][:3]) - 1
            local, end = start + dt.timedelta(hours=hours), start + dt.timedelta(hours=hours + 1)
            if not (p["free_from_local"] <= local.strftime("%H:%M") and local.date() == end.date() and end.strftime("%H:%M") <= p["free_until_local"]):
                break
        else:
            slots.append(start)
    (slot,) = slots
    offer = dt.datetime(2026, 11, 6, 17) + dt.timedelta(hours=9)
    return {
        "tasks_open": len(open_), "tasks_overdue": len(late), "days_overdue": sum(late.values()),
        "due_a3": due["A3"].isoformat(), "call_utc": slot.strftime("%H:%M"), "call_suva": (slot + dt.timedelta(hours=12)).strftime("%Y-%m-%d %H:%M"),
        "hours_to_offer": (offer - slot - dt.timedelta(hours=1)).total_seconds() / 3600,
    }
