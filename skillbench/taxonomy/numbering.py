"""The canonical numbering of a tree's nodes: equal trees have equal parent arrays."""

from __future__ import annotations

import numpy as np

from skillbench.core.errors import InputError
from skillbench.taxonomy.graph import Ints


def canonical(parent: Ints, leaf_count: int) -> Ints:
    """The parent array renumbered: leaves as they are, inner nodes in after-order, the root last.

    Children are visited in the order of their first leaf.

    Raises:
        InputError: not one root, a loop, a leaf with children, or an inner node without.
    """
    parents = parent.tolist()
    below, root = _children(parents, leaf_count)
    walk, stack = [], [root]
    while stack:
        node = stack.pop()
        walk.append(node)
        stack.extend(below[node])
    barren = any(not below[node] for node in range(leaf_count, len(parents)))
    if len(walk) != len(parents) or (barren and leaf_count):
        raise InputError("the parent array has a loop or an inner node without leaves; it must be one tree")
    first = list(range(leaf_count)) + [leaf_count] * (len(parents) - leaf_count)
    for node in reversed(walk):
        if parents[node] >= 0:
            first[parents[node]] = min(first[parents[node]], first[node])
    number = list(range(len(parents)))
    latest, stack = len(parents) - 1, [root]
    while stack:  # the reverse of after-order: a node, then its children from the last to the first
        node = stack.pop()
        if node >= leaf_count:
            number[node] = latest
            latest -= 1
        stack.extend(sorted(below[node], key=first.__getitem__))
    out = np.empty(len(parents), dtype=np.int64)
    for node, up in enumerate(parents):
        out[number[node]] = number[up] if up >= 0 else -1
    return out


def _children(parents: list[int], leaf_count: int) -> tuple[list[list[int]], int]:
    """Each node's children in rising order, and the root."""
    below: list[list[int]] = [[] for _ in parents]
    roots = []
    for node, up in enumerate(parents):
        if up < 0:
            roots.append(node)
        elif not leaf_count <= up < len(parents):
            raise InputError(f"node {node} has parent {up}; parents are inner nodes, from {leaf_count} on")
        else:
            below[up].append(node)
    if len(roots) != 1 or roots[0] < leaf_count:
        raise InputError(f"a tree has one inner root; this array has {len(roots)} nodes without a parent")
    return below, roots[0]
