"""Events minute by minute; a heap for the sign; all configurations tried."""
import csv
import heapq
import itertools
import json
import os


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    cost = {r["module"]: int(r["minutes"]) for r in rows("modules.csv")}
    needs = {r["module"]: set(r["needs"].split()) for r in rows("modules.csv")}

    def chain(m):
        return cost[m] + max((chain(x) for x in cost if m in needs[x]), default=0)

    done, running, todo, now = set(), [], set(cost), 0
    while todo or running:
        for m in sorted((m for m in todo if needs[m] <= done), key=lambda m: (-chain(m), m)):
            if len(running) < 2:
                heapq.heappush(running, (now + cost[m], m))
                todo.discard(m)
        now, m = heapq.heappop(running)
        done.add(m)
        while running and running[0][0] == now:
            done.add(heapq.heappop(running)[1])
    with open(os.path.join(folder, "options.json")) as file:
        o = json.load(file)
    signs = [
        c for c in itertools.product(o["letters"], o["lines"], o["languages"], o["power"], o["voice"])
        if not (c[0] == "big" and c[1] == 6 or c[2] == 3 and c[1] != 6 or c[3] == "sun" and c[4] == "yes" or c[2] == 1)
    ]
    minute = lambda t: int(t[:2]) * 60 + int(t[3:])
    inbox = sorted((minute(r["came"]), int(r["message"][1:]), int(r["rank"]), minute(r["until"]), r["text"]) for r in rows("messages.csv"))

    def show(once):
        shown, texts, heap, rest, missed = [], set(), [], list(inbox), 0
        for t in range(470, 520, 2):
            while rest and rest[0][0] <= t:
                came, number, rank, until, text = rest.pop(0)
                heapq.heappush(heap, (rank, came, number, until, text))
            while heap:
                _, _, number, until, text = heapq.heappop(heap)
                if once and text in texts:
                    continue
                if until < t + 2:
                    missed += 1
                    continue
                shown.append(f"m{number}")
                texts.add(text)
                break
        return shown, missed

    plain, once = show(False), show(True)
    return {
        "chain_minutes": max(chain(m) for m in cost), "build_minutes": now, "configurations": len(signs),
        "for_norrskar": sum(c[2] == 3 and c[3] == "sun" for c in signs),
        "missed": plain[1], "missed_once": once[1], "shown_once": ",".join(once[0]),
    }
