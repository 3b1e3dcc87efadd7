"""The co-occurrence graph: skill tags as nodes, whole-number weights on the edges.

Weights are stored as whole multiples of one ``unit``, so that volumes, cuts and ties are exact. Counts have
unit 1, probabilities 1/rows; real weights (Jaccard, PMI) are rounded once to a binary unit fine enough that
their sum stays below 2**43, and never again.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from skillbench.core.errors import InputError

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

WEIGHT_LIMIT = 1 << 43
"""Largest sum of edge weights in units: beyond it neighbouring volumes share a logarithm."""


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected weighted graph over named skills.

    Attributes:
        names: one per node, without repeats.
        u, v: end points of the edges, ``u < v``, sorted by (u, v), each pair once.
        weights: the edges' weights in units, all positive.
        loops: each node's self-loop weight in units; a loop counts twice in the node's volume.
        unit: the weight of one unit.
    """

    names: tuple[str, ...]
    u: Ints
    v: Ints
    weights: Ints
    loops: Ints
    unit: float = 1.0

    @property
    def node_count(self) -> int:
        """The number of skills."""
        return len(self.names)

    @property
    def edge_count(self) -> int:
        """The number of pairs with a positive weight, loops left out."""
        return len(self.weights)

    @cached_property
    def strengths(self) -> Ints:
        """Each node's weighted degree without its loop, in units: the cut of a leaf."""
        ends = np.zeros(self.node_count, dtype=np.int64)
        np.add.at(ends, self.u, self.weights)
        np.add.at(ends, self.v, self.weights)
        return ends

    @cached_property
    def degrees(self) -> Ints:
        """The number of skills each one occurs together with."""
        n = self.node_count
        return np.bincount(self.u, minlength=n) + np.bincount(self.v, minlength=n)

    @cached_property
    def component_of(self) -> Ints:
        """The connected part of each node; parts are numbered in the order of their first node."""
        n = self.node_count
        ones = np.ones(self.edge_count, dtype=np.int8)
        _, labels = connected_components(sp.coo_array((ones, (self.u, self.v)), shape=(n, n)), directed=False)
        _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
        ranks: Ints = np.argsort(np.argsort(first))[inverse].astype(np.int64)
        return ranks

    @cached_property
    def volumes(self) -> Ints:
        """Each node's weighted degree, its loop counted twice, in units."""
        return self.strengths + 2 * self.loops

    @cached_property
    def volume(self) -> int:
        """The sum of all weighted degrees, in units."""
        return int(self.volumes.sum())

    @cached_property
    def weight_of(self) -> dict[tuple[int, int], int]:
        """The weight of each pair ``(u, v)`` with ``u < v``, in units."""
        return {(u, v): w for u, v, w in zip(self.u.tolist(), self.v.tolist(), self.weights.tolist(), strict=True)}

    @classmethod
    def from_arrays(cls, names: Sequence[str], u: Any, v: Any, weights: Any, *, unit: float | None = None) -> Graph:
        """Build a graph from parallel arrays of end points and weights.

        Pairs may come in any order and more than once (their weights add up); ``u == v`` is a loop; zero
        weights are dropped. Whole-number weights stay exact; real ones are rounded to a binary unit.

        Args:
            names: one per node.
            u: first end points, indices into ``names``.
            v: second end points.
            weights: numbers, neither negative nor NaN nor infinite.
            unit: what a weight of 1 stands for, for whole-number weights (default 1).

        Raises:
            InputError: repeated names, an index out of range, or a weight that cannot be one.
        """
        first, second = np.asarray(u, dtype=np.int64), np.asarray(v, dtype=np.int64)
        raw = np.asarray(weights)
        _check(names, first, second, raw)
        whole = raw.dtype.kind in "iub" or bool(np.all(raw == np.floor(raw)))
        scale = 1.0 if unit is None else unit
        if not whole:
            scale = _binary_unit(float(raw.sum()))
            raw = np.rint(raw / scale)
        units = raw.astype(np.int64)
        if int(units.sum()) > WEIGHT_LIMIT:
            raise InputError(
                f"the edge weights add up to {int(units.sum())}; whole-number weights may add up to 2**43. "
                "Divide them by a common factor, or give them as real numbers."
            )
        n = len(names)
        loops = np.zeros(n, dtype=np.int64)
        on_diagonal = first == second
        np.add.at(loops, first[on_diagonal], units[on_diagonal])
        keep = ~on_diagonal & (units > 0)
        low, high = np.minimum(first, second)[keep], np.maximum(first, second)[keep]
        pairs, total = sum_by_key(low * n + high, units[keep])
        return cls(tuple(names), pairs // max(n, 1), pairs % max(n, 1), total, loops, scale)

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any], weight: str = "weight") -> Graph:
        """Build a graph from an undirected networkx graph; missing weights are 1, nodes sort by their text.

        Raises:
            InputError: a directed graph, or weights that :meth:`from_arrays` refuses.

        Example:
            >>> Graph.from_networkx(nx.path_graph(3)).volume
            4
        """
        if graph.is_directed():
            raise InputError("a directed graph was given; co-occurrence is undirected: use to_undirected()")
        nodes = sorted(graph.nodes, key=str)
        index: Mapping[Hashable, int] = {node: i for i, node in enumerate(nodes)}
        edges: Iterable[tuple[Any, Any, Any]] = graph.edges(data=weight, default=1)
        triples = [(index[a], index[b], w) for a, b, w in edges]
        u, v, w = zip(*triples, strict=True) if triples else ((), (), ())
        return cls.from_arrays([str(node) for node in nodes], u, v, w)

    def to_networkx(self) -> nx.Graph[str]:
        """The graph as networkx sees it, weights in their own size (units times ``unit``)."""
        out: nx.Graph[str] = nx.Graph()
        out.add_nodes_from(self.names)
        for (a, b), w in self.weight_of.items():
            out.add_edge(self.names[a], self.names[b], weight=w * self.unit)
        for node in np.flatnonzero(self.loops).tolist():
            out.add_edge(self.names[node], self.names[node], weight=int(self.loops[node]) * self.unit)
        return out


