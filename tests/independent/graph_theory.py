"""Supply run cost over a DOT network with charges for passing and arriving, solved from the rules text alone."""

from __future__ import annotations

import heapq
import re
from fractions import Fraction
from itertools import pairwise

HUB = "hub"
NODE = r'(?:"[^"]*"|[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*)'
STATEMENT = re.compile(rf"({NODE}(?:\s*->\s*{NODE})+)\s*(?:\[([^\]]*)\])?")
ATTRIBUTE = re.compile(r'(\w+)\s*=\s*("[^"]*"|[^\s,;"]+)')
Links = dict[str, list[tuple[str, Fraction]]]


def read_links(text: str) -> Links:
    """Return the ways that may be travelled from every node, with their lengths in kilometres."""
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    links: Links = {}
    for chain, attribute_text in STATEMENT.findall(body):
        attributes = {key: value.strip('"') for key, value in ATTRIBUTE.findall(attribute_text)}
        if attributes.get("state") == "closed":
            continue
        length = Fraction(attributes["len"])
        if attributes.get("unit") == "m":
            length /= 1000
        direction = attributes.get("dir", "forward")
        nodes = [name.strip('"') for name in re.findall(NODE, chain)]
        for before, behind in pairwise(nodes):
            if direction in ("forward", "both"):
                links.setdefault(before, []).append((behind, length))
            if direction in ("back", "both"):
                links.setdefault(behind, []).append((before, length))
    return links


def kilometres(links: Links, passing: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return the fewest kilometres to reach each node; only the hub and the nodes in `passing` may be left again.

    Junctions add nothing and may always be left.
    """
    reached: dict[str, Fraction] = {}
    queue: list[tuple[Fraction, str]] = [(Fraction(0), HUB)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node in reached:
            continue
        reached[node] = so_far
        if node == HUB or node.startswith("jn-"):
            leaving = so_far
        elif node in passing:
            leaving = so_far + passing[node]
        else:
            continue
        for after, length in links.get(node, []):
            if after not in reached:
                heapq.heappush(queue, (leaving + length, after))
    return reached


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the supply run cost and the flagged pumping stations."""
    (text,) = files.values()
    links = read_links(text)
    hundreds = {
        code: Fraction(0) if code in exceptions else Fraction(households) / 100
        for code, households in quantities["exposure"].items()
    }
    passing = {code: Fraction(str(params["passing_km"])) * parts for code, parts in hundreds.items()}
    cheapest = kilometres(links, passing)
    unbroken = kilometres(links, {})

    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, parts in hundreds.items():
        chargeable = cheapest[code] + Fraction(str(params["arrival_km"])) * parts
        result[code] = float(chargeable) * quantities["unit_cost"][code]
        if code not in unbroken or unbroken[code] > cheapest[code]:
            flagged.add(code)
    return result, flagged
