"""Levy of a month (by Dunja, second week)."""
import csv
import json
from datetime import date, timedelta


def levy(month, stays="stays.csv", rates="rates.json"):
    table = json.load(open(rates))["levy_per_person_and_night"]
    total = 0.0
    for stay in csv.DictReader(open(stays)):
        arrive = date.fromisoformat(stay["arrive_utc"][:10])
        leave = date.fromisoformat(stay["leave_utc"][:10])
        day = arrive
        while day <= leave:
            if day.month == month:
                rate = [r["rate"] for r in table if r["from"] <= day.isoformat()][-1]
                for born in stay["births"].split():
                    age = arrive.year - int(born[:4])
                    if age >= 18:
                        total += rate
                    elif age >= 12:
                        total += rate / 2
            day += timedelta(days=1)
    return round(total, 2)
