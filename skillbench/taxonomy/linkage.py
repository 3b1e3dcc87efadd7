"""Bottom-up induction: which two communities merge next (STEPS, section 3.1).

Giving root children a and b a new parent lowers H^T by exactly ``(2w/V) log2(V / (vol a + vol b))``. The
three linkages rank pairs by that gain (``paper``), by the flat two-dimensional decrease (``partition``), or
by the gain for each unit of the smaller volume (``balanced``). Ties go to the smaller, then the larger
number, in creation order; only pairs with positive weight merge.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Literal, get_args

from skillbench.taxonomy.graph import Graph
from skillbench.taxonomy.logarithm import log2

Linkage = Literal["balanced", "paper", "partition"]
LINKAGES: tuple[Linkage, ...] = get_args(Linkage)


@dataclass(frozen=True)
class Dendrogram:
    """A forest of binary merges over ``leaf_count`` leaves.

    Attributes:
        left, right: the children of inner node ``leaf_count + i``, in creation order; -1 for leaves.
        crossing: the weight between each inner node's two children, in the graph's units; 0 for leaves.
        volumes: vol of each node, in the graph's units.
        parent: each node's parent, -1 for the tops of the components.
    """

    leaf_count: int
    left: list[int]
    right: list[int]
    crossing: list[int]
    volumes: list[int]
    parent: list[int]


def merge_key(linkage: Linkage, w: int, sizes: tuple[int, int], inner: tuple[int, int], volume: int) -> float:
    """How eagerly two communities merge; only the order counts.

    Args:
        linkage: which of the three.
        w: the weight between the two.
        sizes: their volumes.
        inner: their inner volumes (volume less cut), read by ``partition`` alone.
        volume: the graph's volume.
    """
    together = sizes[0] + sizes[1]
    saved = log2(volume / together)
    if linkage == "paper":
        return w * saved
    if linkage == "balanced":
        return (w / min(sizes)) * saved
    lost = inner[0] * log2(together / sizes[0]) + inner[1] * log2(together / sizes[1])
    return 2 * w * saved - lost


def agglomerate(graph: Graph, linkage: Linkage) -> Dendrogram:
    """Merge the best pair until no two communities share weight."""
    n, total = graph.node_count, graph.volume
    volumes, inner = graph.volumes.tolist(), (2 * graph.loops).tolist()
    beside: list[dict[int, int]] = [{} for _ in range(n)]
    for (a, b), w in graph.weight_of.items():
        beside[a][b] = beside[b][a] = w
    tree = Dendrogram(n, [-1] * n, [-1] * n, [0] * n, volumes, [-1] * n)

    def entry(a: int, b: int) -> tuple[float, int, int]:
        key = merge_key(linkage, beside[a][b], (volumes[a], volumes[b]), (inner[a], inner[b]), total)
        return (-key, min(a, b), max(a, b))

    queue = [entry(a, b) for a, b in graph.weight_of]
    heapq.heapify(queue)
    while queue:
        _, a, b = heapq.heappop(queue)
        if tree.parent[a] >= 0 or tree.parent[b] >= 0:
            continue
        new, w = len(volumes), beside[a][b]
        tree.left.append(a)
        tree.right.append(b)
        tree.crossing.append(w)
        tree.parent[a] = tree.parent[b] = new
        tree.parent.append(-1)
        volumes.append(volumes[a] + volumes[b])
        inner.append(inner[a] + inner[b] + 2 * w)
        joined = {c: beside[a].get(c, 0) + beside[b].get(c, 0) for c in {**beside[a], **beside[b]}}
        del joined[a], joined[b]
        beside.append(joined)
        for c, weight in joined.items():
            beside[c].pop(a, None)
            beside[c].pop(b, None)
            beside[c][new] = weight
            heapq.heappush(queue, entry(new, c))
    return tree
