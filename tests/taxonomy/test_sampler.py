"""Picking skills: both readings of Eq. 2, scopes, nesting, and greedy against brute force."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean
from typing import Any

import networkx as nx
import pytest
from taxonomy import oracle
from taxonomy.graphs import any_graph

from skillbench.core.assets import asset_dir
from skillbench.core.errors import SelectionError
from skillbench.core.streams import Stream, stream
from skillbench.taxonomy import (
    READINGS,
    SCHEDULES,
    Graph,
    Sampler,
    Tree,
    engine,
    induce,
    read_corpus,
    sample_chains,
)


@pytest.fixture
def triangles() -> Tree:
    """Two triangles and a bridge, each triangle a community."""
    u, v = [0, 0, 1, 3, 3, 4, 2], [1, 2, 2, 4, 5, 5, 3]
    return Tree.from_parents(Graph.from_arrays("012345", u, v, [1] * 7), [6, 6, 6, 7, 7, 7, 8, 8, -1])


def joint(tree: Tree, reading: str, leaves: tuple[int, ...]) -> float:
    """J of leaves taken in this order."""
    return Sampler(tree, reading=reading).describe(leaves, len(leaves)).joint_entropy


def test_chain_rule_example(triangles: Tree) -> None:
    """{0, 1, 3} is worth the same by path-union in any order, two different sums by the literal text."""
    orders = [(0, 1, 3), (0, 3, 1), (1, 0, 3), (1, 3, 0), (3, 0, 1), (3, 1, 0)]
    union = {round(joint(triangles, "path-union", order), 4) for order in orders}
    literal = {round(joint(triangles, "set-lca", order), 4) for order in orders}
    assert union == {0.9212}
    assert literal == {0.9212, 0.9926}


def test_all_skills_are_worth_the_entropy(triangles: Tree) -> None:
    """By path-union the joint entropy of all skills is H^T."""
    assert joint(triangles, "path-union", tuple(range(6))) == pytest.approx(triangles.entropy, abs=1e-12)


def test_scope_stays_in_the_start_community(triangles: Tree) -> None:
    """The first three picks stay in the start's triangle by the schedule `exhaust`."""
    drawn = Sampler(triangles, schedule="exhaust").draw("1", 4)
    assert set(drawn.skills[:3]) == {"0", "1", "2"}
    assert drawn.coherence == 4 / 6
    assert not drawn.short


def test_allowed_skills_bound_picks_and_scopes(triangles: Tree) -> None:
    """Skills that are not allowed are neither picked nor counted in a scope's size."""
    sampler = Sampler(triangles, allowed={"0", "1", "4", "5"}, schedule="exhaust")
    drawn = sampler.draw("0", 7)
    assert drawn.skills[:2] == ("0", "1")
    assert set(drawn.skills) == {"0", "1", "4", "5"}
    assert drawn.short
    with pytest.raises(SelectionError, match="not in the taxonomy: sewing"):
        Sampler(triangles, allowed={"sewing"})


def test_tuples_stay_in_their_component_unless_asked() -> None:
    """A tuple stops, flagged short, at its component's border; cross_components opens it."""
    tree = induce(Graph.from_arrays("abcde", [0, 2, 2], [1, 3, 4], [1, 1, 1]))
    short = Sampler(tree).draw("a", 3)
    assert (short.skills, short.short) == (("a", "b"), True)
    assert len(Sampler(tree, cross_components=True).draw("a", 3).skills) == 3


def parts(draws: Stream, count: int, size: int) -> Graph:
    """Several components, each a random connected graph with names that stand in between the others'."""
    n = count * size
    mixed = draws.shuffled(range(n))
    edges = []
    for part in range(count):
        nodes = mixed[part * size : (part + 1) * size]
        edges += [(nodes[i], nodes[draws.integer(0, i - 1)]) for i in range(1, size)]
        edges += [(draws.choice(nodes), draws.choice(nodes)) for _ in range(3 * size)]
    weights = [draws.integer(1, 9) for _ in edges]
    return Graph.from_arrays([f"s{i:03}" for i in range(n)], [a for a, _ in edges], [b for _, b in edges], weights)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("height", [1, 2, 5, None])
def test_no_tuple_leaves_its_component(schedule: Any, height: int | None) -> None:
    """Where components have no node of their own in the tree they bound tuples still; nothing of H^T changes."""
    graph = parts(stream("test", "parts", schedule), 3, 30)
    tree = induce(graph, max_height=height)
    labels = graph.component_of
    assert labels.max() == nx.number_connected_components(graph.to_networkx()) - 1 == 2
    meets_in_root = bool((tree.edge_lcas == tree.root).any())
    assert meets_in_root or height in {5, None}
    sampler = Sampler(tree, schedule=schedule)
    for leaf, row in zip(sampler.leaves, sampler.draw_leaves(sampler.leaves, 7).tolist(), strict=True):
        assert len(set(row)) == 7
        assert set(labels[row]) == {labels[leaf]}
        assert row == oracle.greedy(sampler, leaf, 7)
    crossing = Sampler(tree, schedule="global", cross_components=True)
    assert len(set(labels[crossing.draw_leaves([0], 7)[0]])) > 1


