"""A tagged corpus, and how often its tags occur together.

Rows come from JSONL, CSV or Parquet files or folders of them. A row is an instruction, a work item, an
occupation; its tags are the skills it takes. Counting is order-free: the same rows in any order, in any
number of files, give the same counts, and tags are numbered in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from skillbench.core.errors import InputError
from skillbench.taxonomy.graph import Floats, Graph, Ints
from skillbench.taxonomy.logarithm import log2_array

Weight = Literal["count", "probability", "jaccard", "pmi", "smoothed-ratio"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)


@dataclass(frozen=True)
class BadRow:
    """A row that could not be counted: where it stands (lines count from 1) and why."""

    source: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.reason}"


@dataclass(frozen=True, eq=False)
class Corpus:
    """What a corpus says about its tags.

    Attributes:
        tags: the tags in the order of their names.
        rows: rows counted, bad ones left out.
        frequency: in how many rows each tag occurs.
        u, v: pairs of tags that occur together, ``u < v``, sorted.
        together: in how many rows each pair occurs.
        bad_rows: rows that were left out, with line and reason; the first :data:`BAD_ROWS_KEPT`.
        bad_row_count: how many there were.
        ignored: files of folders that were not read.
    """

    tags: tuple[str, ...]
    rows: int
    frequency: Ints
    u: Ints
    v: Ints
    together: Ints
    bad_rows: tuple[BadRow, ...] = ()
    bad_row_count: int = 0
    ignored: tuple[str, ...] = ()

    def graph(self, weight: Weight = "count") -> Graph:
        """The co-occurrence graph under one of the field's weights.

        With c the pair's count, a and b the tags' counts, N the rows:

        * ``count``: c. ``probability``: c/N, the paper's choice; the same taxonomy as ``count``.
        * ``jaccard``: c / (a + b - c).
        * ``pmi``: log2(cN / ab), pairs at or below 0 dropped (positive pointwise mutual information).
        * ``smoothed-ratio``: (c + 2) / ((a + 1)(b + 1)).

        Raises:
            InputError: an unknown weight.
        """
        if weight not in WEIGHTS:
            raise InputError(f"weight {weight!r} is unknown; choose one of {', '.join(WEIGHTS)}")
        if weight == "count":
            return Graph.from_arrays(self.tags, self.u, self.v, self.together)
        if weight == "probability":
            return Graph.from_arrays(self.tags, self.u, self.v, self.together, unit=1.0 / max(self.rows, 1))
        c = self.together.astype(np.float64)
        a, b = self.frequency[self.u].astype(np.float64), self.frequency[self.v].astype(np.float64)
        values = _REAL_WEIGHTS[weight](c, a, b, float(self.rows))
        return Graph.from_arrays(self.tags, self.u, self.v, values)

    def with_support(self, least: int) -> Corpus:
        """The corpus restricted to tags that occur in at least ``least`` rows."""
        keep = self.frequency >= least
        new = np.cumsum(keep) - 1
        pairs = keep[self.u] & keep[self.v]
        return Corpus(
            tags=tuple(tag for tag, kept in zip(self.tags, keep.tolist(), strict=True) if kept),
            rows=self.rows,
            frequency=self.frequency[keep],
            u=new[self.u[pairs]],
            v=new[self.v[pairs]],
            together=self.together[pairs],
            bad_rows=self.bad_rows,
            bad_row_count=self.bad_row_count,
            ignored=self.ignored,
        )


BAD_ROWS_KEPT = 1000
"""Bad rows remembered one by one; beyond it they are only counted."""


def _jaccard(c: Floats, a: Floats, b: Floats, _rows: float) -> Floats:
    return c / (a + b - c)


def _pmi(c: Floats, a: Floats, b: Floats, rows: float) -> Floats:
    return np.maximum(log2_array(c * rows / (a * b)), 0.0)


def _smoothed_ratio(c: Floats, a: Floats, b: Floats, _rows: float) -> Floats:
    return (c + 2.0) / ((a + 1.0) * (b + 1.0))


_REAL_WEIGHTS: dict[str, Callable[[Floats, Floats, Floats, float], Floats]] = {
    "jaccard": _jaccard,
    "pmi": _pmi,
    "smoothed-ratio": _smoothed_ratio,
}
