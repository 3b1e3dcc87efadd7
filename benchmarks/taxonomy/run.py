"""Taxonomies against their peers, tuples and counting: tables of ratios in one run, and how the bars were met.

python benchmarks/taxonomy/run.py                                     # 1e4 and 1e5 edges, 1e6 rows: minutes
python benchmarks/taxonomy/run.py --edges 1e4,1e5,1e6 --rows 1e6,1e7  # everything: an hour, mostly the peers'
python benchmarks/taxonomy/run.py --only tuples,counting --repeats 1
python benchmarks/taxonomy/run.py --only induction --tags debtags.jsonl:10,emoji.jsonl:8   # more real graphs
A bar whose peer is not installed is not met: pip install -r benchmarks/taxonomy/peers.txt
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import edges as lists
import numpy as np
from counting import JOBS as COUNTING
from graphs import hub_graph, topic_graph, write_corpus
from measure import Figure, mark, measure
from peers import PEERS, cut

from skillbench.taxonomy import LINKAGES, SCHEDULES, Graph, Linkage, Sampler, induce, read_corpus

PARTS = ("induction", "tuples", "counting")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FLOOR = "floor: parse, rows, sort"
BINARY, BOUNDED = ", binary", ", height 5"
OURS = "balanced" + BOUNDED

Table = dict[str, Figure]


def parsed(path: Path) -> lists.Edges:
    """The list read; memory is counted from here."""
    edges = lists.read(path)
    mark()
    return edges


def floor(path: Path) -> tuple[float, int]:
    """What no method can do without: parse the list, build compressed rows, sort the pairs."""
    edges = parsed(path)
    rows = edges.matrix()
    order = np.argsort(edges.u * len(edges.names) + edges.v)
    return math.nan, int(rows.nnz and order[0]) * 0


def ours(path: Path, linkage: Linkage, height: int | None) -> tuple[float, int]:
    """List to tree to S_e of every skill; H^T and the height. Memory is counted from the graph on."""
    graph = Graph.from_arrays(*lists.read(path))
    mark()
    tree = induce(graph, linkage, max_height=height)
    assert len(tree.potentials) == tree.node_count
    return tree.entropy, tree.height


def induction(graph: Graph, repeats: int, label: str) -> Table:
    """Every linkage and peer on one graph, printed as ratios."""
    jobs: dict[str, Callable[[Path], Any]] = {FLOOR: floor}
    for linkage in LINKAGES:
        for height, ending in ((None, BINARY), (5, BOUNDED)):
            jobs[linkage + ending] = lambda path, linkage=linkage, height=height: ours(path, linkage, height)
    for name, peer in PEERS.items():
        if find_spec(peer.package) and graph.edge_count <= peer.most_edges and not label.startswith("hub"):
            for height, ending in ((None, BINARY), (5, BOUNDED)):
                jobs[name + ending] = lambda path, peer=peer, height=height: (
                    peer.cluster(parsed(path), height),
                    height,
                )
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "edges.csv", Path(folder) / "small.csv"
        lists.write(graph, path)
        lists.write(topic_graph(500), small)
        numbered = Graph.from_arrays(*lists.read(path))
        figures = {
            name: measure(lambda job=job: job(path), repeats, lambda job=job: job(small)) for name, job in jobs.items()
        }
    for name, figure in figures.items():
        if name.removesuffix(BINARY).removesuffix(BOUNDED) in PEERS:
            tree = cut(numbered, *figure.outcome)
            figures[name] = Figure(figure.seconds, figure.memory, (tree.entropy, tree.height), figure.runs)
    print(f"\n{label}: {graph.node_count} nodes, {graph.edge_count} edges")
    print(f"{'':34}{'seconds':>9}{'/ floor':>9}{'/ ours':>8}{'B/edge':>8}{'H^T':>9}{'height':>8}")
    base, mine = figures[FLOOR], figures[OURS].seconds
    for name, figure in figures.items():
        entropy, height = figure.outcome
        above = figure.memory / graph.edge_count
        once = "  one run" if figure.runs < repeats else ""
        print(
            f"{name:34}{figure.seconds:9.3f}{figure.seconds / base.seconds:9.1f}{figure.seconds / mine:8.2f}"
            f"{above:8.0f}{entropy:9.4f}{height or '':>8}{once}",
            flush=True,
        )
    return figures


def bars(label: str, table: Table, edges: int) -> None:
    """What a table says against what was asked for."""
    if not label.startswith("hub"):
        for name, peer in PEERS.items():
            if edges <= peer.most_edges:
                for end in (BINARY, BOUNDED):
                    ratio = _ratio(table, "balanced" + end, name + end, lambda one: one.outcome[0])
                    _bar(f"{label}: H^T of balanced / {name}'s{end}", ratio, at_most=1.0)
    if not label.startswith("hub"):
        ratio = table[OURS].outcome[0] / table["partition" + BOUNDED].outcome[0]
        _bar(f"{label}: H^T at height 5, balanced / partition", ratio, at_most=0.98)
    if edges >= 100_000:
        for name, least in (("scikit-network Paris", 10), ("igraph fast-greedy", 3)):
            if edges <= PEERS[name].most_edges and not label.startswith("hub"):
                ratio = _ratio(table, name + BINARY, OURS, lambda one: one.seconds)
                _bar(f"{label}: {name} / ours", ratio, at_least=least)
    if edges >= 1_000_000 and label.startswith("topics"):
        _bar(f"{label}: ours / floor", table[OURS].seconds / table[FLOOR].seconds, at_most=8)
        _bar(f"{label}: bytes an edge above the graph's", table[OURS].memory / edges, at_most=100)


def growth(kind: str, tables: dict[str, Table], sizes: dict[str, int]) -> None:
    """How time grows with edges: the slope of log seconds over log edges."""
    grown = [label for label in tables if label.startswith(kind)]
    if len(grown) < 2:
        return
    x = np.log([sizes[label] for label in grown])
    for linkage in LINKAGES:
        y = np.log([tables[label][linkage + BOUNDED].seconds for label in grown])
        _bar(f"{kind}: growth exponent of {linkage}", float(np.polyfit(x, y, 1)[0]), at_most=1.2)


def _ratio(table: Table, one: str, other: str, figure: Callable[[Figure], float]) -> float:
    """A figure of one method by another's; not a number where either is missing."""
    return figure(table[one]) / figure(table[other]) if one in table and other in table else math.nan


