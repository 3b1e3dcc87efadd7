"""Cents in decimals, night by night."""
import csv
import datetime as dt
import json
import os
from decimal import ROUND_HALF_UP, Decimal


def cents(x):
    return x.quantize(Decimal("0.01"), ROUND_HALF_UP)


def figures(folder):
    with open(os.path.join(folder, "rates.json")) as file:
        table = [(r["from"], Decimal(str(r["rate"]))) for r in json.load(file)["levy_per_person_and_night"]]
    with open(os.path.join(folder, "stays.csv"), newline="") as file:
        stays = list(csv.DictReader(file))

    def local(text):
        return (dt.datetime.strptime(text, "%Y-%m-%dT%H:%MZ") + dt.timedelta(hours=2)).date()

    def share(born, on):
        born = dt.date.fromisoformat(born)
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return Decimal(0) if age < 12 else Decimal("0.5") if age < 18 else Decimal(1)

    june = price = vat = levies = commission = Decimal(0)
    nights_june = 0
    for s in stays:
        if s["state"] == "cancelled":
            continue
        first, last = local(s["arrive_utc"]), local(s["leave_utc"])
        heads = s["births"].split()
        weight = sum(share(b, first) for b in heads)
        nights = [first + dt.timedelta(n) for n in range((last - first).days)]
        owed = {d: weight * [r for f, r in table if f <= d.isoformat()][-1] for d in nights}
        june += sum(v for d, v in owed.items() if d.month == 6)
        nights_june += sum(d.month == 6 for d in nights) * len(heads)
        if last.month == 6:
            net = Decimal(s["price_net_night"]) * len(nights)
            price += net
            vat += cents(net * Decimal("0.13"))
            levies += cents(sum(owed.values()))
            if s["channel"] == "agency":
                commission += cents(net * Decimal("0.12"))

    draft = 0.0
    for s in stays:
        day, leave = dt.date.fromisoformat(s["arrive_utc"][:10]), dt.date.fromisoformat(s["leave_utc"][:10])
        year = day.year
        while day <= leave:
            if day.month == 6:
                rate = float([r for f, r in table if f <= day.isoformat()][-1])
                ages = [year - int(b[:4]) for b in s["births"].split()]
                draft += sum(rate if a >= 18 else rate / 2 if a >= 12 else 0 for a in ages)
            day += dt.timedelta(1)
    return {
        "levy_june": float(cents(june)), "person_nights": nights_june, "vat_june": float(vat),
        "guests_120": float(price + vat + levies), "levy_248": float(levies), "commission_410": float(commission),
        "levy_draft": round(draft, 2),
    }
