"""What sets of dialogues or rows are like, side by side: what the paper claims for its sweet spot, measured."""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.streams import stream
from skillbench.stats.alike import LIKENESS, seen_in, signature
from skillbench.stats.estimate import t_interval, wilson_interval
from skillbench.stats.lexical import compression, distinct, mtld, words
from skillbench.taxonomy.reading.records import read_records, tags_at, turns_of
from skillbench.taxonomy.sampler import Sampler

BLOCK = 20
"""Rows of a block: what falls with the size of a set is measured on blocks of one size."""

LEAST_BLOCKS = 5
"""Blocks below which no interval is given."""


@dataclass(frozen=True)
class Row:
    """A row of a set: its text, and its skills in their order."""

    text: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One figure of one set.

    Attributes:
        name: what is measured.
        value: the estimate; NaN where there is nothing to measure.
        low, high: its 95 % interval; NaN where there is none.
        n: rows or blocks behind it.
        of: what they are.
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    of: str


BETTER: Mapping[str, str] = {
    "joint entropy (bits)": "structural information of a row's skills (Eq. 2); grows with k",
    "joint entropy per skill": "the same over k",
    "coherence": "share of a row's pairs of skills that occur together in the reference corpus",
    "skills used evenly": "entropy of skill frequencies over its maximum; 1 if all skills are used alike",
    "near-duplicates": f"share of rows {LIKENESS:.0%} like another row of the set",
    "distinct-1": f"distinct words in {BLOCK} rows over all their words",
    "distinct-3": f"the same for runs of three words, {BLOCK} rows at a time",
    "MTLD": "words until they repeat themselves, within a row",
    "compression ratio": f"bytes over deflated bytes of {BLOCK} rows; more means more repetition",
    "words": "words of a row",
}
"""Every measure with what it says, in the order of the table."""


def read_set(place: str, tags: str, rows: int) -> tuple[list[Row], int]:
    """At most so many rows of a set, those whose texts' hashes are smallest, and how many there are in all.

    A folder that ``skillbench synthesize`` wrote is read for its ``data/train.jsonl`` alone.

    Raises:
        CorpusError: it cannot be read, or holds no row with a text.
    """
    written = Path(place) / "data" / "train.jsonl"
    kept: list[tuple[int, int, Row]] = []
    count = 0
    for record in read_records([str(written) if written.exists() else place]):
        text = "\n\n".join(said for _, said in turns_of(record.fields))
        if not text:
            continue
        count += 1
        rank = -int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        skills = tuple(tags_at(record.fields, "skills") or tags_at(record.fields, tags))
        entry = (rank, -count, Row(text, skills))
        if len(kept) < rows:
            heapq.heappush(kept, entry)
        elif entry[:2] > kept[0][:2]:
            heapq.heapreplace(kept, entry)
    if not count:
        raise CorpusError(f"{place} has no row with a text; give chat rows (messages), or instructions and outputs")
    return [row for _, _, row in sorted(kept, key=lambda one: (one[0], one[1]))], count


def compare_sets(
    places: Mapping[str, str], sampler: Sampler, *, tags: str = "tags", rows: int = 2000
) -> dict[str, list[Measure]]:
    """Every measure of every set, on as many rows of each as the smallest has, and at most ``rows``.

    Args:
        places: where each set is, by the name it is shown under.
        sampler: of the taxonomy that entropy and coherence are measured in.
        tags: column or path of the skills where rows have no ``skills``.
        rows: most rows of a set that are looked at.

    Raises:
        CorpusError: a set that cannot be read.
        InputError: a set with fewer than two rows.
    """
    read = {name: read_set(place, tags, rows) for name, place in places.items()}
    size = min(len(found) for found, _ in read.values())
    if size < 2:
        raise InputError("a set has a single row; give sets of two rows or more")
    out = {}
    for name, (found, _) in read.items():
        chosen = stream("diversity", "rows", name).sample(found, size)
        out[name] = list(_measures(chosen, sampler))
    return out


def _measures(rows: Sequence[Row], sampler: Sampler) -> Iterator[Measure]:
    leaves = [[sampler.tree.leaf_of[tag] for tag in row.skills if tag in sampler.tree.leaf_of] for row in rows]
    drawn = [sampler.describe(found, len(found)) for found in leaves if found]
    yield _mean("joint entropy (bits)", [one.joint_entropy for one in drawn], "rows")
    yield _mean("joint entropy per skill", [one.joint_entropy / len(one.skills) for one in drawn], "rows")
    yield _mean("coherence", [one.coherence for one in drawn if len(one.skills) > 1], "rows")
    yield _evenness([tag for row in rows for tag in row.skills])
    alike = _alike(rows)
    yield Measure("near-duplicates", alike, *wilson_interval(alike, len(rows)), len(rows), "rows")
    said = [words(row.text) for row in rows]
    blocks = [range(at, at + BLOCK) for at in range(0, len(rows) - BLOCK + 1, BLOCK)] or [range(len(rows))]
    by_block: dict[str, Callable[[range], float]] = {
        "distinct-1": lambda block: distinct([said[at] for at in block], 1),
        "distinct-3": lambda block: distinct([said[at] for at in block], 3),
    }
    yield from (_mean(name, [measure(block) for block in blocks], "blocks") for name, measure in by_block.items())
    yield _mean("MTLD", [mtld(text) for text in said if text], "rows")
    packed = [compression([rows[at].text for at in block]) for block in blocks]
    yield _mean("compression ratio", packed, "blocks")
    yield _mean("words", [float(len(text)) for text in said], "rows")


def _mean(name: str, values: Sequence[float], of: str) -> Measure:
    n = len(values)
    if not n:
        return Measure(name, math.nan, math.nan, math.nan, 0, of)
    mean, low, high = float(np.mean(values)), math.nan, math.nan
    if n >= LEAST_BLOCKS:
        low, high = t_interval(mean, float(np.std(values, ddof=1)) / math.sqrt(n), n - 1)
    return Measure(name, mean, low, high, n, of)


def _evenness(tags: Sequence[str]) -> Measure:
    """Pielou's evenness of the skills in use; no interval, for it is one figure of the whole set."""
    name, of = "skills used evenly", "skills"
    counts = np.unique(np.array(tags, dtype=str), return_counts=True)[1] if tags else np.zeros(0)
    if len(counts) < 2:
        return Measure(name, math.nan, math.nan, math.nan, len(counts), of)
    shares = counts / counts.sum()
    return Measure(
        name, float(-(shares * np.log(shares)).sum() / math.log(len(counts))), math.nan, math.nan, len(counts), of
    )


def _alike(rows: Sequence[Row]) -> float:
    """The share of rows that have a near-duplicate among the others."""
    found: set[str] = set()
    with seen_in(None) as seen:
        for number, row in enumerate(rows):
            sketch = signature(row.text)
            name, near = seen.nearest(sketch)
            if near >= LIKENESS:
                found |= {name, str(number)}
            seen.add(str(number), sketch)
    return len(found) / len(rows)
