"""The best tree of bounded height that keeps a dendrogram's communities: an exact dynamic programme.

Dropping an inner node moves the weight that met in it to its nearest kept ancestor. By the closed form the
cost of a choice is the sum over inner nodes of ``crossing * log2 vol(nearest kept ancestor or self)``; the
least cost over all choices with at most ``max_height`` levels is found exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.linkage import Dendrogram
from skillbench.taxonomy.logarithm import log2


def bound_height(tree: Dendrogram, max_height: int | None) -> list[int]:
    """The parent array of the best tree of at most ``max_height`` levels under one root.

    Leaves keep their numbers. ``None`` keeps every node. Component tops hang off a new root unless there is
    only one, an inner node.
    """
    tops = [node for node, up in enumerate(tree.parent) if up < 0]
    if max_height is None:
        return _contract(tree, tops, set(range(tree.leaf_count, len(tree.left))))
    kept: set[int] = set()
    for top in tops:
        if top >= tree.leaf_count:
            kept |= _choose(tree, top, max_height - 1, is_root=len(tops) == 1)
    return _contract(tree, tops, kept)


def _choose(tree: Dendrogram, top: int, levels: int, *, is_root: bool) -> set[int]:
    """The nodes to keep under one component; ``levels`` of them may stand below the root on any path."""
    order = [node for node in _downwards(tree, top) if node >= tree.leaf_count]
    total = log2(float(sum(tree.volumes[: tree.leaf_count])))
    above: dict[int, list[float]] = {top: [] if is_root else [total]}  # log2 vol of the ancestors
    for node in order:
        mine = [*above[node], log2(float(tree.volumes[node]))]
        above[tree.left[node]] = above[tree.right[node]] = mine
    # cost[node][j, a]: the least cost under node when j more nodes of a path may be kept and ancestor a is
    # the last that was; keeps[node][j, a]: whether node itself is kept there.
    cost: dict[int, NDArray[np.float64]] = {}
    keeps: dict[int, NDArray[np.bool_]] = {}
    for node in reversed(order):
        x = np.array(above[tree.left[node]])
        passed = tree.crossing[node] * x + cost.pop(tree.left[node], 0.0) + cost.pop(tree.right[node], 0.0)
        passed = np.broadcast_to(passed, (levels + 1, len(x)))
        kept_cost = np.concatenate(([np.inf], passed[:-1, -1]))[:, None]
        keeps[node] = kept_cost < passed[:, :-1]
        cost[node] = np.minimum(kept_cost, passed[:, :-1])
    chosen: set[int] = set()
    stack = [(top, -1, levels + is_root)]
    while stack:
        node, ancestor, left = stack.pop()
        if node < tree.leaf_count:
            continue
        if (node == top and is_root) or keeps[node][left, ancestor]:
            chosen.add(node)
            ancestor, left = len(above[node]), left - 1
        stack += [(tree.left[node], ancestor, left), (tree.right[node], ancestor, left)]
    return chosen


def _contract(tree: Dendrogram, tops: list[int], kept: set[int]) -> list[int]:
    """The parent array over the leaves and the kept nodes."""
    number = {leaf: leaf for leaf in range(tree.leaf_count)}
    for node in sorted(kept):
        number[node] = len(number)
    needs_root = len(tops) != 1 or tops[0] < tree.leaf_count
    root = len(number) if needs_root else number[tops[0]]
    parent = [-1] * (len(number) + needs_root)
    for top in tops:
        nearest = {top: root}
        for node in _downwards(tree, top):
            up = nearest.pop(node)
            if node in number:
                parent[number[node]] = up if number[node] != root else -1
                up = number[node]
            if node >= tree.leaf_count:
                nearest[tree.left[node]] = nearest[tree.right[node]] = up
    return parent


def _downwards(tree: Dendrogram, top: int) -> list[int]:
    """The nodes under ``top``, parents before children."""
    out, stack = [], [top]
    while stack:
        node = stack.pop()
        out.append(node)
        if node >= tree.leaf_count:
            stack += (tree.left[node], tree.right[node])
    return out
