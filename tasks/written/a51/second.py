"""Counting by recursion over states; the cover by branching on the rarest pair."""
import re
from functools import cache
from pathlib import Path


def count_ends(put, take):
    @cache
    def walk(i, j, count, c, k):
        if i == len(put) and j == len(take):
            return {count: 1}
        out = {}
        moves = []
        if i < len(put):
            n, v = count, c
            if "4" in put[i]:
                v = n
            if "5" in put[i]:
                n = v + 1
            moves.append((i + 1, j, n, v, k))
        if j < len(take):
            moves.append((i, j + 1, k - 1 if take[j] == "4" else count, c, count if take[j] == "1" else k))
        for m in moves:
            for end, ways in walk(*m).items():
                out[end] = out.get(end, 0) + ways
        return out

    return walk(0, 0, 1, 0, 0)


def figures(folder):
    text = Path(folder, "build.toml").read_text()
    head, *bans = text.split("[[never]]")
    options = {k: re.findall(r'"(\w+)"', v) for k, v in re.findall(r"^(\w+) = \[(.*)\]", head, re.M)}
    banned = [[kv for kv in re.findall(r'^(\w+) = "(.*)"', b, re.M) if kv[0] != "why"] for b in bans]
    builds = [[]]
    for name, values in options.items():
        builds = [b + [(name, v)] for b in builds for v in values]
    builds = [b for b in builds if not any(set(x) <= set(b) for x in banned)]
    holds = [{(x, y) for x in b for y in b if x < y} for b in builds]
    need = set().union(*holds)

    def cover(left, budget):
        if not left:
            return True
        if not budget:
            return False
        rare = min(sorted(left), key=lambda p: sum(p in h for h in holds))
        return any(cover(left - h, budget - 1) for h in holds if rare in h)

    size = 1
    while not cover(need, size):
        size += 1
    cells = [line.split(",") for line in Path(folder, "tests.csv").read_text().splitlines()]
    minutes = sum(float(c[1]) for c in cells if c[2] == "active")
    plain, locked = count_ends(("1", "2", "3", "4", "5"), ("1", "2", "3", "4")), count_ends(("1", "2", "3", "45"), ("1", "2", "3", "4"))
    return {
        "mixtures": sum(plain.values()), "too_small": plain.get(0, 0), "too_large": plain.get(2, 0),
        "too_small_lock": locked.get(0, 0), "too_large_lock": locked.get(2, 0), "builds": len(builds),
        "builds_at_risk": sum(("kernel", "preempt") in b and ("radio", "none") not in b for b in builds),
        "builds_needed": size, "night_minutes": size * minutes,
    }
