"""What holds of every tuple of every graph: nesting, scopes, gains, and freedom from order, labels and scale."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from taxonomy.graphs import any_graph

from skillbench.core.streams import stream
from skillbench.taxonomy import LINKAGES, READINGS, SCHEDULES, Graph, Sampler, induce

cases = {
    "seed": st.integers(0, 10**9),
    "linkage": st.sampled_from(LINKAGES),
    "height": st.sampled_from([None, 2, 3, 5]),
    "schedule": st.sampled_from(SCHEDULES),
}


@settings(max_examples=80, deadline=None, derandomize=True)
@given(reading=st.sampled_from(READINGS), method=st.sampled_from(["sweet-spot", "global"]), **cases)
def test_tuples_nest_and_gains_add_up(
    seed: int, linkage: Any, height: int | None, schedule: Any, reading: Any, method: Any
) -> None:
    """X2 < X3 < ... < X7, without repeats; each gain is J(X_i) - J(X_i-1) and, by path-union, never negative."""
    tree = induce(any_graph(stream("test", "nesting", str(seed))), linkage, max_height=height)
    sampler = Sampler(tree, method, schedule, reading)
    start = tree.names[seed % tree.leaf_count]
    full = sampler.draw(start, 7)
    assert len(set(full.skills)) == len(full.skills)
    for k in range(1, len(full.skills) + 1):
        part = sampler.draw(start, k)
        assert part.skills == full.skills[:k]
        before = sampler.draw(start, k - 1).joint_entropy if k > 1 else 0.0
        assert full.gains[k - 1] == pytest.approx(part.joint_entropy - before, abs=1e-12)
        assert reading == "set-lca" or full.gains[k - 1] >= -1e-15


@settings(max_examples=80, deadline=None, derandomize=True)
@given(**cases)
def test_scopes_widen_and_hold_their_picks(seed: int, linkage: Any, height: int | None, schedule: Any) -> None:
    """The i-th pick lies inside the start's component, and by ``exhaust`` no higher than i skills of it need."""
    tree = induce(any_graph(stream("test", "scopes", str(seed))), linkage, max_height=height)
    sampler = Sampler(tree, schedule=schedule)
    start = seed % tree.leaf_count
    labels = tree.graph.component_of
    path = tree.path(start)
    scope = path[0]
    for i, skill in enumerate(sampler.draw(tree.names[start], 7).skills[1:], start=2):
        wide = tree.lca(start, tree.leaf(skill))
        assert labels[tree.leaf(skill)] == labels[start]
        if schedule == "exhaust":
            held = (sum(labels[leaf] == labels[start] for leaf in tree.leaves(node)) for node in path)
            least = next((node for node, size in zip(path, held, strict=True) if size >= i), tree.root)
            assert path.index(wide) <= path.index(least)
            assert path.index(least) >= path.index(scope)
            scope = least


@settings(max_examples=60, deadline=None, derandomize=True)
@given(**cases)
def test_order_labels_and_scale_do_not_matter(seed: int, linkage: Any, height: int | None, schedule: Any) -> None:
    """Edges shuffled and turned about, skills renamed, weights tripled: the same tuples, where no two weights tie."""
    draws = stream("test", "invariance", str(seed))
    n = draws.integer(3, 12)
    pairs = [(a, b) for a in range(n) for b in range(a) if draws.chance(2, 3)] or [(1, 0)]
    weights = draws.sample(range(1, 1000), len(pairs))
    renamed = draws.shuffled([f"skill {i:02}" for i in range(n)])
    one = Graph.from_arrays([f"s{i:02}" for i in range(n)], *zip(*pairs, strict=True), weights)
    order = draws.shuffled(range(len(pairs)))
    ranks = sorted(renamed)
    two = Graph.from_arrays(
        ranks,
        [ranks.index(renamed[pairs[at][1]]) for at in order],
        [ranks.index(renamed[pairs[at][0]]) for at in order],
        [3 * weights[at] for at in order],
    )
    samplers = [Sampler(induce(graph, linkage, max_height=height), schedule=schedule) for graph in (one, two)]
    for leaf in range(n):
        first, second = samplers[0].draw(f"s{leaf:02}", 5), samplers[1].draw(renamed[leaf], 5)
        assert [renamed[int(skill[1:])] for skill in first.skills] == list(second.skills)
        assert first.gains == pytest.approx(second.gains, abs=1e-12)
