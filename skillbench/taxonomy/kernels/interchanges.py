"""Nearest-neighbour interchanges on a dendrogram whose leaves are kept in a line.

The leaves under a node stand side by side, so whether an edge leads into a community is a comparison of two
places. The weights that decide about a node are counted from its child with fewer edges.
"""

from __future__ import annotations

from typing import Any

from skillbench.taxonomy.logarithm import log2

MARGIN = 1.0 + 1e-12
"""An interchange must gain more than rounding can pretend, so that the search ends."""


def line_up(
    leaf_count: int, node_count: int, left: Any, right: Any, parent: Any, counts: Any, start: Any, line: Any
) -> None:
    """Write the leaves from left to right into ``line``.

    Args:
        leaf_count: leaves.
        node_count: leaves and merges, children before parents.
        left: children of each node; right, the others.
        right: see left.
        parent: of each node; -1 at the tops.
        counts: room for the number of leaves of each node, 1 for leaves and 0 elsewhere.
        start: room for the place of each node's leftmost leaf.
        line: out: the leaves.
    """
    for node in range(leaf_count, node_count):
        counts[node] = counts[left[node]] + counts[right[node]]
    at = 0
    for node in range(node_count - 1, -1, -1):
        if parent[node] < 0:
            start[node] = at
            at += counts[node]
        if node >= leaf_count:
            start[left[node]] = start[node]
            start[right[node]] = start[node] + counts[left[node]]
        else:
            line[start[node]] = node


def swap_blocks(line: Any, places: Any, spare: Any, start: int, one: int, two: int) -> None:
    """Exchange neighbouring blocks of ``one`` and ``two`` leaves, the first at ``start``."""
    for i in range(one):
        spare[i] = line[start + i]
    for i in range(two):
        leaf = line[start + one + i]
        line[start + i] = leaf
        places[leaf] = start + i
    for i in range(one):
        leaf = spare[i]
        line[start + two + i] = leaf
        places[leaf] = start + two + i


def bring_together(
    line: Any,
    places: Any,
    spare: Any,
    first: Any,
    counts: Any,
    parent: Any,
    p: int,
    stays: int,
    leaves: int,
    joins: int,
) -> None:
    """Reorder the three blocks under p so that ``stays`` and ``joins`` touch."""
    at_stays = places[first[stays]]
    at_leaves = places[first[leaves]]
    at_joins = places[first[joins]]
    if not min(at_stays, at_joins) < at_leaves < max(at_stays, at_joins):
        return
    front, back = stays, joins
    if at_joins < at_stays:
        front, back = joins, stays
    if counts[front] < counts[back]:
        swap_blocks(line, places, spare, places[first[front]], counts[front], counts[leaves])
        node = p
        while node >= 0 and first[node] == first[front]:
            first[node] = first[leaves]
            node = parent[node]
    else:
        swap_blocks(line, places, spare, at_leaves, counts[leaves], counts[back])


def weigh(
    leaf_count: int,
    starts: Any,
    beside: Any,
    weights: Any,
    line: Any,
    places: Any,
    first: Any,
    counts: Any,
    ends: Any,
    left: Any,
    right: Any,
    p: int,
    sums: Any,
) -> None:
    """The weights between p's grandchildren and their parent's sibling.

    Into ``sums``: left child's left and right against the right child, then right child's left and right
    against the left child; 0 where a child is a leaf.
    """
    x = left[p]
    y = right[p]
    flip = 0
    if ends[x] < ends[y]:
        x, y = y, x
        flip = 2
    for i in range(4):
        sums[i] = 0
    x_from = places[first[x]]
    x_to = x_from + counts[x]
    x_half_from = x_from
    x_half_to = x_from
    if x >= leaf_count:
        x_half_from = places[first[left[x]]]
        x_half_to = x_half_from + counts[left[x]]
    y_from = places[first[y]]
    y_half_from = y_from
    y_half_to = y_from
    if y >= leaf_count:
        y_half_from = places[first[left[y]]]
        y_half_to = y_half_from + counts[left[y]]
    for place in range(y_from, y_from + counts[y]):
        leaf = line[place]
        y_side = 3 - flip
        if y_half_from <= place < y_half_to:
            y_side = 2 - flip
        for i in range(starts[leaf], starts[leaf + 1]):
            other = places[beside[i]]
            if x_from <= other < x_to:
                w = weights[i]
                sums[y_side] += w
                if x_half_from <= other < x_half_to:
                    sums[flip] += w
                else:
                    sums[flip + 1] += w


