"""What else turns an edge list into a tree; each gives a parent array over leaves and inner nodes, cut to a height."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from edges import Edges

from skillbench.taxonomy import Graph, Tree
from skillbench.taxonomy.height import bound_height
from skillbench.taxonomy.linkage import Dendrogram

DEEPEST = 40
"""Levels to which Leiden is repeated inside its communities where nothing bounds the height."""

Parents = list[int]


@dataclass(frozen=True)
class Peer:
    """A package, how it clusters to at most some levels (None: any), and up to how many edges it is worth waiting."""

    package: str
    cluster: Callable[[Edges, int | None], Parents]
    most_edges: int


def cut(graph: Graph, parent: Parents, height: int | None) -> Tree:
    """The best tree of bounded height that keeps a binary tree's communities, by the programme that bounds ours."""
    tree = Tree.from_parents(graph, parent)
    if height is None or tree.height <= height:
        return tree
    n, nodes = tree.leaf_count, tree.node_count
    crossing = np.bincount(tree.edge_lcas, weights=graph.weights, minlength=nodes).astype(np.int64)
    joined = crossing > 0  # nodes above components join nothing
    joined[:n] = True
    number = np.cumsum(joined) - 1
    kids = np.array([tree.children[node][:2] if len(tree.children[node]) > 1 else (-1, -1) for node in range(nodes)])
    left, right = (np.where(side >= 0, number[side], -1)[joined].astype(np.int32) for side in kids.T)
    up = np.where((tree.parent >= 0) & joined[tree.parent], number[tree.parent], -1)[joined].astype(np.int32)
    merges = Dendrogram(n, left, right, crossing[joined], tree.volumes[joined], up)
    return Tree.from_parents(graph, bound_height(merges, height, graph.edge_count))


def _parents(n: int, merges: list[tuple[int, int]]) -> Parents:
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


def _scikit_network(name: str) -> Callable[[Edges, int | None], Parents]:
    def cluster(edges: Edges, _height: int | None) -> Parents:
        from sknetwork import hierarchy  # noqa: PLC0415 -- a rival that may not be installed

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # scipy's, of scikit-network's own calls
            merges = getattr(hierarchy, name)().fit_predict(edges.matrix())
        return _parents(len(edges.names), [(int(a), int(b)) for a, b in merges[:, :2]])

    return cluster


def _igraph(edges: Edges, _height: int | None) -> Parents:
    import igraph  # noqa: PLC0415 -- a rival that may not be installed

    rival = igraph.Graph(n=len(edges.names), edges=np.stack((edges.u, edges.v), axis=1))
    rival.es["weight"] = edges.weights
    return _parents(len(edges.names), list(rival.community_fastgreedy(weights="weight").merges))


def _leiden(edges: Edges, height: int | None) -> Parents:
    """Leiden by modularity, then inside each community again, until none splits or the height is reached."""
    import igraph  # noqa: PLC0415 -- a rival that may not be installed

    random.seed(0)
    rival = igraph.Graph(n=len(edges.names), edges=np.stack((edges.u, edges.v), axis=1))
    rival.es["weight"] = edges.weights
    parent = [-1] * len(edges.names)
    waiting = [(list(range(len(edges.names))), -1, 1)]
    while waiting:
        members, up, level = waiting.pop()
        parent.append(up)
        node, part = len(parent) - 1, rival.induced_subgraph(members)
        groups: list[list[int]] = []
        if level < (height or DEEPEST) and part.ecount():
            found = part.community_leiden(objective_function="modularity", weights="weight", n_iterations=10)
            groups = list(found) if 1 < len(found) < len(members) else []
        for group in groups:
            if len(group) > 1:
                waiting.append(([members[i] for i in group], node, level + 1))
            else:
                parent[members[group[0]]] = node
        if not groups:
            for member in members:
                parent[member] = node
    return parent


def _networkx(edges: Edges, _height: int | None) -> Parents:
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
    "igraph recursive Leiden": Peer("igraph", _leiden, 200_000),
    "networkx modularity": Peer("networkx", _networkx, 20_000),
}
