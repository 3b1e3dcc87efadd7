"""Cents for the fees; the drill's queue day by day."""
import csv
import os

FEE = {"hand": 200, "power": 600, "machine": 1500}
LATE = {"hand": 100, "power": 300, "machine": 500}


def wait(requests, founders_first):
    waiting, busy_until, total = [], 0, {"yes": 0, "no": 0}
    todo = sorted(requests)
    for day in range(1, 100):
        waiting += [r for r in todo if r[0] == day]
        while waiting and busy_until <= day:
            waiting.sort(key=lambda r: (founders_first and r[3] != "yes", r[0], r[1]))
            first = waiting.pop(0)
            total[first[3]] += day - first[0]
            busy_until = day + first[2]
    return total


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    fees = late = 0
    for r in rows("loans_march.csv"):
        fees += FEE[r["class"]] // (2 if r["reduced"] == "yes" else 1)
        late += LATE[r["class"]] * max(0, int(r["days_kept"]) - 7)
    requests = [(int(r["day"]), int(r["request"][1:]), int(r["wants_days"]), r["founder"]) for r in rows("queue_drill.csv")]
    queue, first = wait(requests, False), wait(requests, True)
    others = sum(r[3] == "no" for r in requests)
    return {
        "net_fees": round(fees / 119, 2),
        "net_with_late": round((fees + late) / 119, 2),
        "wait_open": round(queue["no"] / others, 2),
        "wait_founders_first": round(first["no"] / others, 2),
        "wait_founders": round(first["yes"] / (len(requests) - others), 2),
    }
