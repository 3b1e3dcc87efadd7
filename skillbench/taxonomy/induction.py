"""From a co-occurrence graph to a taxonomy."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from skillbench.core.errors import InputError
from skillbench.taxonomy.graph import Graph
from skillbench.taxonomy.height import bound_height
from skillbench.taxonomy.interchange import interchanged
from skillbench.taxonomy.linkage import LINKAGES, Dendrogram, Linkage, agglomerate
from skillbench.taxonomy.tree import Origin, Tree

DEFAULT_HEIGHT = 5
ONE_SEARCH_FROM = 100_000
"""Edges from which one search is made of four: it is nearly always the best there, and each costs as much again."""
DEEP = 64
"""Levels beyond which a tree is reported as too deep to read."""


def induce(
    graph: Graph,
    linkage: Linkage = "balanced",
    *,
    max_height: int | None = DEFAULT_HEIGHT,
    weight: str = "count",
) -> Tree:
    """The taxonomy of a co-occurrence graph.

    ``balanced`` merges by gain for each unit of the smaller volume, and once more by the key of Paris; it makes
    nearest-neighbour interchanges until none lowers H^T, from the lowest nodes up and from the highest down, and
    keeps the tree of least H^T, merges alone included. From :data:`ONE_SEARCH_FROM` edges on it takes the first
    merges and goes down alone. ``paper`` and ``partition`` merge only. An exact dynamic programme then bounds the
    height. The outcome depends on nothing but the graph: not on the order of edges nor on the weights' scale.

    Args:
        graph: the co-occurrence graph; edges of any number, the empty graph included.
        linkage: ``balanced``, ``paper`` or ``partition``.
        max_height: most levels between the root and a skill; None keeps the binary dendrogram.
        weight: the weighting's name, kept in the tree's origin.

    Raises:
        InputError: an unknown linkage, or a height below 1.

    Example:
        >>> u, v = [0, 0, 1, 3, 3, 4, 2], [1, 2, 2, 4, 5, 5, 3]
        >>> tree = induce(Graph.from_arrays("abcdef", u, v, [1] * 7))
        >>> [tree.skills(node) for node in tree.cut_at(1)]
        [['a', 'b', 'c'], ['d', 'e', 'f']]
    """
    if linkage not in LINKAGES:
        raise InputError(f"linkage {linkage!r} is unknown; choose one of {', '.join(LINKAGES)}")
    if max_height is not None and max_height < 1:
        raise InputError(f"max_height is {max_height}; give 1 or more, or None for no bound")
    scaled = in_lowest_terms(graph)
    merges = _dendrograms(scaled, linkage)
    trees = (Tree.from_parents(scaled, bound_height(one, max_height, scaled.edge_count)) for one in merges)
    tree = min(trees, key=lambda one: one.entropy)
    origin = Origin(linkage, weight, max_height, tuple(_warnings(tree)))
    return Tree(graph, tree.parent, origin)


def _dendrograms(graph: Graph, linkage: Linkage) -> Iterator[Dendrogram]:
    """The dendrograms of which the best is kept."""
    if linkage != "balanced":
        yield agglomerate(graph, linkage)
    elif graph.edge_count >= ONE_SEARCH_FROM:
        yield interchanged(graph, agglomerate(graph, "balanced"), from_top=True)
    else:
        for key in ("balanced", "paris"):
            merges = agglomerate(graph, key)
            yield merges  # of bounded height it can be better than what interchanges make of it
            yield from (interchanged(graph, merges, from_top=from_top) for from_top in (False, True))


def in_lowest_terms(graph: Graph) -> Graph:
    """The graph with weights divided by their greatest common divisor, so that scale changes no rounding."""
    divisor = math.gcd(int(np.gcd.reduce(graph.weights)), int(np.gcd.reduce(graph.loops)))
    if divisor <= 1:
        return graph
    return Graph(graph.names, graph.u, graph.v, graph.weights // divisor, graph.loops // divisor, graph.unit * divisor)


def _warnings(tree: Tree) -> list[str]:
    out = []
    parts = len(np.unique(tree.graph.component_of))
    if parts > 1:
        out.append(
            f"the graph has {parts} components ({len(tree.isolated)} isolated skills); "
            "tuples stay inside the start skill's component"
        )
    if tree.height > DEEP:
        out.append(
            f"the tree is {tree.height} levels deep over {tree.leaf_count} skills; give a max_height, "
            "or use the balanced linkage"
        )
    return out
