"""Plain loops over a dictionary of bookings."""
import csv
import datetime as dt
import os


def when(text):
    form = "%d.%m.%Y %H:%M" if text[2] == "." else "%Y-%m-%d %H:%M"
    return dt.datetime.strptime(text, form)


def figures(folder):
    with open(os.path.join(folder, "bookings.csv"), newline="") as file:
        raw = list(csv.DictReader(file))
    clean = {}
    for r in raw:
        if r["rider"].upper() == "TEST":
            continue
        made, trip = when(r["made"]), when(r["trip"])
        if trip > made:
            status = r["status"].lower().replace("-", "")
            clean[r["booking"]] = (r["rider"].upper(), made, trip, status)
    trips = [b for b in clean.values() if b[3] != "cancelled"]
    missed = [b for b in trips if b[3] == "noshow"]

    def share(group):
        return 100 * sum(b[3] == "noshow" for b in group) / len(group)

    long = [b for b in trips if (b[2] - b[1]).total_seconds() >= 24 * 3600]
    short = [b for b in trips if b not in long]
    past = lambda b: sum(o[0] == b[0] and o[2] < b[1] for o in missed)
    again = [b for b in trips if past(b) >= 1]
    return {
        "bookings_kept": len(clean), "noshows": len(missed), "share_all": round(share(trips), 1),
        "share_long": round(share(long), 1), "share_short": round(share(short), 1),
        "bookings_with_past": len(again), "share_with_past": round(share(again), 1),
        "share_otto": round(100 * sum(r["status"] == "noshow" for r in raw if r["rider"].startswith("P")) / sum(r["rider"].startswith("P") for r in raw), 1),
    }
