"""The kernels, interpreted and compiled, against plain code."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from taxonomy import oracle
from taxonomy.graphs import any_graph

from skillbench.core.streams import stream
from skillbench.taxonomy import LINKAGES, Graph, Linkage, engine, induce
from skillbench.taxonomy.induction import in_lowest_terms
from skillbench.taxonomy.kernels import scans


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("way", ["interpreted", pytest.param("compiled", marks=pytest.mark.slow)])
def test_kernels_equal_the_oracle(linkage: Linkage, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways give the oracle's tree, node for node, on random graphs, stars, cliques and real weights."""
    if way == "compiled":
        pytest.importorskip("numba", reason="compiled kernels need the extra `fast`")
        monkeypatch.setattr(engine, "COMPILED_FROM", 0)
    draws = stream("test", "engine", linkage)
    for _ in range(120):
        graph = any_graph(draws)
        for height in (None, 2, 5):
            mine = induce(graph, linkage, max_height=height)
            plain = oracle.induced(in_lowest_terms(graph), linkage, height)
            assert mine.parent.tolist() == plain.parent.tolist()


@pytest.mark.parametrize("linkage", LINKAGES)
def test_outcome_depends_on_the_graph_alone(linkage: Linkage) -> None:
    """Edges in another order, ends swapped, weights tripled: the same tree."""
    draws = stream("test", "invariance", linkage)
    for _ in range(40):
        graph = any_graph(draws)
        order = draws.shuffled(range(graph.edge_count))
        scale = 3 if graph.volume < 1 << 40 else 1
        again = Graph.from_arrays(graph.names, graph.v[order], graph.u[order], scale * graph.weights[order])
        loose = Graph.from_arrays(graph.names, graph.u, graph.v, graph.weights)
        assert induce(again, linkage).parent.tolist() == induce(loose, linkage).parent.tolist()


def test_names_do_not_matter() -> None:
    """Relabelled nodes give the relabelled tree where no two merges tie."""
    draws = stream("test", "labels")
    for _ in range(30):
        n = draws.integer(4, 12)
        pairs = [(a, b) for a in range(n) for b in range(a)]
        weights = draws.sample(range(1, 10_000), len(pairs))
        moved = draws.shuffled(range(n))
        u, v = [a for a, _ in pairs], [b for _, b in pairs]
        one = induce(Graph.from_arrays([f"{i:02}" for i in range(n)], u, v, weights))
        two = induce(
            Graph.from_arrays([f"{i:02}" for i in range(n)], [moved[a] for a in u], [moved[b] for b in v], weights)
        )
        groups = [
            {frozenset(where[leaf] for leaf in tree.leaves(node)) for node in range(n, tree.node_count)}
            for tree, where in ((one, moved), (two, range(n)))
        ]
        assert groups[0] == groups[1]


def test_no_interchange_is_left() -> None:
    """After induction no interchange of neighbours lowers H^T, counted from the definition."""
    draws = stream("test", "interchanges")
    for _ in range(40):
        graph = in_lowest_terms(any_graph(draws))
        merges = oracle.agglomerate(graph, "balanced")
        before = oracle.contracted(graph, merges).entropy
        oracle.interchange(graph, merges)
        assert oracle.interchange(graph, merges) == 0
        assert oracle.contracted(graph, merges).entropy <= before + 1e-12


def test_compiled_code_is_kept_by_all_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change in any kernel's file gives every kernel another name to be found under."""
    package = tmp_path / "taxonomy"
    shutil.copytree(Path(engine.__file__).parent, package)
    editions = []
    for text in ("", "# changed\n"):
        fronts = package / "kernels" / "fronts.py"
        fronts.write_text(fronts.read_text(encoding="utf-8") + text, encoding="utf-8")
        monkeypatch.setattr(engine, "__file__", str(package / "engine.py"))
        engine._edition.cache_clear()
        editions.append(engine._edition())
    engine._edition.cache_clear()
    assert editions[0] != editions[1]
    assert len(editions[0]) == 12


def test_machine_code_is_used_once_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 5,000 edges on a kernel is interpreted until numba's index of its very source is on disk."""
    pytest.importorskip("numba", reason="compiled kernels need the extra `fast`")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(engine, "_READY", set())
    ran: list[str] = []
    monkeypatch.setattr(engine, "compiled", lambda kernel: lambda *_: ran.append(kernel.__name__))
    values = [0] * 3

    def once(size: int) -> None:
        engine.run(scans.sum_up, (3, [2, 2, -1], values), size=size)

    once(engine.KEPT_FROM)
    assert (ran, values) == ([], [0, 0, 0])
    (tmp_path / "kernels_1").mkdir()
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    for edition in ("0" * 12, engine._edition()):
        assert ran == []
        (tmp_path / "kernels_1" / f"scans.sum_up_{edition}-11.{tag}.nbi").touch()
        once(engine.KEPT_FROM - 1)
        once(engine.KEPT_FROM)
    assert ran == ["sum_up"]
    once(engine.COMPILED_FROM)
    assert ran == ["sum_up"] * 2


def _hubs(nodes: int, largest: int) -> Graph:
    """A graph whose edges lead ever more often to the first nodes, so that fronts grow long."""
    draws = stream("test", "hubs", str(largest))
    ends = [(draws.integer(0, nodes - 1), draws.integer(0, draws.integer(0, nodes - 1))) for _ in range(8 * nodes)]
    weights = [draws.integer(1, largest) for _ in ends]
    return Graph.from_arrays([f"s{i:03}" for i in range(nodes)], [a for a, _ in ends], [b for _, b in ends], weights)


def _star(leaves: int, largest: int) -> Graph:
    """A hub whose front holds a leaf of every weight."""
    draws = stream("test", "star", str(largest))
    weights = [draws.integer(1, largest) for _ in range(leaves)]
    return Graph.from_arrays([f"s{i:03}" for i in range(leaves + 1)], [0] * leaves, range(1, leaves + 1), weights)


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("largest", [3, 10**6])
def test_long_fronts_equal_the_oracle(linkage: Linkage, largest: int) -> None:
    """Where a cluster has hundreds of neighbours none of which bounds the rest, the tree is the oracle's too."""
    for graph in (_hubs(150, largest), _star(200, largest)):
        mine, plain = induce(graph, linkage), oracle.induced(in_lowest_terms(graph), linkage, 5)
        assert mine.parent.tolist() == plain.parent.tolist()
