"""Nearest-neighbour interchanges: local repairs of a dendrogram until none lowers H^T.

By the closed form, the part of H^T that an inner node p with children x = (x1, x2) and y decides is
``(2/V) (w(x1, x2) log2 vol x + w(x, y) log2 vol p)``. Putting y in the place of x2 changes it by
``(2/V) (w(x1, x2) log2(vol p / vol x) - w(x1, y) log2(vol p / (vol x1 + vol y)))``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Graph, Ints, grouped
from skillbench.taxonomy.kernels.interchanges import interchange as interchange_kernel
from skillbench.taxonomy.kernels.interchanges import line_up, renumber
from skillbench.taxonomy.linkage import Dendrogram


def interchanged(graph: Graph, tree: Dendrogram, *, from_top: bool) -> Dendrogram:
    """The dendrogram after interchanges until none lowers H^T, the best of each node's four at a time.

    The search ends in a local optimum that depends on the order. While at work leaves are numbered from left to right,
    so that a community's edges lie side by side in memory; no choice depends on their numbers. Nodes of the outcome are
    numbered anew, children before parents.

    Args:
        graph: the co-occurrence graph.
        tree: merges of it.
        from_top: whether the highest nodes come first, or the lowest.
    """
    nodes, leaves, size = tree.node_count, tree.leaf_count, graph.edge_count
    line = _line(tree, size)
    place = np.argsort(line).astype(np.int32)
    starts, beside, weights = _adjacency(graph, place)
    tree = _renumbered(tree, np.append(place, np.arange(leaves, nodes, dtype=np.int32)))
    arguments = (
        from_top, leaves, nodes, starts, beside, weights, tree.left, tree.right, tree.parent, tree.crossing,
        tree.volumes, np.arange(leaves, dtype=np.int32), np.arange(leaves, dtype=np.int32), _room(nodes), _room(nodes),
        np.zeros(nodes, dtype=np.int64), _room(leaves), _room(nodes), _room(nodes), np.zeros(4, dtype=np.int64),
    )  # fmt: skip
    run(interchange_kernel, arguments, size=size)
    number = _room(nodes)
    run(renumber, (leaves, nodes, tree.left, tree.right, tree.parent, number, _room(nodes)), size=size)
    number[:leaves] = line
    return _renumbered(tree, number)


def _room(size: int) -> NDArray[np.int32]:
    return np.zeros(size, dtype=np.int32)


def _line(tree: Dendrogram, size: int) -> NDArray[np.int32]:
    """The leaves from left to right."""
    counts, line = (np.arange(tree.node_count) < tree.leaf_count).astype(np.int32), _room(tree.leaf_count)
    arguments = (
        tree.leaf_count, tree.node_count, tree.left, tree.right, tree.parent, counts, _room(tree.node_count), line,
    )  # fmt: skip
    run(line_up, arguments, size=size)
    return line


def _renumbered(tree: Dendrogram, number: NDArray[np.signedinteger[Any]]) -> Dendrogram:
    """The same dendrogram with each node under another number."""
    old = np.argsort(number)
    looked_up = np.append(number, -1).astype(np.int32)  # -1 stays -1
    return Dendrogram(
        leaf_count=tree.leaf_count,
        left=looked_up[tree.left[old]],
        right=looked_up[tree.right[old]],
        crossing=tree.crossing[old],
        volumes=tree.volumes[old],
        parent=looked_up[tree.parent[old]],
    )


def _adjacency(graph: Graph, place: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32], Ints]:
    """Each leaf's edges in compressed rows, leaves by place: where they start, their other ends, their weights."""
    u, v = place[graph.u], place[graph.v]
    degrees = np.bincount(u, minlength=graph.node_count) + np.bincount(v, minlength=graph.node_count)
    order = grouped(np.concatenate((u, v)), graph.node_count)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(degrees)))
    return starts, np.concatenate((v, u))[order], np.tile(graph.weights, 2)[order]
