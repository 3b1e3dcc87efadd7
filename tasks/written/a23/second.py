"""Flows by leaves inward, a bridge found by union of all other pipes, the year by logarithms."""
import json
from math import ceil, log
from pathlib import Path


def figures(folder):
    read = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    num = den = 0.0
    for n, metres, q, h in read("pipe_tests.csv"):
        if n != "7":
            x = float(metres) * float(q) * float(q) / 100
            num, den = num + x * float(h), den + x * x
    k = num / den
    places = {p: (float(z), int(t)) for p, _, z, t in read("places.csv")}
    lines = [(n, a, b, float(m)) for n, a, b, m, _ in read("pipes.csv")]

    def mill(shut, more):
        need = {p: 0.2 * t for p, (_, t) in places.items()}
        need["F"] += 0.2 * more
        edges = [e for e in lines if e[0] != shut]
        up = {}
        while edges:
            for leaf in sorted(places):
                own = [e for e in edges if leaf in e[1:3]]
                if leaf != "T" and len(own) == 1:
                    e = own[0]
                    parent = e[2] if e[1] == leaf else e[1]
                    up[leaf] = (parent, k * e[3] / 100 * need[leaf] ** 2)
                    need[parent] += need[leaf]
                    edges.remove(e)
        at, lost = "F", 0.0
        while at != "T":
            at, h = up[at]
            lost += h
        return round(places["T"][0] - places["F"][0] - lost, 2)

    critical = []
    for shut in lines:
        root = {p: p for p in places}

        def find(p):
            return p if root[p] == p else find(root[p])

        for _, a, b, _ in (e for e in lines if e is not shut):
            root[find(a)] = find(b)
        if any(t and find(p) != find("T") for p, (_, t) in places.items()):
            critical.append(shut[0])
    due = [s["due_in_days"] for s in json.loads(Path(folder, "jobs.json").read_text())["slots"]]
    wrong = [c for i in range(len(due)) for c in (2 * i + 1, 2 * i + 2) if c < len(due) and due[c] < due[i]]
    most = (0.30 * 0.85 * 86400 - 3000) / (5.2 * 20)
    return {
        "loss_factor": round(k, 3), "mill_today": mill("P6", 0), "mill_two_more": mill("P6", 2), "mill_without_p4": mill("P4", 0),
        "critical_pipes": ",".join(critical), "bad_slot": wrong[0], "short_year": 2026 + ceil(log(most / 148) / log(1.035)),
    }
