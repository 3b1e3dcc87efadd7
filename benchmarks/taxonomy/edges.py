"""The edge lists every method starts from: text files of two skills and a weight."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp
from pyarrow import csv

from skillbench.taxonomy import Graph


class Edges(NamedTuple):
    """Skills in the order of their names, and the ends and weight of each edge."""

    names: list[str]
    u: np.ndarray
    v: np.ndarray
    weights: np.ndarray

    def matrix(self) -> sp.csr_matrix:
        """The symmetric weight matrix in compressed rows."""
        n = len(self.names)
        half = sp.coo_matrix((self.weights.astype(np.float64), (self.u, self.v)), shape=(n, n)).tocsr()
        return half + half.T


def write(graph: Graph, path: Path) -> None:
    """Write a graph as such a file, its edges in no order."""
    order = np.random.default_rng(1).permutation(graph.edge_count)
    names = pa.array(graph.names)
    one, two = (names.take(pa.array(ends[order])) for ends in (graph.u, graph.v))
    csv.write_csv(pa.table({"skill": one, "other": two, "weight": graph.weights[order]}), path)


def read(path: Path) -> Edges:
    """Parse the file on one thread and number the skills by name."""
    table = csv.read_csv(path, csv.ReadOptions(use_threads=False))
    ends = pa.chunked_array(table["skill"].chunks + table["other"].chunks).combine_chunks().dictionary_encode()
    order = pc.sort_indices(ends.dictionary)
    rank = np.empty(len(order), dtype=np.int64)
    rank[np.asarray(order)] = np.arange(len(order))
    numbers = rank[np.asarray(ends.indices)]
    names = ends.dictionary.take(order).to_pylist()
    return Edges(names, numbers[: table.num_rows], numbers[table.num_rows :], table["weight"].to_numpy())
