"""Graphs for the tests."""

from __future__ import annotations

from skillbench.core.streams import Stream
from skillbench.taxonomy import Graph


def any_graph(draws: Stream, most: int = 22) -> Graph:
    """A small graph: random with loops, repeats, zero weights and loose parts; a star; a clique; real weights."""
    n, largest = draws.integer(1, most), draws.choice([1, 3, 50])
    kind = draws.choice(["random", "random", "real", "star", "clique"])
    if kind == "star":
        edges = [(0, leaf) for leaf in range(1, n)]
    elif kind == "clique":
        edges = [(a, b) for a in range(n) for b in range(a)]
    else:
        edges = [(draws.integer(0, n - 1), draws.integer(0, n - 1)) for _ in range(draws.integer(0, 4 * n))]
    least = 0 if kind == "random" else 1
    weights = [draws.integer(least, largest) * (draws.integer(1, 99) / 100 if kind == "real" else 1) for _ in edges]
    names = [f"s{i:02}" for i in range(n)]
    return Graph.from_arrays(names, [a for a, _ in edges], [b for _, b in edges], weights)
