"""The tree: numbering, ancestors, exchange with other tools, and its page for a person."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from taxonomy.graphs import any_graph

from skillbench.core.errors import InputError
from skillbench.core.streams import stream
from skillbench.taxonomy import (
    Graph,
    Tree,
    describe,
    from_json,
    from_networkx,
    induce,
    load,
    save,
    to_json,
    to_networkx,
    to_newick,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([None, 1, 2, 3, 5]))
def test_bounded_trees_are_trees_and_lose_monotonically(seed: int, height: int | None) -> None:
    """Any graph, any bound: every skill once, the bound kept, and H^T between the binary tree's and H^1."""
    graph = any_graph(stream("test", "tree", str(seed)), 14)
    tree, binary = induce(graph, max_height=height), induce(graph, max_height=None)
    assert sorted(tree.leaves()) == list(range(graph.node_count))
    assert height is None or tree.height <= height
    assert binary.entropy - 1e-12 <= tree.entropy <= tree.flat_entropy + 1e-12
    one_less = induce(graph, max_height=(height or 6) - 1 or 1)
    assert tree.entropy <= one_less.entropy + 1e-12


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_exchange_keeps_the_tree(seed: int) -> None:
    """JSON and networkx give back the same arrays, figures and origin."""
    graph = any_graph(stream("test", "exchange", str(seed)), 14)
    tree = induce(graph, max_height=3)
    again = from_json(to_json(tree))
    assert again.parent.tolist() == tree.parent.tolist()
    assert again.potentials.tolist() == tree.potentials.tolist()
    assert (again.origin, again.graph.unit) == (tree.origin, graph.unit)
    assert to_json(again) == to_json(tree)
    assert from_networkx(graph, to_networkx(tree)).parent.tolist() == tree.parent.tolist()
    assert Graph.from_networkx(graph.to_networkx()).weights.size == graph.weights.size


def test_ancestors_agree_with_networkx() -> None:
    """The lowest common ancestor is networkx's; of nothing it is the root."""
    tree = induce(any_graph(stream("test", "lca", "3"), 22), max_height=4)
    plain = to_networkx(tree)
    for a in range(tree.leaf_count):
        for b in range(a):
            assert tree.lca(a, b) == nx.lowest_common_ancestor(plain, a, b)
    assert tree.lca() == tree.root
    assert {tree.leaf_count} == {len({leaf for top in tree.cut_at(d) for leaf in tree.leaves(top)}) for d in range(5)}


def test_newick_quotes_what_the_notation_needs() -> None:
    """Names with blanks and quotes stand in quotes; branch lengths are H in bits."""
    graph = Graph.from_arrays(["it's", "b c", "d"], [0, 1], [1, 2], [1, 1])
    assert to_newick(Tree.from_parents(graph, [3, 3, 3, -1])) == "('it''s':0.5,'b c':0.5,d:0.5);"


def test_description_names_communities_and_notes() -> None:
    """The page shows sizes, shares, central skills, figures, and what is odd about the graph."""
    page = describe(induce(Graph.from_arrays("abcdef", [0, 0, 1, 3], [1, 2, 2, 4], [3, 2, 1, 4])))
    assert "6 skills, 4 pairs" in page
    assert "note: the graph has 3 components (1 isolated skills)" in page
    assert "[3 skills, 60.0 %] a · b · c" in page


def test_paper_linkage_warns_about_depth() -> None:
    """A literal tree over a star is a caterpillar, and says so."""
    star = Graph.from_arrays([str(i) for i in range(90)], [0] * 89, range(1, 90), [1] * 89)
    assert "89 levels deep" in induce(star, "paper", max_height=None).origin.warnings[0]


@pytest.mark.parametrize(
    ("parent", "message"),
    [([2, 2, -1, -1], "2 nodes without a parent"), ([1, -1, 0], "parents are inner nodes"), ([2, 2, 3, 2], "0 nodes")],
)
def test_what_is_no_tree_is_refused(parent: list[int], message: str) -> None:
    """Two roots, leaves with children and loops are refused with the reason."""
    with pytest.raises(InputError, match=message):
        Tree.from_parents(Graph.from_arrays("ab", [0], [1], [1]), parent)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    """No JSON, another format, another version, a missing part: each says what to do."""
    good = induce(Graph.from_arrays("ab", [0], [1], [1]))
    path = tmp_path / "tree.json"
    save(good, path)
    assert load(path).names == load(str(path)).names == good.names
    document = json.loads(path.read_text())
    for change, message in (
        ({"version": 9}, "this version reads"),
        ({"format": "x"}, "this version reads"),
        ({"edges": {}}, "lacks or garbles"),
    ):
        with pytest.raises(InputError, match=message):
            from_json(json.dumps({**document, **change}))
    with pytest.raises(InputError, match="is not JSON"):
        from_json("{")
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path / "none.json")
    with pytest.raises(InputError, match="linkage 'ward' is unknown"):
        induce(good.graph, "ward")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="max_height is 0"):
        induce(good.graph, max_height=0)
