"""A walk through the calendar, day by day, with a purse in oere."""
from datetime import date, timedelta
from pathlib import Path

HOLIDAYS = "2026-04-02 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25".split()


def figures(folder):
    read = lambda name: [line.split(",") for line in Path(folder, name).read_text().splitlines()[1:]]
    works = lambda d: d.isoweekday() < 6 and str(d) not in HOLIDAYS
    step = timedelta(days=1)

    def after(d, n):
        while n:
            d += step
            n -= works(d)
        return d

    owner = []
    for _, first, last, notice, what in read("events.csv"):
        if what.startswith("yard"):
            continue
        if date.fromisoformat(notice) <= after(date.fromisoformat(first), 3):
            owner.append((first, last))
    wind = {d: float(v) >= 12 and plan == "yes" for d, v, plan in read("wind.csv")}
    ore, extra = 0, 0
    for _, _, hours, material, less, days, a, b, done in read("changes.csv"):
        if a and b and a <= done and b <= done:
            ore += 112 * (890 * int(hours) + int(material)) - 100 * int(less)
            extra += int(days)
    storm = hindered = number = 0
    d = date(2026, 1, 12) - step
    while True:
        d += step
        if not works(d):
            continue
        number += 1
        if any(f <= str(d) <= l for f, l in owner):
            hindered += 1
        elif number <= 60 and wind.get(str(d)):
            storm += 1
        if number >= 60:
            longer = extra + hindered + max(storm - 3, 0)
            if number == 60 + longer:
                break
    late = (date(2026, 5, 22) - d).days
    price = 264000000 + ore
    rate = [0, 0] + [850000] * 10 + [1200000] * 100
    damages = min(sum(rate[:late]), price * 7 / 100)
    return {
        "days_prolonged": longer, "due_day": str(d), "days_late": late, "changes_net": ore / 100,
        "damages": round(damages / 100, 2), "owed_now": round((price * 0.95 - 190000000 - damages) / 100, 2),
    }
