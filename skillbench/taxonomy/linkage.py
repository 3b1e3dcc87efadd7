"""Bottom-up induction: which two communities merge next (STEPS, section 3.1).

Giving root children a and b a new parent lowers H^T by exactly ``(2w/V) log2(V / (vol a + vol b))``. The
three linkages rank pairs by that gain (``paper``), by the flat two-dimensional decrease (``partition``), or
by the gain for each unit of the smaller volume (``balanced``). Ties go to the smaller, then the larger
number, in creation order; only pairs with positive weight merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Graph, Ints, grouped
from skillbench.taxonomy.kernels.agglomeration import agglomerate as agglomerate_kernel
from skillbench.taxonomy.kernels.fronts import BALANCED, PAPER, PARIS, PARTITION
from skillbench.taxonomy.kernels.records import DEGREE, OTHER, OWNER, SIZES, WEIGHT, State
from skillbench.taxonomy.kernels.scans import join

Linkage = Literal["paper", "balanced", "partition"]
LINKAGES: tuple[Linkage, ...] = get_args(Linkage)
Key = Literal[Linkage, "paris"]
_RULES: dict[Key, int] = {"paper": PAPER, "balanced": BALANCED, "partition": PARTITION, "paris": PARIS}


@dataclass(frozen=True, eq=False)
class Dendrogram:
    """A forest of binary merges; node numbers are leaves, then merges in order.

    Attributes:
        leaf_count: leaves are ``0 .. leaf_count - 1``.
        left, right: each node's children; -1 for leaves.
        crossing: the weight between each node's two children, in the graph's units; 0 for leaves.
        volumes: each node's volume, in the graph's units.
        parent: each node's parent, -1 for the tops of the components.
    """

    leaf_count: int
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    crossing: Ints
    volumes: Ints
    parent: NDArray[np.int32]

    @property
    def node_count(self) -> int:
        """Leaves and merges together."""
        return len(self.left)

    @property
    def tops(self) -> list[int]:
        """The roots of the forest: one for each connected component."""
        return [int(node) for node in np.flatnonzero(self.parent < 0)]


def agglomerate(graph: Graph, key: Key) -> Dendrogram:
    """Merge the best pair until no two communities share weight.

    Args:
        graph: the co-occurrence graph.
        key: what ranks pairs, a linkage's or ``paris``: the weight by the product of the two volumes (Bonald,
            Charpentier, Galland and Hollocou, Hierarchical graph clustering using node pair sampling, 2018).
    """
    n, m = graph.node_count, graph.edge_count
    sizes = _records(graph)
    clusters = np.full((n, 8), -1, dtype=np.int32)
    clusters[:, DEGREE] = graph.degrees
    merged = np.full((2, max(n - 1, 0)), -1, dtype=np.int32)
    crossing = np.zeros(max(n - 1, 0), dtype=np.int64)
    state = State(
        rule=_RULES[key],
        total=graph.volume,
        links=sizes.view(np.int32).ravel(),
        sizes=sizes.ravel(),
        clusters=clusters.ravel(),
        volumes=graph.volumes.copy(),
        inner=np.zeros(n, dtype=np.int64),
        shares=np.ones(n),
        keys=np.zeros(n),
        heap=np.zeros(n, dtype=np.int32),
        table=np.empty(1 << max(3, (2 * m).bit_length()), dtype=np.int64),
        tallies=np.zeros(2, dtype=np.int64),
    )
    count = int(run(agglomerate_kernel, (state, merged[0], merged[1], crossing), size=m))
    return _dendrogram(graph, merged[:, :count], crossing[:count])


def _records(graph: Graph) -> Ints:
    """The edges' records with owner, other end and weight; an owner's side by side in memory, rising in volume."""
    by_u = graph.degrees[graph.u] >= graph.degrees[graph.v]
    owner = np.where(by_u, graph.u, graph.v).astype(np.int32)
    other = np.where(by_u, graph.v, graph.u).astype(np.int32)
    rank = np.argsort(np.argsort(graph.volumes, kind="stable")).astype(np.int32)
    order = grouped(rank[other], graph.node_count)
    order = order[grouped(owner[order], graph.node_count)]
    sizes = np.zeros((graph.edge_count, SIZES), dtype=np.int64)
    links = sizes.view(np.int32)
    links[:, OWNER], links[:, OTHER] = owner[order], other[order]
    sizes[:, WEIGHT] = graph.weights[order]
    return sizes


def _dendrogram(graph: Graph, merged: NDArray[np.int32], crossing: Ints) -> Dendrogram:
    n, count = graph.node_count, merged.shape[1]
    leaves = np.full(n, -1, dtype=np.int32)
    parent = np.full(n + count, -1, dtype=np.int32)
    numbers = np.arange(n, n + count, dtype=np.int32)
    parent[merged[0]], parent[merged[1]] = numbers, numbers
    left, right = np.concatenate((leaves, merged[0])), np.concatenate((leaves, merged[1]))
    volumes = np.concatenate((graph.volumes, np.zeros(count, dtype=np.int64)))
    run(join, (n, n + count, left, right, volumes), size=graph.edge_count)
    return Dendrogram(
        leaf_count=n,
        left=left,
        right=right,
        crossing=np.concatenate((np.zeros(n, dtype=np.int64), crossing)),
        volumes=volumes,
        parent=parent,
    )
