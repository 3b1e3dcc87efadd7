"""What else turns a graph into a dendrogram; each gives a parent array over leaves and merges."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import scipy.sparse as sp

from skillbench.taxonomy import Graph


@dataclass(frozen=True)
class Peer:
    """A package, how it clusters, and up to how many edges it is worth waiting for."""

    package: str
    cluster: Callable[[Graph], list[int]]
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


def _scikit_network(name: str) -> Callable[[Graph], list[int]]:
    def cluster(graph: Graph) -> list[int]:
        from sknetwork import hierarchy  # noqa: PLC0415 -- a rival that may not be installed

        n = graph.node_count
        half = sp.coo_matrix((graph.weights.astype(float), (graph.u, graph.v)), shape=(n, n)).tocsr()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # scipy's, of scikit-network's own calls
            merges = getattr(hierarchy, name)().fit_predict(half + half.T)
        return _parents(n, [(int(a), int(b)) for a, b in merges[:, :2]])

    return cluster


def _igraph(graph: Graph) -> list[int]:
    import igraph  # noqa: PLC0415 -- a rival that may not be installed

    rival = igraph.Graph(n=graph.node_count, edges=np.stack((graph.u, graph.v), axis=1))
    rival.es["weight"] = graph.weights
    return _parents(graph.node_count, list(rival.community_fastgreedy(weights="weight").merges))


def _networkx(graph: Graph) -> list[int]:
    """Greedy modularity's communities as a tree of two levels: networkx keeps no dendrogram."""
    rival: Any = nx.Graph()
    rival.add_nodes_from(range(graph.node_count))
    rival.add_weighted_edges_from(zip(graph.u.tolist(), graph.v.tolist(), graph.weights.tolist(), strict=True))
    parent = [-1] * graph.node_count
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
