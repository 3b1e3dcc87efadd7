"""Least cut over all sets of nodes, addresses as whole numbers, a state machine for each booking and site."""
import re
from itertools import combinations
from pathlib import Path


def number(text):
    a, b, c, d = (int(x) for x in text.split("."))
    return (a << 24) + (b << 16) + (c << 8) + d


def figures(folder):
    here = Path(folder)
    lines = lambda name: [l.split(",") for l in (here / name).read_text().splitlines()[1:]]
    links = []
    for _, a, b, mbit, remark in lines("links.csv"):
        if "spring 2027" not in remark:
            links.append((a, b, int(mbit) * (0.5 if "snowfall" in remark else 1)))
    inner = {n for a, b, _ in links for n in (a, b)} - {"HUB", "CENTRE"}
    cuts = []
    for size in range(len(inner) + 1):
        for group in combinations(sorted(inner), size):
            near = {"HUB", *group}
            cuts.append(sum(c for a, b, c in links if (a in near) != (b in near)))
    table = []
    for prefix, hop in lines("routes.csv"):
        net, bits = prefix.split("/")
        table.append((int(bits), number(net) >> (32 - int(bits)) if bits != "0" else 0, hop))
    astray = 0
    for _, _, address in lines("gates.csv"):
        for bits, net, hop in sorted(table, reverse=True):
            if number(address) >> (32 - bits) == net:
                astray += hop != "ledger"
                break
    wait = int(re.search(r"rev\. B\s+wait after prepare: (\d+) s", (here / "handbook.txt").read_text())[1])
    said, sums = {}, {}
    for _, booking, site, event, euro in lines("pilot_log.csv"):
        said.setdefault(booking, {}).update({site: event})
        sums[booking] = int(euro)
    split = [b for b, s in said.items() if len({e for e in s.values() if e != "prepared"}) == 2]
    return {
        "flow": min(cuts), "needed": 192, "gates_astray": astray, "wait_s": wait, "split_bookings": len(split),
        "split_euro": sum(sums[b] for b in split), "undecided": sum("prepared" in s.values() for s in said.values()),
    }
