"""Sets of days; damages by thirds of the scale."""
import csv
import datetime as dt
import os

FREE = {dt.date(2026, 4, 2), dt.date(2026, 4, 3), dt.date(2026, 4, 6), dt.date(2026, 5, 1), dt.date(2026, 5, 14), dt.date(2026, 5, 25)}
START = dt.date(2026, 1, 12)


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    day = dt.date.fromisoformat
    working = [d for d in (START + dt.timedelta(n) for n in range(300)) if d.weekday() < 5 and d not in FREE]
    place = {d: i for i, d in enumerate(working)}
    owner = set()
    for e in rows("events.csv"):
        first, last = day(e["first_day"]), day(e["last_day"])
        if "yard's own" not in e["what"] and place[day(e["notice"])] <= place[first] + 3:
            owner |= {d for d in working if first <= d <= last}
    original = set(working[:60])
    weather = {day(w["day"]) for w in rows("wind.csv") if float(w["wind_08_mps"]) >= 12 and w["outside_planned"] == "yes"}
    weather = (weather & original) - owner
    agreed, net = 0, 0.0
    for c in rows("changes.csv"):
        signed = c["museum_signed"] and c["yard_signed"] and max(c["museum_signed"], c["yard_signed"]) <= c["work_done"]
        if signed:
            agreed += int(c["days"])
            net += 1.12 * (890 * int(c["hours"]) + int(c["material_kr"])) - int(c["deduction_kr"])
    longer = len(owner) + max(0, len(weather) - 3) + agreed
    due = working[60 + longer - 1]
    late = (dt.date(2026, 5, 22) - due).days
    price = 2640000 + net
    damages = min(8500 * min(10, max(0, late - 2)) + 12000 * max(0, late - 12), 0.07 * price)
    return {
        "days_prolonged": longer, "due_day": due.isoformat(), "days_late": late, "changes_net": round(net, 2),
        "damages": round(damages, 2), "owed_now": round(price * 0.95 - 1900000 - damages, 2),
    }
