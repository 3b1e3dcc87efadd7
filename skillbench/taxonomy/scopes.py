"""Where the sampler looks: the tree parted by components, what may be drawn below each node, and what binds skills.

A tree of bounded height may let a component's edges meet in the root, so that its skills hang there without a node of
their own. The sampler's copy of the tree has one top for each component; such a top stands for the root, so its
potential is 0 and no entropy changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Floats, Ints, grouped
from skillbench.taxonomy.induction import in_lowest_terms
from skillbench.taxonomy.kernels.scans import least_up
from skillbench.taxonomy.tree import Tree

Numbers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Scopes:
    """A forest with the tree's leaves, in the order in which ``pick_all`` takes its arrays.

    Attributes:
        parent: of each node, children before parents, -1 at the tops.
        depths: edges from the tree's root to the node, or to the one it is a copy of.
        potentials: the sum of H from the root to each node.
        worth: what a leaf is ranked by, its potential less its handicap; 0 elsewhere.
        counts: drawable leaves under each node.
        best: the drawable leaf of largest worth under each node, the smaller number on a tie; -1 for none.
        child_from: where each node's children start in ``children``; one more than nodes.
        children: those with drawable leaves, by their best leaf.
        places: where each leaf stands in a line in which the leaves under a node are neighbours.
        left, right: the place of the first leaf under each node, and the one behind the last.
    """

    parent: Ints
    depths: Ints
    potentials: Floats
    worth: Floats
    counts: Numbers
    best: Numbers
    child_from: Numbers
    children: Numbers
    places: Numbers
    left: Numbers
    right: Numbers


def scopes_of(tree: Tree, drawable: Sequence[int], handicap: Mapping[int, float], *, parted: bool) -> Scopes:
    """The scopes of a tree.

    Args:
        tree: the taxonomy.
        drawable: the leaves that may be drawn.
        handicap: bits by which leaves are ranked lower.
        parted: whether each component has a top of its own.
    """
    parent, copied = _parted(tree) if parted else (tree.parent, np.arange(tree.node_count))
    worth = np.zeros(len(parent))
    worth[: tree.leaf_count] = tree.potentials[: tree.leaf_count]
    for leaf, bits in handicap.items():
        worth[leaf] -= bits
    counts, best, children = _below(parent.tolist(), worth.tolist(), drawable)
    degrees = np.bincount(parent[children], minlength=len(parent)) if children else np.zeros(len(parent), dtype=int)
    places = tree.leaf_order[1][: tree.leaf_count]
    if parted:
        places = np.argsort(np.lexsort((places, tree.graph.component_of)))
    return Scopes(
        parent,
        tree.depths[copied],
        tree.potentials[copied],
        worth,
        np.array(counts, dtype=np.int32),
        np.array(best, dtype=np.int32),
        np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(degrees, dtype=np.int32))),
        np.array(children, dtype=np.int32),
        places.astype(np.int32),
        least_below(parent, places).astype(np.int32),
        (1 - least_below(parent, -places)).astype(np.int32),
    )


def _parted(tree: Tree) -> tuple[Ints, Ints]:
    """The parent array in which a node above several components stands once for each, and what each node copies."""
    labels, nodes = tree.graph.component_of, tree.node_count
    least, most = least_below(tree.parent, labels), -least_below(tree.parent, -labels)
    whole = least == most
    if whole.all():
        return tree.parent, np.arange(nodes)
    kept = np.flatnonzero(whole)
    width = int(labels.max()) + 1
    front = np.unique(tree.parent[kept] * width + least[kept])
    front = front[~whole[front // width]]
    keys = front
    while len(front := front[front // width != tree.root]):
        front = np.setdiff1d(tree.parent[front // width] * width + front % width, keys)
        keys = np.union1d(keys, front)
    number = np.cumsum(whole) - 1
    copies, parts = keys // width, keys % width
    copied = np.concatenate((kept, copies))
    up, part = tree.parent[copied], np.concatenate((least[kept], parts))
    above = np.where(whole[up], number[up], len(kept) + np.searchsorted(keys, up * width + part))
    return np.where(up >= 0, above, -1), copied


def least_below(parent: Ints, values: Ints) -> Ints:
    """The least of the leaves' values under each node of a forest; an empty tree's root has none, and a large one."""
    count = len(parent)
    out = np.full(count + 1, count, dtype=np.int64)
    out[: len(values)] = values
    run(least_up, (count + 1, np.where(parent < 0, count, parent), out), size=count)
    return out[:count]


def _below(parent: list[int], worth: list[float], drawable: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
    """Drawable leaves under each node, the best of them, and nodes with some by parent and best leaf."""
    counts, best = [0] * len(parent), [-1] * len(parent)
    for leaf in drawable:
        counts[leaf], best[leaf] = 1, leaf
    for node, up in enumerate(parent):
        if up < 0:
            continue
        counts[up] += counts[node]
        leaf = best[node]
        if leaf >= 0 and (best[up] < 0 or (-worth[leaf], leaf) < (-worth[best[up]], best[up])):
            best[up] = leaf
    children = [node for node, up in enumerate(parent) if up >= 0 and counts[node]]
    children.sort(key=lambda node: (parent[node], -worth[best[node]], best[node]))
    return counts, best, children


def bonds_of(tree: Tree, drawable: Sequence[int]) -> tuple[Numbers, Numbers, Floats]:
    """What binds pairs of drawable skills, in compressed rows: where they start, the other skills, the bonds.

    A bond is ``sqrt(w V / (d_x d_y))``, the root of the pair's weight by what skills of such degrees would share by
    chance; degrees are without loops. The root keeps one strong pair from standing for many.
    """
    graph = in_lowest_terms(tree.graph)
    degree = graph.strengths
    free = np.zeros(graph.node_count, dtype=bool)
    free[list(drawable)] = True
    pairs = free[graph.u] & free[graph.v]
    u, v = graph.u[pairs], graph.v[pairs]
    less, more = np.minimum(degree[u], degree[v]), np.maximum(degree[u], degree[v])
    bonds = np.sqrt((graph.weights[pairs] / less) * (int(degree.sum()) / more))
    ends = np.concatenate((u, v))
    order = grouped(ends.astype(np.int32), graph.node_count)
    starts = np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=graph.node_count)))).astype(np.int32)
    return starts, np.concatenate((v, u))[order].astype(np.int32), np.tile(bonds, 2)[order]
