"""Nearest-neighbour interchanges: local repairs of a dendrogram until none lowers H^T.

By the closed form, the part of H^T that an inner node p with children x = (x1, x2) and y decides is
``(2/V) (w(x1, x2) log2 vol x + w(x, y) log2 vol p)``. Putting y in the place of x2 changes it by
``(2/V) (w(x1, x2) log2(vol p / vol x) - w(x1, y) log2(vol p / (vol x1 + vol y)))``.
"""

from __future__ import annotations

from collections import deque

from skillbench.taxonomy.graph import Graph
from skillbench.taxonomy.linkage import Dendrogram
from skillbench.taxonomy.logarithm import log2

_MARGIN = 1.0 + 1e-12
"""An interchange must gain more than rounding can pretend, so that the search ends."""


def interchange(graph: Graph, tree: Dendrogram) -> int:
    """Apply interchanges in place, lowest nodes first, best of each node's four; the number made."""
    beside: list[list[tuple[int, int]]] = [[] for _ in range(graph.node_count)]
    for (a, b), w in graph.weight_of.items():
        beside[a].append((b, w))
        beside[b].append((a, w))
    waiting = deque(range(tree.leaf_count, len(tree.left)))
    queued = [True] * len(tree.left)
    made = 0
    while waiting:
        p = waiting.popleft()
        queued[p] = False
        move = _best_move(beside, tree, p)
        if move is None:
            continue
        made += 1
        _apply(tree, p, *move)
        for node in (move[0], p, tree.parent[p]):
            if node >= 0 and not queued[node]:
                queued[node] = True
                waiting.append(node)
    return made


def _best_move(beside: list[list[tuple[int, int]]], tree: Dendrogram, p: int) -> tuple[int, int, int, int, int] | None:
    """The interchange under p that lowers H^T most: (x, stays, leaves, joins, weight of stays with joins)."""
    best, found = 0.0, None
    volumes = tree.volumes
    for x, y in ((tree.left[p], tree.right[p]), (tree.right[p], tree.left[p])):
        if x < tree.leaf_count:
            continue
        kept = tree.crossing[x] * log2(volumes[p] / volumes[x])
        for stays, leaves in ((tree.left[x], tree.right[x]), (tree.right[x], tree.left[x])):
            w = _weight_between(beside, tree, stays, y)
            gained = w * log2(volumes[p] / (volumes[stays] + volumes[y]))
            if gained > kept * _MARGIN and gained - kept > best:
                best, found = gained - kept, (x, stays, leaves, y, w)
    return found


def _apply(tree: Dendrogram, p: int, x: int, stays: int, leaves: int, joins: int, w: int) -> None:
    """Make x the parent of ``stays`` and ``joins``, and p the parent of x and ``leaves``."""
    tree.crossing[p] += tree.crossing[x] - w
    tree.crossing[x] = w
    tree.volumes[x] = tree.volumes[stays] + tree.volumes[joins]
    tree.left[x], tree.right[x] = stays, joins
    tree.left[p], tree.right[p] = x, leaves
    tree.parent[joins], tree.parent[leaves] = x, p


def _weight_between(beside: list[list[tuple[int, int]]], tree: Dendrogram, a: int, b: int) -> int:
    """The weight of all edges between two disjoint communities."""
    inside = set(_leaves(tree, b))
    return sum(w for leaf in _leaves(tree, a) for other, w in beside[leaf] if other in inside)


def _leaves(tree: Dendrogram, node: int) -> list[int]:
    stack, out = [node], []
    while stack:
        at = stack.pop()
        if at < tree.leaf_count:
            out.append(at)
        else:
            stack += (tree.left[at], tree.right[at])
    return out
