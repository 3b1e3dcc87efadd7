"""One function for the rules, run with and without the diary."""
import csv
import datetime as dt
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    when = lambda text: dt.datetime.strptime(text, "%Y-%m-%d %H:%M")
    staff = {r["card"]: r for r in rows("staff.csv")}
    patients = {r["patient"]: r for r in rows("patients.csv")}
    lent = {("N21", 10), ("N21", 11), ("N22", 12)}

    def against(r, diary):
        t = when(r["clock"])
        if diary and t < dt.datetime(2026, 3, 12, 10, 8):
            t -= dt.timedelta(minutes=8)

        def of_ward(card):
            return staff[card]["ward"] == "3B" or diary and (card, t.day) in lent

        lost = diary and t >= dt.datetime(2026, 3, 11, 18, 25) and "N15" in (r["card"], r["witness"])
        me = staff[r["card"]]
        if lost:
            return True
        if r["drawer"] == "C":
            return not (me["role"] == "pharmacy" or me["role"] == "ward lead" and me["ward"] == "3B")
        p = patients[r["patient"]]
        if p["ward"] != "3B" or not when(p["from"]) <= t <= when(p["until"]):
            return True
        if me["role"] not in ("nurse", "ward lead") or not of_ward(r["card"]):
            return True
        if r["drawer"] == "B":
            return False
        second = r["witness"] and r["witness"] != r["card"] and of_ward(r["witness"])
        emergency = diary and r["entry"] == "710"
        return me["opiates"] != "yes" or not (second or emergency)

    log = rows("cabinet_log.csv")
    machine = [r for r in log if against(r, False)]
    left = [r for r in log if against(r, True)]
    return {
        "count_pharmacy": len(machine), "count_diary": len(left),
        "cleared": sum(r not in left for r in machine), "added": sum(r not in machine for r in left),
        "entries_a": ",".join(r["entry"] for r in left if r["drawer"] == "A"),
        "ampoules_a": sum(int(r["taken"]) for r in left if r["drawer"] == "A"),
        "taken_a": sum(int(r["taken"]) for r in log if r["drawer"] == "A"),
    }
