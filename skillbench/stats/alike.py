"""Texts that say nearly the same: MinHash (datasketch, MIT) over word shingles, with what was seen kept on disk.

Two texts are near-duplicates if the Jaccard similarity of their sets of five-word shingles is estimated at
:data:`LIKENESS` or more. Source: Broder 1997; banding, Leskovec, Rajaraman and Ullman, ch. 3.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LIKENESS = 0.7
PERMUTATIONS, BANDS = 128, 32
_ROWS = PERMUTATIONS // BANDS
_WORDS = 5
_LONGEST = 100_000
"""Characters of a text that are looked at."""

_WORD = re.compile(r"\w+")

Signature = NDArray[np.uint64]


def signature(text: str) -> Signature:
    """The MinHash of a text: 128 numbers, the same on every platform; a text of fewer words is one shingle."""
    from datasketch import MinHash  # noqa: PLC0415  takes seconds to load, and most commands never need it

    words = _WORD.findall(text[:_LONGEST].casefold())
    shingles = {" ".join(words[at : at + _WORDS]) for at in range(max(len(words) - _WORDS + 1, 1))}
    sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update_batch([shingle.encode() for shingle in sorted(shingles)])
    values: Signature = sketch.hashvalues.astype(np.uint64)
    return values


def likeness(one: Signature, other: Signature) -> float:
    """The estimated Jaccard similarity of two texts, 0 to 1; its standard error is at most 0.045."""
    return float((one == other).mean())


class Seen:
    """Texts seen so far, in a SQLite file, so that memory does not grow with their number.

    Args:
        connection: where the tables are; made by :func:`seen_in`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._base = connection
        self._base.execute("create table if not exists sketches (name text primary key, sketch blob) without rowid")
        self._base.execute(
            "create table if not exists bands (band blob, name text, primary key (band, name)) without rowid"
        )

    def nearest(self, sketch: Signature) -> tuple[str, float]:
        """The most similar text seen and its likeness; an empty name where none shares a band. Ties: the first name."""
        marks = ",".join("?" * BANDS)
        found = self._base.execute(
            f"select distinct s.name, s.sketch from bands b join sketches s using (name) where b.band in ({marks})",  # noqa: S608  only question marks
            _bands(sketch),
        )
        known = ((name, likeness(sketch, np.frombuffer(blob, dtype=np.uint64))) for name, blob in found)
        return min(known, key=lambda pair: (-pair[1], pair[0]), default=("", 0.0))

    def add(self, name: str, sketch: Signature) -> None:
        """Remember a text; a name seen before is replaced."""
        self._base.execute("delete from bands where name = ?", (name,))
        self._base.execute("insert or replace into sketches values (?, ?)", (name, sketch.tobytes()))
        self._base.executemany("insert or ignore into bands values (?, ?)", [(band, name) for band in _bands(sketch)])


@contextmanager
def seen_in(path: Path | None) -> Iterator[Seen]:
    """What a file has seen, for as long as the block runs; a new file, or None for memory, has seen nothing."""
    base = sqlite3.connect(":memory:" if path is None else path)
    try:
        with base:
            yield Seen(base)
    finally:
        base.close()


def _bands(sketch: Signature) -> list[bytes]:
    """The sketch cut into bands, each behind its number: texts that share one are candidates."""
    return [bytes([band]) + sketch[band * _ROWS : (band + 1) * _ROWS].tobytes() for band in range(BANDS)]
