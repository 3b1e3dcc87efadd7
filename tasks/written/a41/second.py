"""Longest ways by Kahn's order; the sign by scanning a list each slot; configurations by counting."""
import json
from pathlib import Path


def figures(folder):
    cut = lambda n: [x.split(",") for x in Path(folder, n).read_text().splitlines()[1:]]
    time = {m: int(t) for m, t, _ in cut("modules.csv")}
    before = {m: n.split() for m, _, n in cut("modules.csv")}
    order = []
    while len(order) < len(time):
        order += [m for m in time if m not in order and all(b in order for b in before[m])]
    tail = {}
    for m in reversed(order):
        tail[m] = time[m] + max([tail[x] for x in time if m in before[x]] or [0])
    end, free = {}, [0, 0]
    clock = 0
    while len(end) < len(time):
        for k in (0, 1):
            if free[k] <= clock:
                ready = [m for m in time if m not in end and all(b in end and end[b] <= clock for b in before[m])]
                if ready:
                    m = min(ready, key=lambda m: (-tail[m], m))
                    free[k] = end[m] = clock + time[m]
        clock += 1
    o = json.loads(Path(folder, "options.json").read_text())
    # Small letters with 4 lines: 2 languages; with 6 lines: 2 or 3; big letters with 4 lines: 2 languages. Power and
    # voice: sun without, mains with or without, three ways each.
    faces = [(a, b, n) for a in o["letters"] for b in o["lines"] for n in o["languages"]
             if n > 1 and (a, b) != ("big", 6) and (n < 3 or b == 6)]
    sign = lambda s: int(s[:2]) * 60 + int(s[3:])
    mail = [(int(r), sign(c), int(n[1:]), sign(u), x) for n, c, r, u, x in cut("messages.csv")]

    def run(once):
        left, seen, texts, dropped = set(range(len(mail))), [], set(), set()
        for t in range(sign("07:50"), sign("08:40"), 2):
            if once:
                dropped |= {i for i in left if mail[i][4] in texts}
            can = [mail[i][:3] + (i,) for i in left - dropped if mail[i][1] <= t and mail[i][3] >= t + 2]
            if can:
                i = min(can)[3]
                left.discard(i)
                texts.add(mail[i][4])
                seen.append("m" + str(mail[i][2]))
        return seen, len(left - dropped)

    (_, missed), (order_once, missed_once) = run(False), run(True)
    return {
        "chain_minutes": max(tail.values()), "build_minutes": max(end.values()), "configurations": 3 * len(faces),
        "for_norrskar": sum(n == 3 for _, _, n in faces), "missed": missed, "missed_once": missed_once,
        "shown_once": ",".join(order_once),
    }
