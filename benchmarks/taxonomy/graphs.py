"""Graphs and corpora for the comparison: the same bytes on every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skillbench.taxonomy import Graph


def topic_graph(edges: int, seed: int = 0) -> Graph:
    """A power-law graph of skills in topics in fields: 60 % of pairs meet in a topic, 28 % in a field.

    Popularity is Pareto with exponent 1.2, so there are hubs; an edge's weight is how often it was drawn.
    A tenth as many nodes as edges.
    """
    rng = np.random.default_rng(seed)
    n = max(edges // 10, 10)
    topics = max(2, n // 50)
    fields = max(2, topics // 20)
    topic = rng.integers(0, topics, n)
    field = rng.integers(0, fields, topics)[topic]
    popularity = rng.pareto(1.2, n) + 1
    groups = {"topic": topic, "field": field, "all": np.zeros(n, dtype=np.int64)}
    draws = {name: _Draw(key, popularity) for name, key in groups.items()}
    keys, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    while len(keys) < edges:
        size = edges + edges // 2
        u = draws["all"](np.zeros(size, dtype=np.int64), rng)
        kind = rng.random(size)
        near, middle = draws["topic"](topic[u], rng), draws["field"](field[u], rng)
        v = np.where(kind < 0.6, near, np.where(kind < 0.88, middle, draws["all"](np.zeros(size, int), rng)))
        apart = u != v
        drawn = np.minimum(u, v)[apart] * n + np.maximum(u, v)[apart]
        keys, place = np.unique(np.concatenate((keys, drawn)), return_inverse=True)
        weights = np.concatenate((counts, np.ones(len(drawn), dtype=np.int64)))
        counts = np.bincount(place, weights=weights).astype(np.int64)
    pick = np.sort(rng.permutation(len(keys))[:edges])
    return Graph.from_arrays([f"skill{i}" for i in range(n)], keys[pick] // n, keys[pick] % n, counts[pick])


def hub_graph(edges: int, seed: int = 0) -> Graph:
    """A star with as many leaves as edges, weights power-law: the worst case of a growing giant."""
    rng = np.random.default_rng(seed)
    weights = np.minimum(rng.pareto(1.2, edges) + 1, 1000).astype(np.int64)
    return Graph.from_arrays(
        [f"skill{i}" for i in range(edges + 1)], np.zeros(edges, dtype=np.int64), np.arange(1, edges + 1), weights
    )


class _Draw:
    """Draws a member of a group with probability proportional to popularity."""

    def __init__(self, key: np.ndarray, popularity: np.ndarray) -> None:
        self._order = np.argsort(key, kind="stable")
        self._sums = np.cumsum(popularity[self._order])
        every = np.arange(key.max() + 1)
        self._first = np.searchsorted(key[self._order], every, "left")
        self._last = np.searchsorted(key[self._order], every, "right")

    def __call__(self, group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        first = self._first[group]
        low = np.where(first > 0, self._sums[first - 1], 0)
        high = self._sums[self._last[group] - 1]
        at = np.searchsorted(self._sums, low + rng.random(len(group)) * (high - low))
        return self._order[np.minimum(at, len(self._order) - 1)]


def write_corpus(path: Path, rows: int, tags: int = 1000, per_row: int = 4, seed: int = 0) -> None:
    """A Parquet corpus of rows with a fixed number of tags, popularity power-law."""
    rng = np.random.default_rng(seed)
    vocabulary = pa.array([f"skill number {i}" for i in range(tags)])
    schema = pa.schema([("tags", pa.list_(pa.string()))])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, rows, 500_000):
            size = min(500_000, rows - first)
            codes = np.minimum((rng.pareto(0.8, size * per_row) * 5).astype(np.int64), tags - 1)
            values = vocabulary.take(pa.array(codes))
            offsets = pa.array(np.arange(0, size * per_row + 1, per_row, dtype=np.int32))
            writer.write_table(pa.table([pa.ListArray.from_arrays(offsets, values)], schema=schema))
