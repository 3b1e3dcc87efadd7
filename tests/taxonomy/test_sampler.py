"""Picking skills: both readings of Eq. 2, scopes, nesting, and greedy against brute force."""

from __future__ import annotations

import pytest

from skillbench.core.errors import SelectionError
from skillbench.core.streams import stream
from skillbench.taxonomy import Graph, Sampler, Tree, induce, sample_chains


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


def test_chains_nest_and_balance(triangles: Tree) -> None:
    """Chains hold their prefixes, use every start before any repeats, and depend on the seed alone."""
    chains = sample_chains(triangles, 12, 4, seed="x")
    assert chains == sample_chains(triangles, 12, 4, seed="x")
    assert sorted(chain.skills[0] for chain in chains) == sorted("001122334455")
    for chain in chains:
        for k in (2, 3, 4):
            assert chain.at(k).skills == chain.skills[:k]
            assert chain.at(k).joint_entropy == pytest.approx(sum(chain.at(4).gains[:k]))


def test_random_tuples_are_uniform_and_seeded(triangles: Tree) -> None:
    """Random tuples name their seed, repeat with it, and reach every pair of skills."""
    sampler = Sampler(triangles, method="random")
    assert sampler.draw_random(stream("a"), 3, "a") == sampler.draw_random(stream("a"), 3, "a")
    draws = stream("pairs")
    assert len({frozenset(sampler.draw_random(draws, 2).skills) for _ in range(400)}) == 15