def _check(names: Sequence[str], u: Ints, v: Ints, weights: NDArray[Any]) -> None:
    """Refuse what cannot be a graph."""
    if len(set(names)) != len(names):
        repeated = sorted({name for name in names if list(names).count(name) > 1})
        raise InputError(f"node names repeat: {', '.join(repeated[:5])}; each skill may stand once")
    if not len(u) == len(v) == len(weights):
        raise InputError(f"got {len(u)}, {len(v)} end points and {len(weights)} weights; they must match")
    if len(u) and (min(u.min(), v.min()) < 0 or max(u.max(), v.max()) >= len(names)):
        raise InputError(f"an edge names a node outside 0..{len(names) - 1}")
    wrong = ~(np.isfinite(weights) & (weights >= 0)) if len(u) else np.zeros(0, dtype=bool)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"edge {names[int(u[at])]!r} - {names[int(v[at])]!r} has weight {weights[at]}; "
            "weights must be finite and not negative (0 drops the edge)"
        )


def _binary_unit(total: float) -> float:
    """The power of two in which weights of this sum stay within :data:`WEIGHT_LIMIT`."""
    return math.ldexp(1.0, math.frexp(total)[1] - 42)


def grouped(keys: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """The order that puts equal keys, numbers below ``count``, side by side: a stable sort by counting."""
    size = len(keys)
    starts = np.arange(size + 1, dtype=np.int32)
    rows = sp.csc_array((np.empty(size, dtype=np.int8), keys, starts), shape=(count, size)).tocsr()
    return np.asarray(rows.indices, dtype=np.int32)


def sum_by_key(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """The distinct keys in rising order and the sum of each one's values."""
    if bool((keys[1:] > keys[:-1]).all()):
        return keys, values
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.add.reduceat(values, starts)
