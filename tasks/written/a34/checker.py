"""Codes by pattern after cleaning, the z of the pooled share, the logbook searched by beginnings of words."""
import csv
import math
import os
import re


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    paid, unread = {"A": set(), "B": set()}, 0
    for r in rows("payments.csv"):
        found = re.search(r"(?<![A-Z])([AB])([0-9OI]{3})([0-9OI])(?![0-9])", re.sub(r"[-.]", "", re.sub(r"(?<=[ABOI0-9])[ .-]+(?=[OI0-9]+)", "", r["text"].upper())))
        number = found and (found[2] + found[3]).replace("O", "0").replace("I", "1")
        if number and sum(map(int, number[:3])) % 10 == int(number[3]):
            paid[found[1]].add(number[:3])
        else:
            unread += 1
    a, b = len(paid["A"]), len(paid["B"])
    p = (a + b) / 240
    z = (b - a) / 120 / math.sqrt(p * (1 - p) * 2 / 120)
    book = rows("logbook.csv")

    def search(*words):
        hits = [r for r in book if any(w.startswith(words) for w in re.findall(r"[a-z]+", r["words"].lower()))]
        good = sum(r["fit"] == "yes" for r in hits)
        return good / len(hits), good / sum(r["fit"] == "yes" for r in book)

    return {
        "households_a": a, "households_b": b, "unread": unread, "z_value": round(z, 2),
        "precision_1": round(search("brake")[0], 2), "precision_2": round(search("child", "stop")[0], 2), "recall_2": round(search("child", "stop")[1], 2),
    }
