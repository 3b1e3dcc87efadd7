"""Counting co-occurrences in a stream of rows, in memory that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from skillbench.core.errors import CorpusError
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus
from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Ints, sum_by_key
from skillbench.taxonomy.kernels.counts import count_dense, count_hashed

DENSE_TO = 2048
"""Tags up to which pairs are counted in a square table; beyond it, in a hash table."""


GATHERED = 1 << 20
"""Tags of rows that are gathered before they are counted."""


def plain(array: Any) -> NDArray[Any]:
    """The numbers of an Arrow array without nulls; Arrow's own way there loads pandas, which takes most of a second."""
    kind = np.dtype(str(array.type))
    data = array.buffers()[1]
    if data is None:
        return np.zeros(0, dtype=kind)
    return np.frombuffer(data, dtype=kind)[array.offset : array.offset + len(array)]


class PairCounter:
    """Counts tags and pairs over rows that come in chunks.

    Args:
        squeeze: whether runs of white space in a tag count as one space, and none at the ends.
        fold_case: whether tags that differ in case alone are one.

    Example:
        >>> counter = PairCounter()
        >>> counter.add(pa.array([["a", "b"], ["b", " a", "b"], [" "]]))
        [2]
        >>> counter.corpus().together.tolist()
        [2]
    """

    def __init__(self, *, squeeze: bool = True, fold_case: bool = False) -> None:
        self._squeeze, self._fold_case = squeeze, fold_case
        self._number: dict[str, int] = {}
        self._rows = 0
        self._frequency = np.zeros(64, dtype=np.int64)
        self._width = 64
        self._dense: Ints | None = np.zeros(64 * 64, dtype=np.int64)
        self._keys = np.zeros(0, dtype=np.int64)
        self._counts = np.zeros(0, dtype=np.int64)
        self._used = np.zeros(1, dtype=np.int64)
        self._waiting: list[tuple[Ints, NDArray[np.int32]]] = []
        self._waiting_size = 0

    def add(self, rows: Any) -> list[int]:
        """Count the rows of an Arrow list array of texts (dictionary-encoded or not).

        Returns:
            The positions of rows without a tag; they are not counted.
        """
        if isinstance(rows, pa.ChunkedArray):
            rows = rows.combine_chunks()
        offsets = plain(rows.offsets).astype(np.int64)
        values = rows.values
        if not pa.types.is_dictionary(values.type):
            values = pc.dictionary_encode(values)
        numbers = self._enter(values.dictionary.to_pylist())
        indices = values.indices.fill_null(len(numbers)) if values.null_count else values.indices
        codes = np.append(numbers, -1)[plain(indices)].astype(np.int32)
        lengths = np.diff(offsets)
        if rows.null_count:  # a null row may cover values, which are not its
            missing = plain(pc.cast(rows.is_null(), pa.uint8())).astype(bool)
            codes[offsets[0] : offsets[-1]][np.repeat(missing, lengths)] = -1
        tagged = np.zeros(len(lengths), dtype=bool)
        tagged[np.repeat(np.arange(len(lengths)), lengths)[codes[offsets[0] : offsets[-1]] >= 0]] = True
        self._rows += int(tagged.sum())
        self._waiting.append((lengths, codes[offsets[0] : offsets[-1]]))
        self._waiting_size += len(codes)
        if self._waiting_size >= GATHERED:
            self._count()
        return [int(row) for row in np.flatnonzero(~tagged)]

    def corpus(self, bad_rows: Sequence[BadRow] = (), bad_row_count: int = 0) -> Corpus:
        """What has been counted, tags numbered in the order of their names."""
        self._count()
        names = sorted(self._number)
        rank = np.zeros(len(names), dtype=np.int64)
        rank[[self._number[name] for name in names]] = np.arange(len(names))
        frequency = np.zeros(len(names), dtype=np.int64)
        frequency[rank] = self._frequency[: len(names)]
        if self._dense is not None:
            pairs = np.flatnonzero(self._dense)
            a, b, together = pairs // self._width, pairs % self._width, self._dense[pairs]
        else:
            places = np.flatnonzero(self._keys >= 0)
            a, b, together = self._keys[places] >> 32, self._keys[places] & 0xFFFFFFFF, self._counts[places]
        u, v = np.minimum(rank[a], rank[b]), np.maximum(rank[a], rank[b])
        order = np.lexsort((v, u))
        counted = Corpus(
            tuple(names), self._rows, frequency, u[order], v[order], together[order], tuple(bad_rows), bad_row_count
        )
        return counted.with_support(1)  # a null row may have brought names of its own

    def _enter(self, tags: list[str | None]) -> NDArray[np.int64]:
        """The numbers of tags as written, -1 for empty ones; room is made for new ones."""
        out = np.empty(len(tags), dtype=np.int64)
        for i, tag in enumerate(tags):
            name = tag or ""
            if self._squeeze:
                name = " ".join(name.split())
            if self._fold_case:
                name = name.casefold()
            out[i] = self._number.setdefault(name, len(self._number)) if name else -1
        while len(self._number) > len(self._frequency):
            self._frequency = np.append(self._frequency, np.zeros_like(self._frequency))
        if self._dense is not None and len(self._number) > self._width:
            self._widen()
        return out

    def _widen(self) -> None:
        """More room for pairs: a wider table, or a hash table once that is too large."""
        self._count()
        if self._dense is None:
            return
        old = self._dense.reshape(self._width, self._width)
        width = 1 << (len(self._number) - 1).bit_length()
        if width <= DENSE_TO:
            wide = np.zeros((width, width), dtype=np.int64)
            wide[: self._width, : self._width] = old
            self._width, self._dense = width, wide.ravel()
            return
        a, b = np.nonzero(old)
        self._dense = None
        self._rehash((a << 32) | b, old[a, b], least=1 << 16)

    def _rehash(self, keys: Ints, counts: Ints, least: int) -> None:
        """A hash table of ``least`` places or more with these keys, in which a quarter or less is taken."""
        size = max(least, 1 << (4 * len(keys)).bit_length())
        self._keys, self._counts = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
        a, b = keys >> 32, keys & 0xFFFFFFFF
        mixed = a * 805459861 + b * 1000003 * 389
        at = (mixed ^ (mixed >> 15) ^ (mixed >> 31)) & (size - 1)
        left = np.arange(len(keys))
        while len(left):
            free = self._keys[at[left]] < 0
            tried = left[free]
            self._keys[at[tried]] = keys[tried]  # of several for one place the last stays
            won = free & (self._keys[at[left]] == keys[left])
            self._counts[at[left[won]]] = counts[left[won]]
            left = left[~won]
            at[left] = (at[left] + 1) & (size - 1)
        self._used[0] = len(keys)

    def _count(self) -> None:
        """Count the rows that wait: a call costs as much as the table is large, however few they are."""
        if not self._waiting:
            return
        lengths = np.concatenate([lengths for lengths, _ in self._waiting])
        codes = np.concatenate([codes for _, codes in self._waiting])
        self._waiting, self._waiting_size = [], 0
        offsets, longest = np.concatenate(([0], np.cumsum(lengths))), int(lengths.max(initial=0))
        rows, size = len(lengths), len(codes)
        row = np.zeros(longest + 1, dtype=np.int64)
        if self._dense is not None:
            arguments = (offsets, codes, 0, rows, self._width, self._frequency, self._dense, row)
            run(count_dense, arguments, size=size)
            return
        at = 0
        while True:
            table = (self._frequency, self._keys, self._counts, self._used, len(self._keys) - 1)
            at = int(run(count_hashed, (offsets, codes, at, rows, *table, row), size=size))
            if at == rows:
                return
            taken = self._keys >= 0
            room = max(2 * len(self._keys), 1 << (8 * longest * longest).bit_length())
            self._rehash(self._keys[taken], self._counts[taken], least=room)


