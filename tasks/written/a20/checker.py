"""Each recording's last permitted moment, article by article."""
import csv
import datetime as dt
import os

NOW = dt.datetime(2026, 9, 20, 12, 0)
CHANGE = dt.datetime(2026, 9, 1)


def when(text):
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M")


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    gone, ends, answer = [], [], ""
    for r in rows("incidents.csv"):
        made = when(r["happened"])
        until = made + (dt.timedelta(hours=72) if made >= CHANGE else dt.timedelta(days=7))
        follow = r["what_followed"]
        if r["reported"] and when(r["reported"]) <= until:
            until = made + dt.timedelta(days=30)
            if "proceedings" in follow and dt.datetime.strptime(follow[-10:], "%Y-%m-%d") <= until:
                until = dt.datetime.max
        if "copy" in follow and when(follow[-16:]) <= until:
            until, day, left = dt.datetime.max, when(follow[-16:]).date(), 10
            while left:
                day += dt.timedelta(days=1)
                left -= day.weekday() < 5
            answer = day.isoformat()
        if until <= NOW:
            gone.append(r["no"])
        elif until < dt.datetime.max:
            ends.append(until)
    hours = {}
    for r in rows("cameras.csv"):
        start, end = (int(x) for x in r["hours_on"].split("-"))
        hours[r["camera"]] = (end - start) % 24 or 24
    del hours["C7"]
    return {
        "must_go": ",".join(gone),
        "next_to_go": min(ends).strftime("%Y-%m-%d %H:%M"),
        "answer_by": answer,
        "personal_hours": sum(hours.values()),
        "forbidden_hours": (18 - 10) + hours["C8"],
    }
