"""Structural entropy: the tree's figures against the definition of Eq. 1 and the closed form."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from taxonomy.graphs import any_graph

from skillbench.core.streams import Stream, stream
from skillbench.taxonomy import Graph, Tree, induce
from skillbench.taxonomy.kernels.agglomeration import merge_key
from skillbench.taxonomy.kernels.fronts import PARTITION
from skillbench.taxonomy.logarithm import log2, log2_array


def random_parents(draws: Stream, n: int) -> list[int]:
    """The parent array of a random tree over n leaves."""
    tops, parent = list(range(n)), [-1] * n
    while len(tops) > 1 or not parent[n:]:
        count = min(len(tops), draws.integer(2, 4))
        joined = draws.sample(tops, count)
        new = len(parent)
        parent.append(-1)
        for node in joined:
            parent[node] = new
        tops = [node for node in tops if node not in joined] + [new]
    return parent


def entropy_by_definition(graph: Graph, tree: Tree, node: int) -> float:
    """Eq. 1 term by term, volumes and cuts counted from the edges."""
    total = 0.0
    volume = graph.volume
    for below, above in pairwise(tree.path(node)):
        inside, outside = set(tree.leaves(below)), set(tree.leaves(above))
        cut = sum(w for (a, b), w in graph.weight_of.items() if (a in inside) != (b in inside))
        if cut:
            vol = [sum(int(graph.volumes[leaf]) for leaf in part) for part in (inside, outside)]
            total -= cut / volume * math.log2(vol[0] / vol[1])
    return total


def test_thousand_random_trees_match_the_definition() -> None:
    """S_e of every skill, H^T and H^1 equal Eq. 1 to 1e-12 on 1,000 random graphs and trees."""
    draws = stream("test", "entropy")
    for _ in range(1000):
        graph = any_graph(draws, 12)
        tree = Tree.from_parents(graph, random_parents(draws, graph.node_count))
        for leaf in range(tree.leaf_count):
            assert tree.potentials[leaf] == pytest.approx(entropy_by_definition(graph, tree, leaf), abs=1e-12)
        closed = 0.0
        if graph.volume:
            for (a, b), w in graph.weight_of.items():
                closed += 2 * w / graph.volume * math.log2(tree.volumes[tree.lca(a, b)])
            for strength, volume in zip(graph.strengths.tolist(), graph.volumes.tolist(), strict=True):
                if strength:
                    closed -= strength / graph.volume * math.log2(volume)
        assert tree.entropy == pytest.approx(closed, abs=1e-12)
        flat = Tree.from_parents(graph, [graph.node_count] * graph.node_count + [-1])
        assert tree.flat_entropy == pytest.approx(flat.entropy, abs=1e-12)


def test_logarithm_is_exact_enough_and_the_same_by_arrays() -> None:
    """The project's log2 is within two last places of the C library's, exact on powers of two."""
    values = [(i * 7919 % 99991 + 1) / (i + 1) for i in range(5000)]
    for x in values:
        assert abs(log2(x) - math.log2(x)) <= 2 * math.ulp(math.log2(x) or 1.0)

    assert log2_array(np.array(values)).tolist() == [log2(x) for x in values]
    assert [log2(2.0**k) for k in range(-40, 40)] == list(range(-40, 40))


@pytest.mark.parametrize("linkage", ["balanced", "paper", "partition"])
def test_degenerate_graphs_have_a_tree(linkage: str) -> None:
    """No node, one node, no edge, a complete graph, a star, two parts: each has a tree with finite figures."""
    star = Graph.from_arrays([str(i) for i in range(9)], [0] * 8, range(1, 9), [1] * 8)
    complete = [(i, j) for i in range(6) for j in range(i)]
    cases = {
        "empty": Graph.from_arrays([], [], [], []),
        "one": Graph.from_arrays(["a"], [], [], []),
        "one with a loop": Graph.from_arrays(["a"], [0], [0], [3]),
        "no edge": Graph.from_arrays("abc", [], [], []),
        "star": star,
        "complete": Graph.from_arrays(
            "abcdef", [a for a, _ in complete], [b for _, b in complete], [2] * len(complete)
        ),
        "two parts": Graph.from_arrays("abcde", [0, 2], [1, 3], [1, 1]),
    }
    for name, graph in cases.items():
        for height in (None, 1, 2, 5):
            tree = induce(graph, linkage, max_height=height)
            assert tree.leaves() == sorted(tree.leaves(), key=tree.leaves().index), name
            assert sorted(tree.leaves()) == list(range(graph.node_count)), name
            assert height is None or tree.height <= height, name
            assert 0 <= tree.entropy <= tree.flat_entropy + 1e-12, name


def flat_tree(graph: Graph, label: list[int]) -> Tree:
    """The tree of two levels whose communities are the skills with equal labels."""
    n, named = graph.node_count, sorted(set(label))
    return Tree.from_parents(graph, [n + named.index(one) for one in label] + [n + len(named)] * len(named) + [-1])


def test_partition_ranks_by_the_flat_decrease() -> None:
    """A merge's key over V is by how much it lowers H^T of the tree of two levels, self-loops or not."""
    draws = stream("test", "flat")
    for _ in range(60):
        graph = any_graph(draws, 10)
        n, label = graph.node_count, [draws.integer(0, 3) for _ in range(graph.node_count)]
        groups = sorted(set(label))
        if len(groups) < 2:
            continue
        a, b = draws.sample(groups, 2)
        inside = {one: [leaf for leaf in range(n) if label[leaf] == one] for one in (a, b)}
        volumes = [int(graph.volumes[leaves].sum()) for leaves in inside.values()]
        if 0 in volumes:
            continue
        pairs = graph.weight_of.items()
        inner = [2 * sum(w for pair, w in pairs if set(pair) <= set(leaves)) for leaves in inside.values()]
        between = sum(w for (x, y), w in pairs if {label[x], label[y]} == {a, b})
        key = merge_key(PARTITION, between, *volumes, *inner, graph.volume)
        merged = flat_tree(graph, [a if one == b else one for one in label])
        assert key / graph.volume == pytest.approx(flat_tree(graph, label).entropy - merged.entropy, abs=1e-12)
