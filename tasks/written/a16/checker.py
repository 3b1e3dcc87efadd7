"""Augmenting paths, the standard library's networks, and the pilot folded by booking."""
import csv
import ipaddress
import os
from collections import deque


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    room = {}
    for r in rows("links.csv"):
        c = int(r["mbit_per_s"])
        c = 0 if "do not count" in r["remark"] else c / 2 if "half" in r["remark"] else c
        for a, b in ((r["a"], r["b"]), (r["b"], r["a"])):
            room.setdefault(a, {})[b] = c
    flow = 0
    while True:
        seen, queue = {"HUB": None}, deque(["HUB"])
        while queue and "CENTRE" not in seen:
            here = queue.popleft()
            for there, left in room[here].items():
                if left > 0 and there not in seen:
                    seen[there] = here
                    queue.append(there)
        if "CENTRE" not in seen:
            break
        path, node = [], "CENTRE"
        while seen[node]:
            path.append((seen[node], node))
            node = seen[node]
        push = min(room[a][b] for a, b in path)
        for a, b in path:
            room[a][b] -= push
            room[b][a] += push
        flow += push
    table = [(ipaddress.ip_network(r["prefix"]), r["next_hop"]) for r in rows("routes.csv")]
    lost = 0
    for g in rows("gates.csv"):
        address = ipaddress.ip_address(g["address"])
        lost += max((n.prefixlen, hop) for n, hop in table if address in n)[1] != "ledger"
    last = {}
    for r in rows("pilot_log.csv"):
        last.setdefault(r["booking"], {})[r["site"]] = (r["event"], int(r["euro"]))
    split = open_ = money = 0
    for sites in last.values():
        events = {e for e, _ in sites.values()}
        if {"committed", "rolled_back"} <= events:
            split += 1
            money += next(v for e, v in sites.values() if e == "committed")
        open_ += "prepared" in events
    return {
        "flow": flow,
        "needed": 2 * 1200 * 10000 * 8 / 1e6,
        "gates_astray": lost,
        "wait_s": 45,
        "split_bookings": split,
        "split_euro": money,
        "undecided": open_,
    }
