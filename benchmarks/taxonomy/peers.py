"""What else turns an edge list into a dendrogram; each gives a parent array over leaves and merges."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from edges import Edges


@dataclass(frozen=True)
class Peer:
    """A package, how it clusters, and up to how many edges it is worth waiting for."""

    package: str
    cluster: Callable[[Edges], list[int]]
    most_edges: int


def _parents(n: int, merges: list[tuple[int, int]]) -> list[int]:
    """The parent array of merges in order; what is left apart hangs off a last root."""
    parent = [-1] * (n + len(merges))
    for at, (a, b) in enumerate(merges):
        parent[a] = parent[b] = n + at
    tops = [node for node, up in enumerate(parent) if up < 0]
    if len(tops) > 1 or n == 1:
        for top in tops:
            parent[top] = len(parent)
        parent.append(-1)
    return parent


def _scikit_network(name: str) -> Callable[[Edges], list[int]]:
    def cluster(edges: Edges) -> list[int]:
        from sknetwork import hierarchy  # noqa: PLC0415 -- a rival that may not be installed

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # scipy's, of scikit-network's own calls
            merges = getattr(hierarchy, name)().fit_predict(edges.matrix())
        return _parents(len(edges.names), [(int(a), int(b)) for a, b in merges[:, :2]])

    return cluster


def _igraph(edges: Edges) -> list[int]:
    import igraph  # noqa: PLC0415 -- a rival that may not be installed

    rival = igraph.Graph(n=len(edges.names), edges=np.stack((edges.u, edges.v), axis=1))
    rival.es["weight"] = edges.weights
    return _parents(len(edges.names), list(rival.community_fastgreedy(weights="weight").merges))


def _networkx(edges: Edges) -> list[int]:
    """Greedy modularity's communities as a tree of two levels: networkx keeps no dendrogram."""
    rival: Any = nx.Graph()
    rival.add_nodes_from(range(len(edges.names)))
    rival.add_weighted_edges_from(zip(edges.u.tolist(), edges.v.tolist(), edges.weights.tolist(), strict=True))
    parent = [-1] * len(edges.names)
    for group in nx.community.greedy_modularity_communities(rival, weight="weight"):
        for leaf in group:
            parent[leaf] = len(parent)
        parent.append(-1)
    return [up if up >= 0 else len(parent) for up in parent] + [-1]


PEERS = {
    "scikit-network Paris": Peer("sknetwork", _scikit_network("Paris"), 2_000_000),
    "scikit-network Louvain": Peer("sknetwork", _scikit_network("LouvainHierarchy"), 2_000_000),
    "igraph fast-greedy": Peer("igraph", _igraph, 200_000),
    "networkx modularity": Peer("networkx", _networkx, 20_000),
}
