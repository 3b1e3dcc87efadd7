"""Sums, least and largest values along the paths of a tree, one pass over its parent array each.

Unless said otherwise children are numbered before parents, and only the last node, the root, has no parent.
"""

from __future__ import annotations

from typing import Any


def sum_up(count: int, parent: Any, values: Any) -> None:
    """Add each node's value to its parent's: sums over subtrees, in place."""
    for node in range(count - 1):
        values[parent[node]] += values[node]


def least_up(count: int, parent: Any, values: Any) -> None:
    """The least value under each node, in place."""
    for node in range(count - 1):
        values[parent[node]] = min(values[parent[node]], values[node])


def climb(count: int, parent: Any, values: Any) -> None:
    """Edges from each node down to its deepest leaf, in place of zeros."""
    for node in range(count - 1):
        values[parent[node]] = max(values[parent[node]], values[node] + 1)


def add_down(count: int, parent: Any, values: Any) -> None:
    """Add each parent's value to its children's: sums over root paths, in place."""
    for node in range(count - 2, -1, -1):
        values[node] += values[parent[node]]


def join(leaf_count: int, count: int, left: Any, right: Any, values: Any) -> None:
    """Add the values of a dendrogram's children to their node's, in place."""
    for node in range(leaf_count, count):
        values[node] += values[left[node]] + values[right[node]]


def settle(count: int, parent: Any, waiting: Any, first: Any, inner: Any, order: Any) -> int:
    """Put the nodes of any parent array in an order with children before parents; how many could be.

    Fewer than ``count`` means that there is a loop.

    Args:
        count: nodes.
        parent: each node's parent in any numbering, -1 for the root.
        waiting: how many children each node has; used up.
        first: each leaf's number, and elsewhere any larger one; afterwards the least leaf under each node.
        inner: 1 for inner nodes and 0 for leaves; afterwards the inner nodes under each node, itself included.
        order: out: the nodes.
    """
    done = 0
    for node in range(count):
        if waiting[node] == 0:
            order[done] = node
            done += 1
    at = 0
    while at < done:
        node = order[at]
        at += 1
        up = parent[node]
        if up < 0:
            continue
        first[up] = min(first[up], first[node])
        inner[up] += inner[node]
        waiting[up] -= 1
        if waiting[up] == 0:
            order[done] = up
            done += 1
    return done


def add_down_along(count: int, order: Any, parent: Any, values: Any) -> None:
    """:func:`add_down` where ``order`` has children before parents and numbers are any."""
    for at in range(count - 1, -1, -1):
        node = order[at]
        if parent[node] >= 0:
            values[node] += values[parent[node]]


def contract(count: int, parent: Any, number: Any, root: int, nearest: Any, out: Any) -> None:
    """The parent array over the kept nodes of a forest.

    Args:
        count: nodes of the forest.
        parent: each node's parent; -1 at the tops.
        number: each kept node's new number; -1 for the rest.
        root: the new root's number, parent of the tops.
        nearest: room: the new number of each node's nearest kept ancestor, the root at the start.
        out: out: the kept nodes' parents, -1 at the start.
    """
    for node in range(count - 1, -1, -1):
        up = parent[node]
        if up >= 0:
            nearest[node] = nearest[up]
            if number[up] >= 0:
                nearest[node] = number[up]
        if number[node] >= 0 and number[node] != root:
            out[number[node]] = nearest[node]
