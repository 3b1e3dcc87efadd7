"""The best tree of bounded height that keeps a dendrogram's communities: an exact dynamic programme.

Dropping an inner node moves the weight that met in it to its nearest kept ancestor. By the closed form the
cost of a choice is the sum over inner nodes of ``crossing * log2 vol(nearest kept ancestor or self)``; the
least cost over all choices with at most ``max_height`` levels is found exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Ints
from skillbench.taxonomy.kernels.levels import keep_nodes, one_level
from skillbench.taxonomy.kernels.scans import contract, join
from skillbench.taxonomy.linkage import Dendrogram
from skillbench.taxonomy.logarithm import log2, log2_array


def bound_height(tree: Dendrogram, max_height: int | None, size: int) -> Ints:
    """The parent array of the best tree of at most ``max_height`` levels under one root.

    Leaves keep their numbers. ``None`` keeps every node. Component tops hang off a new root unless there is
    only one, an inner node.

    Args:
        tree: the dendrogram, children numbered before parents.
        max_height: most levels between root and leaf.
        size: the graph's edges, which decide how the work is run.
    """
    inner = np.arange(tree.node_count) >= tree.leaf_count
    if max_height is None:
        return _contract(tree, inner, size)
    n, nodes, levels = tree.leaf_count, tree.node_count, max_height - 1
    logs = log2_array(np.maximum(tree.volumes, 1).astype(np.float64))
    under = tree.crossing.copy()
    run(join, (n, nodes, tree.left, tree.right, under), size=size)
    kept_cost = under * logs
    bounds = np.zeros((levels, nodes))
    for level in range(levels):
        passed_cost = np.zeros(nodes)
        room = [np.zeros(nodes, dtype=kind) for kind in _ROOM]
        arguments = (
            n, nodes, tree.left, tree.right, tree.crossing, logs, kept_cost, passed_cost,
            bounds[level], *room,
        )  # fmt: skip
        run(one_level, arguments, size=size)
        kept_cost = passed_cost
    keep = np.zeros(nodes, dtype=np.int32)
    single = len(tree.tops) == 1 and nodes > n
    total = log2(float(max(int(tree.volumes[:n].sum()), 1)))
    arguments = (
        n, nodes, levels, tree.parent, logs, total, single, bounds.ravel(),
        np.zeros(nodes), np.zeros(nodes, dtype=np.int32), keep,
    )  # fmt: skip
    run(keep_nodes, arguments, size=size)
    return _contract(tree, keep.astype(bool), size)


_ROOM = (np.float64, np.int8, *(np.int32,) * 6, *(np.float64,) * 3)
"""Of what kind the working arrays of ``one_level`` are, in its order."""


def _contract(tree: Dendrogram, keep: NDArray[np.bool_], size: int) -> Ints:
    """The parent array over the leaves and the kept nodes."""
    n, tops = tree.leaf_count, tree.tops
    single = len(tops) == 1 and tops[0] >= n
    kept = np.flatnonzero(keep)
    number = np.full(tree.node_count, -1, dtype=np.int64)
    number[:n], number[kept] = np.arange(n), n + np.arange(len(kept))
    root = int(number[tops[0]]) if single else n + len(kept)
    nearest = np.full(tree.node_count, root, dtype=np.int64)
    out = np.full(n + len(kept) + (not single), -1, dtype=np.int64)
    run(contract, (tree.node_count, tree.parent, number, root, nearest, out), size=size)
    return out
