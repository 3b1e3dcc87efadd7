"""Indentation instead of a syntax tree, intervals of sale instead of a running state."""
from itertools import combinations
from pathlib import Path

ORDER = ["sail", "cabin", "till"]


def figures(folder):
    here = Path(folder)
    pairs, method, stack = {}, "", []
    for line in (here / "bookings.py").read_text().splitlines():
        indent = len(line) - len(line.lstrip())
        if line.strip().startswith("def "):
            method, stack = line.split("def ")[1].split("(")[0], []
            pairs[method] = set()
        elif line.strip().startswith("with self."):
            lock = line.split("self.")[1].split("_lock")[0]
            stack = [entry for entry in stack if entry[0] < indent]
            pairs[method] |= {(outer, lock) for _, outer in stack} | {("", lock)}
            stack.append((indent, lock))
    wrong = {m for m, found in pairs.items() for a, b in found if a and ORDER.index(a) >= ORDER.index(b)}

    steps = [[cell.strip() for cell in line.split("|")[1:-1]] for line in (here / "proposal.md").read_text().splitlines() if line.startswith("| S")]
    most_threads = {}
    for line in (here / "tests.csv").read_text().splitlines()[1:]:
        _, calls, threads, asserts = line.split(",", 3)
        for name in calls.split(";"):
            most_threads[name] = max(most_threads.get(name, 0), int(threads) * bool(asserts))
    waits = set()
    for step, name, change, locks in steps:
        needed = 0 if change.startswith("rename") else 2 if "," in locks else 1
        if most_threads.get(name, 0) < needed:
            waits.add(step)
    objected = set(waits)
    for step, name, change, locks in steps:
        named = locks.split(", ")
        if named != [lock for lock in ORDER if lock in named]:
            objected.add(step)
        for other in pairs:
            if f"`self.{other}`" in change and {b for _, b in pairs[other]} & set(named):
                objected.add(step)
    sales = {}
    lines = [line.split() for line in (here / "tills.log").read_text().splitlines()]
    for at, (*_, verb, booking, _word, cabin) in enumerate(lines):
        if verb == "confirm":
            end = next((i for i, other in enumerate(lines) if other[3] == "refund" and other[4] == booking), len(lines))
            sales.setdefault(cabin, []).append((at, end))
    twice = [c for c, spans in sales.items() if any(a[0] < b[1] and b[0] < a[1] for a, b in combinations(spans, 2))]
    return {
        "ready_steps": ",".join(s[0] for s in steps if s[0] not in objected),
        "order_breaks_today": len(wrong),
        "untested_steps": len(waits),
        "double_sold": len(twice),
    }
