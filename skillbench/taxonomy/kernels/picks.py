"""Greedy picks by conditional structural entropy, many starts in one call.

A leaf that is not picked yet hangs below an uncovered child of a covered node, and adds its potential less
that node's. Children are kept in the order of the best leaf below them, so the next candidate below a covered
node is its first uncovered child: a pick costs no more than the nodes covered so far. Where bonds count too,
the skills bound to those picked are gone through as well.
"""

from __future__ import annotations

from typing import Any

AFFINITY, LEVEL, EXHAUST, GLOBAL = 0, 1, 2, 3


def widen(parent: Any, counts: Any, scope: int) -> int:
    """The nearest ancestor that holds more drawable leaves, or the node itself at the top."""
    node = parent[scope]
    while node >= 0:
        if counts[node] > counts[scope]:
            return int(node)
        node = parent[node]
    return scope


def better(
    score: float, gain: float, worth: float, leaf: int, best: float, best_gain: float, of: Any, found: int
) -> bool:
    """Whether a candidate comes before the best so far: by score, then gain, then worth, then the smaller number."""
    if found < 0 or score != best:
        return found < 0 or score > best
    if gain != best_gain:
        return gain > best_gain
    if worth != of[found]:
        return bool(worth > of[found])
    return leaf < found


def pick_all(
    starts: Any,
    count: int,
    k: int,
    schedule: int,
    by_union: bool,
    parent: Any,
    depths: Any,
    potentials: Any,
    worth: Any,
    counts: Any,
    best: Any,
    child_from: Any,
    children: Any,
    places: Any,
    left: Any,
    right: Any,
    bonds_from: Any,
    bound: Any,
    bonds: Any,
    marks: Any,
    covered: Any,
    bond: Any,
    most: Any,
    touched: Any,
    picks: Any,
) -> None:
    """Grow a tuple of up to k leaves from every start.

    Args:
        starts: the first leaves.
        count: how many of them.
        k: leaves per tuple.
        schedule: ``AFFINITY``, ``LEVEL``, ``EXHAUST`` or ``GLOBAL``.
        by_union: whether Eq. 2 is read as ``path-union``, else as ``set-lca``.
        parent: of each node, -1 at the tops, where scopes end.
        depths: edges from the root.
        potentials: sum of H from the root to each node.
        worth: of leaves, the potential by which they are ranked.
        counts: drawable leaves under each node.
        best: the drawable leaf of largest worth under each node, the smaller number on a tie.
        child_from: where each node's children start in ``children``; one more than nodes.
        children: those with drawable leaves, by their best leaf.
        places: where each leaf stands in a line in which the leaves under a node are neighbours. Read by ``AFFINITY``,
            as the next seven.
        left: the place of the first leaf under each node.
        right: the place behind the last.
        bonds_from: where each leaf's bonds start; one more than leaves.
        bound: the leaves at the bonds' other ends.
        bonds: their strengths, all positive.
        marks: room for a number per node, all 0.
        covered: room for a number per node.
        bond: room for a number per leaf, all 0.0.
        most: a copy of the leaves' worth: what each can gain at most from here on.
        touched: room for a number per leaf.
        picks: out: k numbers for each start, -1 where its widest scope held no more.
    """
    rise = -k  # how many ancestors up the second pick may go; later ones, one more each
    if schedule == AFFINITY:
        rise = 2
    elif schedule == LEVEL:
        rise = 1
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
        reached = 0
        last = start
        for i in range(2, k + 1):
            while schedule == GLOBAL or counts[scope] < i or steps < rise - 2 + i:
                wider = widen(parent, counts, scope)
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
                gain = worth[leaf] - potentials[at]
                if not by_union and depths[at] > depths[met]:
                    gain = worth[leaf] - potentials[met]
                if better(0.0, gain, worth[leaf], leaf, 0.0, found_gain, worth, found):
                    found = leaf
                    found_at = at
                    found_gain = gain
            if found < 0:
                for j in range(i - 1, k):
                    picks[s * k + j] = -1
                break
            if schedule == AFFINITY:
                for e in range(bonds_from[last], bonds_from[last + 1]):
                    c = bound[e]
                    touched[reached] = c  # overwritten by the next one unless this is new: no branch to mispredict
                    reached += int(bond[c] == 0.0)
                    bond[c] += bonds[e]
                score = 0.0
                begin = left[scope]
                end = right[scope]
                for j in range(reached):
                    leaf = touched[j]
                    if bond[leaf] * most[leaf] < score or places[leaf] < begin or places[leaf] >= end:
                        continue
                    if marks[leaf] == stamp:
                        most[leaf] = -1.0  # looked at no more
                        continue
                    at = parent[leaf]
                    while marks[at] != stamp:
                        at = parent[at]
                    gain = worth[leaf] - potentials[at]
                    if by_union:
                        most[leaf] = gain  # what more picks cover only lowers it
                    elif depths[at] > depths[met]:
                        gain = worth[leaf] - potentials[met]
                    if gain > 0.0 and better(
                        bond[leaf] * gain,
                        gain,
                        worth[leaf],
                        leaf,
                        score,
                        found_gain,
                        worth,
                        found if score > 0.0 else -1,
                    ):
                        found = leaf
                        found_at = at
                        found_gain = gain
                        score = bond[leaf] * gain
            picks[s * k + i - 1] = found
            last = found
            node = found
            while node != found_at:
                marks[node] = stamp
                covered[size] = node
                size += 1
                node = parent[node]
            if depths[found_at] < depths[met]:
                met = found_at
        for j in range(reached):
            bond[touched[j]] = 0.0
            most[touched[j]] = worth[touched[j]]
