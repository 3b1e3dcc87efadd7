"""Seconds of a day played through, an exact product of misses, and the boxes' owners followed in time."""
import csv
import os
import re


def chance(space, alive, tries):
    miss = 1.0
    for i in range(tries):
        miss *= (space - alive - i) / (space - i)
    return 1 - miss


def figures(folder):
    tries, clock = 0, 0
    while clock + 6 <= 86400:
        for _ in range(5):
            if clock + 6 <= 86400:
                tries, clock = tries + 1, clock + 6
        clock += 600
    digits = 6
    while chance(9 * 10 ** (digits - 2), 40, tries) >= 0.001:
        digits += 1
    with open(os.path.join(folder, "trial_events.csv"), newline="") as file:
        events = list(csv.DictReader(file))
    inside, foreign = {}, 0
    for e in events:
        if e["event"] == "deposit":
            inside[e["box"]] = e["code"]
        elif inside.get(e["box"]) != e["code"]:
            foreign += 1
    with open(os.path.join(folder, "calls.csv"), newline="") as file:
        open_calls = sum(r["changes"] == "yes" and r["who_may"].startswith("anyone") for r in csv.DictReader(file))
    with open(os.path.join(folder, "design.md")) as file:
        sizes = re.findall(r"^\| ([SML]) \| (\d+) \| (\d+) \| ([\d.]+) \|", file.read(), re.M)
    taken = {s: int(n) * float(stay) for s, _, n, stay in sizes}
    short = [s for s, boxes, _, _ in sizes if taken[s] > int(boxes)]
    return {
        "tries_a_day": tries,
        "chance_percent": round(100 * chance(90000, 40, tries), 1),
        "digits_needed": digits,
        "foreign_openings": foreign,
        "open_calls": open_calls,
        "size_short": ",".join(short),
        "boxes_taken": round(sum(taken.values()), 1),
    }