def _bar(what: str, value: float, *, at_most: float | None = None, at_least: float | None = None) -> None:
    if math.isnan(value):
        print(f"  NOT MET  not installed  {what}")
        return
    met = value <= at_most if at_most is not None else value >= (at_least or 0)
    asked = f"<= {at_most:g}" if at_most is not None else f">= {at_least:g}"
    print(f"  {'met   ' if met else 'MISSED'} {value:10.3f} {asked:8} {what}")


def tuples(graph: Graph, repeats: int) -> None:
    """Sweet-spot 7-tuples a second, by the default schedule and by gain alone."""
    tree = induce(graph)
    print(f"\nsweet-spot 7-tuples over {graph.node_count} skills")
    for schedule in SCHEDULES[:2]:
        sampler = Sampler(tree, schedule=schedule)
        starts = np.resize(np.array(sampler.leaves), 300_000)
        figure = measure(
            lambda sampler=sampler, starts=starts: sampler.draw_leaves(starts, 7).shape,
            repeats,
            lambda sampler=sampler, starts=starts: sampler.draw_leaves(starts[:100], 7),
        )
        _bar(f"tuples a second, {schedule}", len(starts) / figure.seconds, at_least=300_000)


def counting(rows: Sequence[int], repeats: int) -> None:
    """Counting a Parquet corpus against what else counts pairs."""
    memory = {}
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "corpus.parquet", Path(folder) / "small.parquet"
        write_corpus(small, 1000)
        for size in rows:
            write_corpus(path, size)
            jobs: dict[str, Callable[[Path], int]] = {"ours": lambda file: int(read_corpus(file).together.sum())}
            jobs |= {name: j.count for name, j in COUNTING.items() if find_spec(j.package) and size <= j.most_rows}
            figures = {
                name: measure(lambda job=job: job(path), repeats, lambda job=job: job(small))
                for name, job in jobs.items()
            }
            print(f"\ncounting {size:.0e} rows of 4 tags")
            for name, figure in figures.items():
                agrees = "" if figure.outcome == figures["ours"].outcome else f"  counts {figure.outcome}!"
                ratio = figure.seconds / figures["ours"].seconds
                print(f"{name:34}{figure.seconds:9.3f} s{ratio:8.2f} x ours{figure.memory / 1e6:9.0f} MB{agrees}")
            memory[size] = figures["ours"].memory
            floor = _ratio(figures, "ours", "dense floor (numpy)", lambda one: one.seconds)
            duck = _ratio(figures, "DuckDB", "ours", lambda one: one.seconds)
            _bar(f"DuckDB / ours (or no more than 1.5 of the floor: {floor:.2f})", duck, at_least=5)
    if len(memory) > 1:
        _bar(f"peak memory, {max(memory):.0e} / {min(memory):.0e} rows", memory[max(memory)] / memory[min(memory)],
             at_most=1.25)  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", default="1e4,1e5", help="sizes of the made graphs (default: %(default)s)")
    parser.add_argument("--rows", default="1e6", help="sizes of the made corpora (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=5, help="runs behind each median (default: %(default)s)")
    parser.add_argument("--only", default=",".join(PARTS), help="what to run (default: %(default)s)")
    parser.add_argument("--tags", default="", help="more real corpora, each FILE or FILE:LEAST-ROWS, by commas")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    parts = options.only.split(",")
    sizes = sorted(int(float(size)) for size in options.edges.split(","))
    if "induction" in parts:
        graphs = {f"{kind} {size:.0e}": (make, size)
                  for kind, make in (("topics", topic_graph), ("hub", hub_graph)) for size in sizes}  # fmt: skip
        tables = {label: induction(make(size), options.repeats, label) for label, (make, size) in graphs.items()}
        counts = {label: size for label, (_, size) in graphs.items()}
        for place in [*map(str, sorted(DATA.glob("*.jsonl"))), *filter(None, options.tags.split(","))]:
            file, _, support = place.partition(":")
            graph, label = read_corpus(file, min_support=int(support or 1)).graph(), Path(file).stem
            tables[label], counts[label] = induction(graph, options.repeats, label), graph.edge_count
        print("\nbars: induction")
        for label, table in tables.items():
            bars(label, table, counts[label])
        for kind in ("topics", "hub"):
            growth(kind, tables, counts)
    if "tuples" in parts:
        tuples(topic_graph(sizes[0]), options.repeats)
    if "counting" in parts:
        counting(sorted(int(float(size)) for size in options.rows.split(",")), options.repeats)


if __name__ == "__main__":
    main()
