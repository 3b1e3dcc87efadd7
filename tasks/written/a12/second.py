"""Follow the last word on each key; read the inserts as tuples; state by state through the history."""
import ast
import json
import re
from math import ceil, log2
from pathlib import Path


def last_words(entry):
    """The key's last value over record and patches."""
    words = dict(entry["record"])
    for seq in sorted(p["seq"] for p in entry["patches"]):
        words.update(next(p["body"] for p in entry["patches"] if p["seq"] == seq))
    return words


def figures(folder):
    here = Path(folder)
    gauges = json.loads((here / "gauges.json").read_text())
    wrongly, after = set(), 0
    for g in gauges:
        words = last_words(g)
        usable = words.get("height") is not None
        if usable and words.get("out") is None:
            after += 1
            if "out" in words:
                wrongly.add(g["gauge"])
    rows = [ast.literal_eval(m) for m in re.findall(r"VALUES (\(.*\));", (here / "visits.sql").read_text())]
    views = sum(n for day, gauge, n, ok, source in rows if gauge in wrongly and source in ("web", "app") and ok == "no")
    # The page is bad as soon as the lock's nestor keeps null.
    text = (here / "packages.ini").read_text()
    blocks = {b.split("]")[0]: b for b in text.split("[")[1:]}
    keeps = {v.split()[1] for v, b in blocks.items() if v.startswith("nestor") and ("kept as null" in b or "as nestor 0.9" in b)}
    history = re.findall(r"^([0-9a-f]{6}) .*?nestor (\S+) -> (\S+)", (here / "lock_history.txt").read_text(), re.M)
    first = next(c for c, _, new in history if new in keeps)
    can = []
    for name, block in blocks.items():
        if name.startswith("nestor") and name.split()[1] not in keeps:
            asks = block.split("requires =")[1].splitlines()[0]
            if "<2.0" not in asks and "grids>=2.5" not in asks:
                can.append(name.split()[1])
    commits = re.findall(r"^[0-9a-f]{6}  2026", (here / "lock_history.txt").read_text(), re.M)
    return {"first_bad": first, "dark_wrongly": len(wrongly), "shown_after": after, "nestor": can[0], "views_in_vain": views,
            "tests_at_most": ceil(log2(len(commits) - 1))}
