"""Files, slices of files, and what is counted in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.places import PlacedFile, files_below, opened
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus
from skillbench.taxonomy.counting import PairCounter
from skillbench.taxonomy.reading.comma_separated import csv_chunks
from skillbench.taxonomy.reading.json_lines import json_chunks
from skillbench.taxonomy.reading.parquet import parquet_chunks
from skillbench.taxonomy.reading.rows import Chunk, TagFormat

JSON_LINES = frozenset({".jsonl", ".ndjson"})
PARQUET = ".parquet"
SUFFIXES = (".jsonl", ".ndjson", ".csv", PARQUET)


@dataclass(frozen=True)
class Part:
    """A file, or one of ``share`` slices of it: bytes of JSON lines, row groups of Parquet; CSV is never sliced."""

    file: PlacedFile
    start: int = 0
    stop: int = sys.maxsize
    share: int = 1


@dataclass(frozen=True)
class Counted:
    """What one or more parts hold; ``lines`` is how many lines they have together."""

    corpus: Corpus
    lines: int


def suffix_of(path: str) -> str:
    """The suffix of a path or an address."""
    return PurePosixPath(path).suffix


def corpus_files(places: Iterable[str]) -> list[PlacedFile]:
    """The files of a corpus, in the order given, folders in the order of their files' names.

    Raises:
        CorpusError: a place that does not exist or cannot be read, or is no corpus.
    """
    out: list[PlacedFile] = []
    for place in places:
        try:
            found = files_below(place)
        except InputError as error:
            raise CorpusError(str(error)) from error
        wanted = [file for file in found if suffix_of(file.path) in SUFFIXES]
        if not wanted:
            reason = f"suffix {suffix_of(place)!r} is unknown" if any(file.named for file in found) else "it holds none"
            raise CorpusError(f"cannot read {place}: {reason}; give {', '.join(SUFFIXES)} files or a folder of them")
        out += wanted
    return out


def count_parts(
    parts: Iterable[Part], layout: TagFormat, *, strict: bool, note: Callable[[PlacedFile, int], None]
) -> Counted:
    """Count parts one after the other.

    Args:
        parts: what to read.
        layout: where the tags are.
        strict: stop at the first bad row, which is then the only one of the result.
        note: called with the file and the bytes that were read of it.

    Raises:
        CorpusError: a file that cannot be read.
    """
    counter = PairCounter(squeeze=layout.squeeze, fold_case=layout.fold_case)
    kept: list[BadRow] = []
    count = lines = 0
    for part in parts:
        for chunk in _chunks(part, layout):
            untagged = [(chunk.lines[row], f"has no tags at {layout.path!r}") for row in counter.add(chunk.rows)]
            bad = [BadRow(part.file.name, line, why) for line, why in sorted(chunk.bad + untagged)]
            if strict and bad:
                return Counted(counter.corpus(bad[:1], 1), lines)
            count += len(bad)
            kept += bad[: BAD_ROWS_KEPT - len(kept)]
            lines += chunk.span
            note(part.file, chunk.read)
    return Counted(counter.corpus(kept, count), lines)


def _chunks(part: Part, layout: TagFormat) -> Iterator[Chunk]:
    path, suffix = part.file.path, suffix_of(part.file.path)
    try:
        with opened(path) as stream:
            if suffix in JSON_LINES:
                yield from json_chunks(stream, layout, part.start, part.stop)
            elif suffix == PARQUET:
                yield from parquet_chunks(stream, layout, path, part.start, part.stop)
            else:
                yield from csv_chunks(stream, layout, path)
    except CorpusError:
        raise
    except InputError as error:
        raise CorpusError(str(error)) from error
