"""Greedy picks by conditional structural entropy, many starts in one call.

A leaf that is not picked yet hangs below an uncovered child of a covered node, and adds its potential less
that node's. Children are kept in the order of the best leaf below them, so the next candidate below a covered
node is its first uncovered child: a pick costs no more than the nodes covered so far.
"""

from __future__ import annotations

from typing import Any

LEVEL, EXHAUST, GLOBAL = 0, 1, 2


def widen(parent: Any, tops: Any, counts: Any, scope: int) -> int:
    """The nearest ancestor that holds more drawable leaves, or the node itself at the top."""
    node = scope
    while tops[node] == 0:
        node = parent[node]
        if counts[node] > counts[scope]:
            return int(node)
    return scope


def pick_all(
    starts: Any,
    count: int,
    k: int,
    schedule: int,
    by_union: bool,
    parent: Any,
    depths: Any,
    potentials: Any,
    tops: Any,
    counts: Any,
    best: Any,
    child_from: Any,
    children: Any,
    marks: Any,
    covered: Any,
    picks: Any,
) -> None:
    """Grow a tuple of up to k leaves from every start.

    Args:
        starts: the first leaves.
        count: how many of them.
        k: leaves per tuple.
        schedule: ``LEVEL``, ``EXHAUST`` or ``GLOBAL``.
        by_union: whether Eq. 2 is read as ``path-union``, else as ``set-lca``.
        parent: of each node, -1 for the root.
        depths: edges from the root.
        potentials: sum of H from the root to each node.
        tops: 1 where scopes end.
        counts: drawable leaves under each node.
        best: the drawable leaf of largest potential under each node, the smaller number on a tie.
        child_from: where each node's children start in ``children``; one more than nodes.
        children: those with drawable leaves, by their best leaf.
        marks: room for a number per node, all 0.
        covered: room for a number per node.
        picks: out: k numbers for each start, -1 where its widest scope held no more.
    """
    for s in range(count):
        start = starts[s]
        stamp = s + 1
        size = 0
        node = start
        while node >= 0:
            marks[node] = stamp
            covered[size] = node
            size += 1
            node = parent[node]
        picks[s * k] = start
        scope = start
        steps = 0
        met = start
        for i in range(2, k + 1):
            while schedule == 2 or counts[scope] < i or (schedule == 0 and steps < i - 1):
                wider = widen(parent, tops, counts, scope)
                if wider == scope:
                    break
                scope = wider
                steps += 1
            found = -1
            found_at = -1
            found_gain = 0.0
            for j in range(size):
                at = covered[j]
                if depths[at] < depths[scope]:
                    continue
                c = child_from[at]
                stop = child_from[at + 1]
                while c < stop and marks[children[c]] == stamp:
                    c += 1
                if c == stop:
                    continue
                leaf = best[children[c]]
                gain = potentials[leaf] - potentials[at]
                if not by_union and depths[at] > depths[met]:
                    gain = potentials[leaf] - potentials[met]
                better = found < 0 or gain > found_gain
                if found >= 0 and gain == found_gain:
                    better = potentials[leaf] > potentials[found] or (
                        potentials[leaf] == potentials[found] and leaf < found
                    )
                if better:
                    found = leaf
                    found_at = at
                    found_gain = gain
            if found < 0:
                for j in range(i - 1, k):
                    picks[s * k + j] = -1
                break
            picks[s * k + i - 1] = found
            node = found
            while node != found_at:
                marks[node] = stamp
                covered[size] = node
                size += 1
                node = parent[node]
            if depths[found_at] < depths[met]:
                met = found_at
