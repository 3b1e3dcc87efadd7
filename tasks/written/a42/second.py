"""Whole numbers of half a hundredth of a cent; day numbers instead of dates."""
import csv
import json
from datetime import date, datetime
from pathlib import Path


def figures(folder):
    rates = json.loads(Path(folder, "rates.json").read_text())["levy_per_person_and_night"]
    steps = [(date.fromisoformat(r["from"]).toordinal(), round(r["rate"] * 100)) for r in rates]
    j0, j1 = date(2026, 6, 1).toordinal(), date(2026, 7, 1).toordinal()

    def at(day):
        return max(s for s in steps if s[0] <= day)[1]

    def number(stamp):
        t = datetime.strptime(stamp, "%Y-%m-%dT%H:%MZ")
        return t.toordinal() + (t.hour >= 22)

    half_up = lambda n, d: (2 * n + d) // (2 * d)
    june2 = people = net_sum = vat = levy = fee = 0
    draft = 0.0
    for s in csv.DictReader(Path(folder, "stays.csv").read_text().splitlines()):
        births = [date.fromisoformat(b) for b in s["births"].split()]
        utc = [date.fromisoformat(s[k][:10]).toordinal() for k in ("arrive_utc", "leave_utc")]
        for day in range(max(utc[0], j0), min(utc[1] + 1, j1)):
            for b in births:
                draft += at(day) / 100 * (1 if 2026 - b.year >= 18 else 0.5 if 2026 - b.year >= 12 else 0)
        if s["state"] != "left":
            continue
        a, z = number(s["arrive_utc"]), number(s["leave_utc"])
        came = date.fromordinal(a)
        halves = 0
        for b in births:
            turned = lambda n: came >= date(b.year + n, b.month, b.day)
            halves += turned(12) + turned(18)
        both = [halves * at(day) for day in range(a, z)]  # half cents
        june2 += sum(v for day, v in zip(range(a, z), both) if j0 <= day < j1)
        people += len(births) * sum(j0 <= day < j1 for day in range(a, z))
        if j0 <= z < j1:
            net = round(float(s["price_net_night"]) * 100) * (z - a)
            net_sum += net
            vat += half_up(net * 13, 100)
            levy += half_up(sum(both), 2)
            fee += half_up(net * 12, 100) if s["channel"] == "agency" else 0
    return {
        "levy_june": half_up(june2, 2) / 100, "person_nights": people, "vat_june": vat / 100,
        "guests_120": (net_sum + vat + levy) / 100, "levy_248": levy / 100, "commission_410": fee / 100,
        "levy_draft": round(draft, 2),
    }