def test_the_default_is_coherent_diverse_and_tells_its_start() -> None:
    """On the shipped corpus: twice random's coherence, 60 % of `level`'s entropy, endings of a third of the starts."""
    tree = induce(read_corpus(asset_dir("tasks") / "corpus" / "seed.jsonl").graph())
    uniform, draws = Sampler(tree, "random"), stream("test", "chance")
    chance = [uniform.draw_random(draws, 7) for _ in range(500)]
    chains = {schedule: [Sampler(tree, schedule=schedule).draw(start, 7) for start in tree.names]
              for schedule in ("affinity", "level")}  # fmt: skip
    assert fmean(one.coherence for one in chains["affinity"]) >= 2 * fmean(one.coherence for one in chance)
    joint, level, by_chance = (
        fmean(one.joint_entropy for one in tuples) for tuples in (chains["affinity"], chains["level"], chance)
    )
    assert joint >= 0.6 * level
    assert joint > by_chance
    assert 3 * len({frozenset(one.skills[-3:]) for one in chains["affinity"]}) >= len(tree.names)


def test_any_tree_is_parted_by_components() -> None:
    """In a tree that was given, communities that hold skills of several components part too."""
    draws = stream("test", "parted")
    for _ in range(20):
        graph = parts(draws, 3, 4)
        parent = [12 + leaf // 3 for leaf in range(12)] + [16, 16, 17, 17, 18, 18, -1]
        sampler = Sampler(Tree.from_parents(graph, parent), schedule=draws.choice(SCHEDULES))
        for leaf, row in zip(sampler.leaves, sampler.draw_leaves(sampler.leaves, 5).tolist(), strict=True):
            assert row[-1] == -1
            assert [pick for pick in row if pick >= 0] == oracle.greedy(sampler, leaf, 5)


def test_chains_nest_and_balance(triangles: Tree) -> None:
    """Chains hold their prefixes, use every start before any repeats, and depend on the seed alone."""
    chains = sample_chains(triangles, 12, 4, seed="x")
    assert chains == sample_chains(triangles, 12, 4, seed="x")
    assert sorted(chain.skills[0] for chain in chains) == sorted("001122334455")
    for chain in chains:
        for k in (2, 3, 4):
            assert chain.at(k).skills == chain.skills[:k]
            assert chain.at(k).joint_entropy == pytest.approx(sum(chain.at(4).gains[:k]))


@pytest.mark.parametrize("way", ["interpreted", pytest.param("compiled", marks=pytest.mark.slow)])
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_picks_equal_plain_greedy(reading: Any, schedule: Any, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel picks what weighing every candidate of every scope picks, with and without restrictions."""
    if way == "compiled":
        pytest.importorskip("numba", reason="compiled kernels need the extra `fast`")
        monkeypatch.setattr(engine, "COMPILED_FROM", 0)
    draws = stream("test", "picks", reading, schedule)
    for _ in range(25):
        graph = any_graph(draws, 16)
        tree = induce(graph, max_height=draws.choice([None, 2, 5]))
        allowed = draws.sample(graph.names, draws.integer(1, graph.node_count)) if draws.chance(1, 2) else None
        handicap = {name: draws.integer(0, 5) / 16 for name in graph.names} if draws.chance(1, 2) else None
        method = draws.choice(["sweet-spot", "global"])
        sampler = Sampler(tree, method, schedule, reading, allowed, draws.chance(1, 2), handicap)
        for leaf, row in zip(sampler.leaves, sampler.draw_leaves(sampler.leaves, 7).tolist(), strict=True):
            picked = [pick for pick in row if pick >= 0]
            assert picked == oracle.greedy(sampler, leaf, 7)
            for k in range(1, len(picked)):
                assert sampler.draw_leaves([leaf], k)[0].tolist() == picked[:k]


def test_joint_entropy_is_submodular_and_free_of_order() -> None:
    """By path-union: gains are J(X + x) - J(X), never negative, never larger given more, in any order."""
    draws = stream("test", "submodular")
    for _ in range(60):
        tree = induce(any_graph(draws, 14), max_height=draws.choice([None, 3, 5]))
        sampler, n = Sampler(tree), tree.leaf_count
        order = draws.shuffled(range(n))
        record = sampler.describe(order, n)
        assert min(record.gains) >= -1e-15
        assert record.joint_entropy == pytest.approx(tree.entropy, abs=1e-12)
        covered = {node for leaf in order[: n // 2] for node in tree.path(leaf)}
        union = sum(tree.terms[node] for node in covered)
        assert sum(record.gains[: n // 2]) == pytest.approx(union, abs=1e-12)
        for leaf in order[n // 2 :]:
            assert sampler.gain(leaf, order[: n // 2]) <= sampler.gain(leaf, order[: n // 4]) + 1e-15


def test_greedy_is_optimal_for_a_given_start() -> None:
    """Global greedy by path-union reaches the best joint entropy of all tuples with that start."""
    draws = stream("test", "brute force")
    for _ in range(12):
        tree = induce(any_graph(draws, 9), max_height=draws.choice([None, 3]))
        sampler, n = Sampler(tree, "global"), tree.leaf_count
        for k in range(2, min(n, 4) + 1):
            picked = sampler.draw_leaves([0], k)[0].tolist()
            rivals = (sampler.describe((0, *rest), k).joint_entropy for rest in combinations(range(1, n), k - 1))
            assert sampler.describe(picked, k).joint_entropy == pytest.approx(max(rivals), abs=1e-12)


def test_random_tuples_are_uniform_and_seeded(triangles: Tree) -> None:
    """Random tuples name their seed, repeat with it, and reach every pair of skills."""
    sampler = Sampler(triangles, method="random")
    assert sampler.draw_random(stream("a"), 3, "a") == sampler.draw_random(stream("a"), 3, "a")
    draws = stream("pairs")
    assert len({frozenset(sampler.draw_random(draws, 2).skills) for _ in range(400)}) == 15
