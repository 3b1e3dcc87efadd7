"""Which nodes of a dendrogram to keep, so that the tree has bounded height and least H^T.

Let x be log2 of the volume of the nearest kept ancestor. The least cost under a node, when j more nodes of a
path may be kept, is a function of x: concave, piecewise linear, rising, and constant from the point on where
keeping the node itself is best. So it is held as its final value and a set of bends ``(at, drop)``, where
the slope drops: ``F(x) = final - sum over bends beyond x of drop * (at - x)``. Sums of functions are unions of
sets. The bends are popped from the top when a node's own choice caps the function, and from the bottom as x
rises towards the root, so they stand in two pairing heaps that know each other's dead. In all,
``O(levels n log n)`` whatever the tree's shape.
"""

from __future__ import annotations

from typing import Any


def meld(child: Any, after: Any, at: Any, sign: float, a: int, b: int) -> int:
    """Join two pairing heaps; the root with the larger ``sign * at`` leads."""
    if a < 0:
        return b
    if b < 0:
        return a
    if sign * at[a] < sign * at[b]:
        a, b = b, a
    after[b] = child[a]
    child[a] = b
    return a


def pop(child: Any, after: Any, at: Any, sign: float, root: int) -> int:
    """Take the root off a pairing heap; the new root."""
    pairs = -1
    a = child[root]
    while a >= 0:
        b = after[a]
        if b < 0:
            after[a] = pairs
            pairs = a
            break
        following = after[b]
        after[a] = -1
        after[b] = -1
        a = meld(child, after, at, sign, a, b)
        after[a] = pairs
        pairs = a
        a = following
    new = -1
    while pairs >= 0:
        following = after[pairs]
        after[pairs] = -1
        new = meld(child, after, at, sign, new, pairs)
        pairs = following
    return new


def one_level(
    leaf_count: int,
    node_count: int,
    left: Any,
    right: Any,
    crossing: Any,
    logs: Any,
    kept_cost: Any,
    passed_cost: Any,
    at: Any,
    drop: Any,
    alive: Any,
    top: Any,
    top_child: Any,
    top_after: Any,
    low: Any,
    low_child: Any,
    low_after: Any,
    final: Any,
    slope: Any,
    moment: Any,
) -> None:
    """One more node may be kept on each path: from the cost of keeping each node to where that is best.

    Args:
        leaf_count: leaves.
        node_count: all nodes.
        left: children; right, the others.
        right: see left.
        crossing: the weight that meets in each node.
        logs: log2 of each node's volume.
        kept_cost: the least cost under each node if it is kept and one node fewer below it.
        passed_cost: out: the same with one node more, at the node's own logarithm.
        at: out: a node is kept if the nearest kept ancestor's logarithm is larger than this.
        drop: room for a number per node, as for the rest: bends, heaps, sums by root.
        alive: see drop, as for those below.
        top: the largest bend.
        top_child: its heap.
        top_after: its heap.
        low: the smallest bend.
        low_child: its heap.
        low_after: its heap.
        final: the function's final value.
        slope: the sum of drops.
        moment: the sum of drops times bends.
    """
    for node in range(node_count):
        top[node] = -1
        low[node] = -1
        top_child[node] = -1
        low_child[node] = -1
        top_after[node] = -1
        low_after[node] = -1
        alive[node] = 0
        final[node] = 0.0
        slope[node] = 0.0
        moment[node] = 0.0
        if node < leaf_count:
            continue
        x, y = left[node], right[node]
        first = meld(top_child, top_after, at, 1.0, top[x], top[y])
        last = meld(low_child, low_after, at, -1.0, low[x], low[y])
        rest = final[x] + final[y]
        total = slope[x] + slope[y]
        turn = moment[x] + moment[y]
        own = logs[node]
        while last >= 0 and (alive[last] == 0 or at[last] <= own):
            if alive[last] == 1:
                alive[last] = 0
                total -= drop[last]
                turn -= drop[last] * at[last]
            last = pop(low_child, low_after, at, -1.0, last)
        if last < 0:
            total = 0.0
            turn = 0.0
        steep = float(crossing[node])
        passed_cost[node] = steep * own + rest - (turn - total * own)
        cap = kept_cost[node]
        base = rest
        while first >= 0 and (alive[first] == 0 or steep * at[first] + base > cap):
            if alive[first] == 1:
                alive[first] = 0
                total -= drop[first]
                turn -= drop[first] * at[first]
                steep += drop[first]
                base -= drop[first] * at[first]
            first = pop(top_child, top_after, at, 1.0, first)
        at[node] = (cap - base) / steep
        drop[node] = steep
        alive[node] = 1
        top[node] = meld(top_child, top_after, at, 1.0, first, node)
        low[node] = meld(low_child, low_after, at, -1.0, last, node)
        final[node] = cap
        slope[node] = total + steep
        moment[node] = turn + steep * at[node]


def keep_nodes(
    leaf_count: int, node_count: int, levels: int, parent: Any, logs: Any, root_log: float,
    single: bool, bounds: Any, nearest: Any, spare: Any, keep: Any,
) -> None:  # fmt: skip
    """Mark the nodes to keep, from the root down.

    Args:
        leaf_count: leaves.
        node_count: all nodes.
        levels: nodes that may be kept on a path below the root.
        parent: of each node.
        logs: log2 of each node's volume.
        root_log: log2 of the graph's volume.
        single: whether the one top is the root itself.
        bounds: row ``j - 1`` says beyond which logarithm each node is kept when j nodes may be.
        nearest: room: the nearest kept ancestor's logarithm.
        spare: room: how many more nodes may be kept.
        keep: out: 1 for kept nodes.
    """
    for node in range(node_count - 1, leaf_count - 1, -1):
        above = parent[node]
        if above < 0:
            nearest[node] = root_log
            spare[node] = levels
            if single:
                keep[node] = 1
                nearest[node] = logs[node]
                continue
        else:
            nearest[node] = nearest[above]
            spare[node] = spare[above]
        j = spare[node]
        if j > 0 and nearest[node] > bounds[(j - 1) * node_count + node] * (1.0 + 1e-13):
            keep[node] = 1
            nearest[node] = logs[node]
            spare[node] = j - 1
