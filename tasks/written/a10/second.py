"""Union of pairs, and an agenda in clock time with exact ratios."""
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path


def figures(folder):
    rows = [l.split(",", 4) for l in Path(folder, "motions.csv").read_text().splitlines()[1:]]
    rows = [r for r in rows if r[0] != "M11"]
    sets = []
    for r in rows:
        mine = frozenset(r[1].split("|"))
        touching = [s for s in sets if any(Fraction(len(mine & w), len(mine | w)) >= Fraction(1, 2) for _, w in s)]
        sets = [s for s in sets if s not in touching] + [sum(touching, []) + [(r[0], mine)]]
    length = {r[0]: int(r[2]) for r in rows}
    votes = {r[0]: int(r[3]) for r in rows}
    for name, less in (("M03", 2), ("M06", 4), ("M10", 1)):
        votes[name] -= less
    table = []
    for s in sets:
        names = sorted(n for n, _ in s)
        t = max(length[n] for n in names) + 3 * len(names) - 3
        table.append((-Fraction(sum(votes[n] for n in names), t), names, t))
    table.sort()
    dredge = next(row for row in table if "M03" in row[1])
    rest = [row for row in table if row is not dredge]
    for at in range(table.index(dredge), -1, -1):
        if sum(row[2] for row in rest[:at]) + dredge[2] <= 30 or at == 0:
            break
    agenda = rest[:at] + [dredge] + rest[at:]
    clock = begin = datetime(2026, 5, 14, 19, 0)
    start, late, paused, end = {}, [], False, begin
    for _, names, t in agenda:
        if clock + timedelta(minutes=t) > datetime(2026, 5, 14, 20, 50):
            late.extend(names)
            continue
        for n in names:
            start[n] = clock.strftime("%H:%M")
        clock += timedelta(minutes=t)
        end = clock
        if not paused and clock - begin >= timedelta(minutes=75):
            clock, paused = clock + timedelta(minutes=10), True
    return {
        "groups": len(sets), "first_group": agenda[0][1][0], "guest_group_starts": start["M03"],
        "berth_list_starts": start["M14"], "put_off": len(late), "ends": end.strftime("%H:%M"),
    }
