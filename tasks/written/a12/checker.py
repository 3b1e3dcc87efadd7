"""Both merges played through, sqlite for the table, versions by trying all combinations."""
import configparser
import json
import os
import re
import sqlite3
from itertools import product


def merged(record, patches, drop):
    record = dict(record)
    for patch in sorted(patches, key=lambda p: p["seq"]):
        for key, value in patch["body"].items():
            if value is None and drop:
                record.pop(key, None)
            else:
                record[key] = value
    return record


def shown(record):
    return "out" not in record and record.get("height") is not None and record["height"] >= 0


def fits(version, wish):
    as_numbers = lambda text: [int(part) for part in text.split(".")]
    sign, bound = re.match(r"(>=|<)(.+)", wish).groups()
    return as_numbers(version) >= as_numbers(bound) if sign == ">=" else as_numbers(version) < as_numbers(bound)


def figures(folder):
    path = lambda name: os.path.join(folder, name)
    with open(path("gauges.json")) as file:
        gauges = json.load(file)
    dark = [g["gauge"] for g in gauges if shown(merged(g["record"], g["patches"], True)) and not shown(merged(g["record"], g["patches"], False))]
    after = sum(shown(merged(g["record"], g["patches"], True)) for g in gauges)
    base = sqlite3.connect(":memory:")
    with open(path("visits.sql")) as file:
        base.executescript(file.read())
    marks = ",".join("?" * len(dark))
    (views,) = base.execute(
        f"SELECT SUM(views) FROM visits WHERE ok = 'no' AND source <> 'monitor' AND gauge IN ({marks}) "
        "AND day BETWEEN '2026-03-02' AND '2026-03-08'", dark).fetchone()
    ini = configparser.ConfigParser()
    ini.read(path("packages.ini"))
    releases = {}
    for section in ini.sections():
        name, version = section.split()
        releases.setdefault(name, []).append(version)
    good = set()
    for chosen in product(*releases.values()):
        have = dict(zip(releases, chosen))
        wishes = [w.strip() for n, v in have.items() for w in ini[f"{n} {v}"]["requires"].split(", ")]
        parts = [p for w in wishes for p in ([w] if w else [])]
        every = []
        for part in parts:
            name = re.match(r"[a-z]+", part)[0]
            every += [(name, cond) for cond in part[len(name):].split(",")]
        if have["clockwork"] == "2.0" and have["tidewords"] == "3.2" and all(fits(have[n], c) for n, c in every):
            if "null deletes" in ini[f"nestor {have['nestor']}"]["merge"]:
                good.add(have["nestor"])
    with open(path("lock_history.txt")) as file:
        commits = re.findall(r"^([0-9a-f]{6})  \S+  (.*)$", file.read(), re.M)
    first = next(c for c, text in commits if text.startswith("raise nestor 0.8"))
    suspects, tests = len(commits) - 1, 0
    while suspects > 1:
        suspects, tests = (suspects + 1) // 2, tests + 1
    return {"first_bad": first, "dark_wrongly": len(dark), "shown_after": after, "nestor": good.pop(), "views_in_vain": views, "tests_at_most": tests}
