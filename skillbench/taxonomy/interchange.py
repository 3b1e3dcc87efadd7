"""Nearest-neighbour interchanges: local repairs of a dendrogram until none lowers H^T.

By the closed form, the part of H^T that an inner node p with children x = (x1, x2) and y decides is
``(2/V) (w(x1, x2) log2 vol x + w(x, y) log2 vol p)``. Putting y in the place of x2 changes it by
``(2/V) (w(x1, x2) log2(vol p / vol x) - w(x1, y) log2(vol p / (vol x1 + vol y)))``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Graph, Ints
from skillbench.taxonomy.kernels.interchanges import interchange as interchange_kernel
from skillbench.taxonomy.kernels.interchanges import renumber
from skillbench.taxonomy.linkage import Dendrogram


def interchange(graph: Graph, tree: Dendrogram) -> Dendrogram:
    """The dendrogram after interchanges, lowest nodes first and the best of each node's four.

    The tree given is used up. Nodes of the outcome are numbered anew, children before parents.
    """
    nodes, leaves = tree.node_count, tree.leaf_count
    starts, beside, weights = _adjacency(graph)

    def room(size: int) -> NDArray[np.int32]:
        return np.zeros(size, dtype=np.int32)

    arguments = (
        leaves, nodes, starts, beside, weights, tree.left, tree.right, tree.parent, tree.crossing, tree.volumes,
        room(leaves), room(leaves), room(nodes), room(nodes), np.zeros(nodes, dtype=np.int64), room(leaves),
        room(nodes), room(nodes), np.zeros(4, dtype=np.int64),
    )  # fmt: skip
    run(interchange_kernel, arguments, size=graph.edge_count)
    number = room(nodes)
    run(renumber, (leaves, nodes, tree.left, tree.right, tree.parent, number, room(nodes)), size=graph.edge_count)
    return _renumbered(tree, number)


def _renumbered(tree: Dendrogram, number: NDArray[np.int32]) -> Dendrogram:
    old = np.argsort(number)
    looked_up = np.append(number, np.int32(-1))  # -1 stays -1
    return Dendrogram(
        leaf_count=tree.leaf_count,
        left=looked_up[tree.left[old]],
        right=looked_up[tree.right[old]],
        crossing=tree.crossing[old],
        volumes=tree.volumes[old],
        parent=looked_up[tree.parent[old]],
    )


def _adjacency(graph: Graph) -> tuple[Ints, NDArray[np.int32], Ints]:
    """Each node's edges in compressed rows: where they start, their other ends, their weights."""
    u, v = graph.u.astype(np.int32), graph.v.astype(np.int32)
    order = np.argsort(np.concatenate((u, v)), kind="stable")
    degrees = np.bincount(graph.u, minlength=graph.node_count) + np.bincount(graph.v, minlength=graph.node_count)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(degrees)))
    return starts, np.concatenate((v, u))[order], np.tile(graph.weights, 2)[order]
