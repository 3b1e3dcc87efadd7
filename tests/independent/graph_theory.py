"""Supply run cost over a DOT network with charges for passing and arriving.

One person wrote both solvers; this one reads the file as text, keeps exact fractions, and searches a networkx graph
whose node charges are moved onto the links that leave them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import networkx as nx

HUB = "hub"
NODE = r'(?:"[^"]*"|[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*)'
STATEMENT = re.compile(rf"({NODE}(?:\s*->\s*{NODE})+)\s*(?:\[([^\]]*)\])?")
ATTRIBUTE = re.compile(r'(\w+)\s*=\s*("[^"]*"|[^\s,;"]+)')


def read_links(
    text: str, params: dict[str, int | float | str], clauses: dict[str, str]
) -> dict[tuple[str, str], Fraction]:
    """Return the length that counts from every node to every other that a link leads to."""
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    links: dict[tuple[str, str], list[Fraction]] = {}
    for chain, attribute_text in STATEMENT.findall(body):
        attributes = {key: value.strip('"') for key, value in ATTRIBUTE.findall(attribute_text)}
        length = Fraction(attributes["len"])
        if attributes.get("unit") == "m":
            length /= 1000
        nodes = [name.strip('"') for name in re.findall(NODE, chain)]
        if clauses["string"] == "shared":
            length /= len(nodes) - 1
        if attributes.get("state") == "closed":
            if clauses["closed"] == "barred":
                continue
            length *= Fraction(str(params["escort_factor"]))
        direction = attributes.get("dir", "forward")
        for before, behind in pairwise(nodes):
            if direction in ("forward", "both"):
                links.setdefault((before, behind), []).append(length)
            if direction in ("back", "both"):
                links.setdefault((behind, before), []).append(length)
    best = max if clauses["parallel"] == "main" else min
    return {pair: best(lengths) for pair, lengths in links.items()}


def charge(
    node: str,
    number: dict[str, Fraction],
    clauses: dict[str, str],
    exposure: dict[str, Fraction],
    exceptions: set[str],
) -> Fraction | None:
    """Return what a route adds when it goes on from a node; None where it may not."""
    if node == HUB:
        return Fraction(0)
    if node.startswith("jn-"):
        return number["junction_km"] if clauses["junction"] == "toll" else Fraction(0)
    if node not in exposure:
        return number["strange_km"] if clauses["strange"] == "flat" else None
    quiet = number["quiet_exposure"] if clauses["passing"] == "above" else 0
    full = max(exposure[node] - quiet, Fraction(0)) / 100 * number["passing_km"]
    if node not in exceptions:
        return full
    return {"private": None, "night": full / 3, "free": Fraction(0)}[clauses["exception"]]


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the supply run cost and the flagged entities."""
    (text,) = files.values()
    links = read_links(text, params, clauses)
    number = {name: Fraction(str(value)) for name, value in params.items()}
    exposure = {code: Fraction(value) for code, value in quantities["exposure"].items()}

    def network(*, pass_entities: bool) -> nx.DiGraph:
        graph = nx.DiGraph()
        graph.add_nodes_from(exposure)
        for (before, behind), length in links.items():
            added = charge(before, number, clauses, exposure, exceptions)
            if added is not None and (pass_entities or before not in exposure):
                graph.add_edge(before, behind, weight=length + added)
        return graph

    cheapest = nx.single_source_dijkstra_path_length(network(pass_entities=True), HUB)
    around = nx.single_source_dijkstra_path_length(network(pass_entities=False), HUB)
    far = {}
    for code, people in exposure.items():
        arrival = number["arrival_km"] * people / 100
        if code in exceptions:
            arrival = arrival / 3 if clauses["exception"] == "night" else Fraction(0)
        far[code] = cheapest[code] + arrival
    result = {}
    for code, km in far.items():
        if clauses["price"] == "band" and km > number["near_km"]:
            km = number["near_km"] + (km - number["near_km"]) * number["far_rate"]  # noqa: PLW2901  priced, no longer driven
        result[code] = float(km) * quantities["unit_cost"][code]
    if clauses["flag"] == "through":
        return result, {code for code in far if code not in around or around[code] > cheapest[code]}
    mean = sum(far.values(), Fraction(0)) / len(far)
    return result, {code for code, km in far.items() if km > number["far_share"] * mean}