def best_move(leaf_count: int, left: Any, right: Any, crossing: Any, volumes: Any, p: int, sums: Any) -> int:
    """Which of the four interchanges under p lowers H^T most, given their weights in ``sums``; -1 if none does.

    0 and 1 put the right child in the place of the left child's right and left; 2 and 3 the other way about.
    """
    best = 0.0
    move = -1
    for i in range(4):
        x, y = left[p], right[p]
        if i >= 2:
            x, y = y, x
        if x < leaf_count:
            continue
        stays = left[x]
        if i % 2 == 1:
            stays = right[x]
        kept = crossing[x] * log2(volumes[p] / volumes[x])
        gained = sums[i] * log2(volumes[p] / (volumes[stays] + volumes[y]))
        if gained > kept * MARGIN and gained - kept > best:
            best = gained - kept
            move = i
    return move


def interchange(
    from_top: bool,
    leaf_count: int,
    node_count: int,
    starts: Any,
    beside: Any,
    weights: Any,
    left: Any,
    right: Any,
    parent: Any,
    crossing: Any,
    volumes: Any,
    line: Any,
    places: Any,
    first: Any,
    counts: Any,
    ends: Any,
    spare: Any,
    waiting: Any,
    queued: Any,
    sums: Any,
) -> int:
    """Apply interchanges in place until none lowers H^T, the best of each node's four.

    Args:
        from_top: whether the highest nodes come first, or the lowest.
        leaf_count: leaves.
        node_count: leaves and merges.
        starts: where each leaf's edges start in ``beside``; one more than leaves.
        beside: the other ends of the leaves' edges.
        weights: their weights.
        left: children of each node; right, the others.
        right: see left.
        parent: of each node; -1 at the tops.
        crossing: the weight between each node's two children.
        volumes: of each node.
        line: the leaves from left to right.
        places: where each leaf stands in the line.
        first: room for the leftmost leaf of each node.
        counts: room for the number of leaves of each node.
        ends: room for the number of edge ends under each node.
        spare: room for as many numbers as leaves.
        waiting: room for a ring of as many numbers as nodes.
        queued: whether each node waits; all 0.
        sums: room for four numbers.
    """
    for node in range(node_count):
        if node < leaf_count:
            first[node] = node
            counts[node] = 1
            ends[node] = starts[node + 1] - starts[node]
        else:
            first[node] = first[left[node]]
            counts[node] = counts[left[node]] + counts[right[node]]
            ends[node] = ends[left[node]] + ends[right[node]]
    head = 0
    length = node_count - leaf_count
    for i in range(length):
        waiting[i] = leaf_count + i
        if from_top:
            waiting[i] = node_count - 1 - i
        queued[leaf_count + i] = 1
    made = 0
    while length > 0:
        p = waiting[head]
        head += 1
        if head == node_count:
            head = 0
        length -= 1
        queued[p] = 0
        if left[p] < leaf_count and right[p] < leaf_count:
            continue
        for i in range(4):
            sums[i] = crossing[p]  # no interchange can bring more weight together than meets in p
        if best_move(leaf_count, left, right, crossing, volumes, p, sums) < 0:
            continue
        weigh(leaf_count, starts, beside, weights, line, places, first, counts, ends, left, right, p, sums)
        move = best_move(leaf_count, left, right, crossing, volumes, p, sums)
        if move < 0:
            continue
        made += 1
        x, joins = left[p], right[p]
        if move >= 2:
            x, joins = joins, x
        stays, leaves = left[x], right[x]
        if move % 2 == 1:
            stays, leaves = leaves, stays
        bring_together(line, places, spare, first, counts, parent, p, stays, leaves, joins)
        w = sums[move]
        crossing[p] += crossing[x] - w
        crossing[x] = w
        volumes[x] = volumes[stays] + volumes[joins]
        counts[x] = counts[stays] + counts[joins]
        ends[x] = ends[stays] + ends[joins]
        first[x] = first[stays]
        if places[first[joins]] < places[first[stays]]:
            first[x] = first[joins]
        left[x] = stays
        right[x] = joins
        left[p] = x
        right[p] = leaves
        parent[joins] = x
        parent[leaves] = p
        for node in (x, p, parent[p]):
            if node >= 0 and queued[node] == 0:
                queued[node] = 1
                tail = head + length
                if tail >= node_count:
                    tail -= node_count
                waiting[tail] = node
                length += 1
    return made


def renumber(leaf_count: int, node_count: int, left: Any, right: Any, parent: Any, number: Any, stack: Any) -> None:
    """Give inner nodes new numbers, children before parents; leaves keep theirs."""
    latest = node_count - 1
    for top in range(node_count):
        if top < leaf_count:
            number[top] = top
        if parent[top] >= 0 or top < leaf_count:
            continue
        depth = 1
        stack[0] = top
        while depth > 0:
            depth -= 1
            node = stack[depth]
            number[node] = latest
            latest -= 1
            for child in (right[node], left[node]):
                if child >= leaf_count:
                    stack[depth] = child
                    depth += 1
