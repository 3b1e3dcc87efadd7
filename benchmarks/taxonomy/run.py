"""One table of ratios in one run: taxonomies against their peers, tuples, counting.

python benchmarks/taxonomy/run.py                     # 1e4 and 1e5 edges, 1e6 rows, medians of five
python benchmarks/taxonomy/run.py --edges 1e6 --repeats 1 --rows 1e7
Peers that are not installed are left out: pip install -r benchmarks/taxonomy/peers.txt
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import scipy.sparse as sp
from counting import JOBS as COUNTING
from graphs import hub_graph, topic_graph, write_corpus
from measure import Figure, measure
from peers import PEERS

from skillbench.taxonomy import LINKAGES, Graph, Linkage, Sampler, Tree, engine, induce, read_corpus


def floor(path: Path) -> int:
    """What no method can do without: parse the edge list, build compressed rows, sort the weights."""
    table = pc.read_csv(path)
    u, v, w = (table.column(name).to_numpy() for name in "uvw")
    n = int(max(u.max(), v.max())) + 1
    half = sp.coo_matrix((w.astype(np.float64), (u, v)), shape=(n, n)).tocsr()
    rows = half + half.T
    return int(rows.nnz + np.argsort(w, kind="stable")[0])


def ours(path: Path, names: tuple[str, ...], linkage: Linkage, height: int | None) -> tuple[float, int]:
    """Lists to tree to S_e of every skill; H^T and the height."""
    table = pc.read_csv(path)
    u, v, w = (table.column(name).to_numpy() for name in "uvw")
    tree = induce(Graph.from_arrays(names, u, v, w), linkage, max_height=height)
    return float(np.sum(tree.potentials[: len(names)] > 0)) and tree.entropy, tree.height


def induction(graph: Graph, repeats: int, label: str) -> dict[str, Figure]:
    """Every linkage and peer on one graph, printed as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edges.csv"
        pc.write_csv(pa.table({"u": graph.u, "v": graph.v, "w": graph.weights}), path)
        jobs: dict[str, Callable[[], Any]] = {"floor: parse, rows, sort": lambda: (math.nan, floor(path) and 0)}
        for linkage in LINKAGES:
            for height in (None, 5):
                name = f"{linkage}, {'binary' if height is None else f'height {height}'}"
                jobs[name] = lambda linkage=linkage, height=height: ours(path, graph.names, linkage, height)
        for name, peer in PEERS.items():
            if label.startswith("topics") and find_spec(peer.package) and graph.edge_count <= peer.most_edges:
                jobs[name] = lambda peer=peer: (peer.cluster(graph), 0)
        figures = {name: measure(job, repeats) for name, job in jobs.items()}
    for name in PEERS:
        if name in figures:
            parents = figures[name].outcome[0]
            figures[name] = Figure(
                figures[name].seconds, figures[name].memory, (Tree.from_parents(graph, parents).entropy, 0)
            )
    base, mine = figures["floor: parse, rows, sort"].seconds, figures["balanced, height 5"].seconds
    print(f"\n{label}: {graph.node_count} nodes, {graph.edge_count} edges")
    print(f"{'':26}{'seconds':>9}{'/ floor':>9}{'/ ours':>8}{'B/edge':>8}{'H^T':>9}{'height':>8}")
    for name, figure in figures.items():
        entropy, height = figure.outcome
        print(
            f"{name:26}{figure.seconds:9.3f}{figure.seconds / base:9.1f}{figure.seconds / mine:8.2f}"
            f"{figure.memory / graph.edge_count:8.0f}{entropy:9.4f}{height or '':>8}"
        )
    return figures


def exponents(sizes: Iterable[int], runs: list[dict[str, Figure]], label: str) -> None:
    """How time grows with edges, between the smallest and the largest graph."""
    first, *_, last = sizes
    for name in (f"{linkage}, height 5" for linkage in LINKAGES):
        growth = math.log(runs[-1][name].seconds / runs[0][name].seconds) / math.log(last / first)
        print(f"{label} growth exponent, {name}: {growth:.2f} from {first:.0e} to {last:.0e} edges")


def tuples(graph: Graph, repeats: int) -> None:
    """Sweet-spot 7-tuples a second."""
    sampler = Sampler(induce(graph))
    starts = np.resize(np.array(sampler.leaves), 300_000)
    sampler.draw_leaves(starts, 7)
    figure = measure(lambda: sampler.draw_leaves(starts, 7).shape, repeats)
    print(f"\nsweet-spot 7-tuples: {len(starts) / figure.seconds:,.0f} a second")


def counting(rows: int, repeats: int) -> None:
    """Counting a Parquet corpus against what else counts pairs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.parquet"
        write_corpus(path, 1000)
        read_corpus(path)  # compiled before the children are forked
        write_corpus(path, rows)
        jobs = {"ours": lambda: int(read_corpus(path).together.sum())}
        for name, job in COUNTING.items():
            if find_spec(job.package) and rows <= job.most_rows:
                jobs[name] = lambda job=job: job.count(path)
        figures = {name: measure(job, repeats) for name, job in jobs.items()}
    print(f"\ncounting {rows:.0e} rows of 4 tags")
    for name, figure in figures.items():
        agrees = "" if figure.outcome == figures["ours"].outcome else f"  counts {figure.outcome}!"
        ratio = figure.seconds / figures["ours"].seconds
        print(f"{name:26}{figure.seconds:9.3f} s{ratio:8.2f} x ours{figure.memory / 1e6:9.0f} MB{agrees}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", default="1e4,1e5")
    parser.add_argument("--rows", default="1e6")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    sizes = [int(float(size)) for size in options.edges.split(",")]
    engine.COMPILED_FROM = 0  # the smallest graphs too, so that growth compares like with like
    for linkage in LINKAGES:
        induce(topic_graph(1000), linkage)
    for label, make in (("topics", topic_graph), ("hub", hub_graph)):
        runs = [induction(make(size), options.repeats, f"{label} {size:.0e}") for size in sizes]
        if len(sizes) > 1:
            exponents(sizes, runs, label)
    tuples(topic_graph(sizes[0]), options.repeats)
    for rows in options.rows.split(","):
        counting(int(float(rows)), options.repeats)


if __name__ == "__main__":
    main()