def count_rows(rows: Iterable[Iterable[str]], *, min_support: int = 1) -> Corpus:
    """Count tags and pairs over rows of tags; a tag repeated within a row counts once.

    Raises:
        CorpusError: a row without tags (rows count from 1).

    Example:
        >>> corpus = count_rows([["a", "b"], ["b", "a", "b"], ["c"]])
        >>> corpus.tags, corpus.frequency.tolist(), corpus.together.tolist()
        (('a', 'b', 'c'), [2, 2, 1], [2])
    """
    counter = PairCounter(squeeze=False)
    untagged = counter.add(pa.array([list(row) for row in rows], type=pa.list_(pa.string())))
    if untagged:
        raise CorpusError(f"row {untagged[0] + 1} has no tags; give every row at least one")
    corpus = counter.corpus()
    return corpus.with_support(min_support) if min_support > 1 else corpus


def combined(parts: Sequence[Corpus]) -> Corpus:
    """The corpus of several counted apart: the same as counting all rows together."""
    names = sorted({tag for part in parts for tag in part.tags})
    index = {tag: i for i, tag in enumerate(names)}
    frequency = np.zeros(len(names), dtype=np.int64)
    keys, counts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for part in parts:
        place = np.array([index[tag] for tag in part.tags], dtype=np.int64)
        frequency[place] += part.frequency
        keys.append(place[part.u] * len(names) + place[part.v])
        counts.append(part.together)
    pairs, together = sum_by_key(np.concatenate(keys), np.concatenate(counts))
    width = max(len(names), 1)
    bad = tuple(row for part in parts for row in part.bad_rows)[:BAD_ROWS_KEPT]
    return Corpus(
        tuple(names), sum(part.rows for part in parts), frequency, pairs // width, pairs % width, together,
        bad, sum(part.bad_row_count for part in parts),
    )  # fmt: skip
