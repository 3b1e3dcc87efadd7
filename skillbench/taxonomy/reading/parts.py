"""Files, slices of files, and what is counted in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.places import PlacedFile, files_below, opened
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus
from skillbench.taxonomy.counting import PairCounter
from skillbench.taxonomy.reading.comma_separated import csv_chunks
from skillbench.taxonomy.reading.json_lines import json_chunks
from skillbench.taxonomy.reading.packed import unpacked
from skillbench.taxonomy.reading.parquet import arrow_chunks, parquet_chunks
from skillbench.taxonomy.reading.rows import Chunk, NoColumnError, TagFormat

JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
PARQUET, ARROW = ".parquet", ".arrow"
DELIMITED = {".csv": ",", ".tsv": "\t"}
SUFFIXES = (*sorted(JSON_LINES), *DELIMITED, PARQUET, ARROW)
PACKED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".lz4": "lz4"}
"""Suffixes behind those of texts, and what Arrow calls the way in which such a file is packed."""

_OF_A_SAVED_DATASET = frozenset({"state.json", "dataset_info.json", "dataset_dict.json"})
"""What ``save_to_disk`` of Hugging Face's datasets writes beside the rows."""


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
    """The suffix of a path or an address, with what stands before it where that says how a text is packed."""
    name = PurePosixPath(path)
    return PurePosixPath(name.stem).suffix + name.suffix if name.suffix in PACKED else name.suffix


def is_readable(path: str) -> bool:
    """Whether a file is one of a corpus, by its name."""
    name = PurePosixPath(path)
    if name.suffix in PACKED:
        return PurePosixPath(name.stem).suffix in JSON_LINES | DELIMITED.keys()
    return name.suffix in SUFFIXES and name.name not in _OF_A_SAVED_DATASET


def corpus_files(places: Iterable[str]) -> tuple[list[PlacedFile], list[str]]:
    """The files of a corpus, in the order given, folders in the order of their files' names; and what they ignore.

    Raises:
        CorpusError: a place that does not exist or cannot be read, or is no corpus.
    """
    out: list[PlacedFile] = []
    ignored: list[str] = []
    for place in places:
        try:
            found = files_below(place)
        except InputError as error:
            raise CorpusError(str(error)) from error
        wanted = [file for file in found if is_readable(file.path)]
        if not wanted:
            reason = f"suffix {suffix_of(place)!r} is unknown" if any(file.named for file in found) else "it holds none"
            known = f"{', '.join(SUFFIXES)} files, texts also packed ({', '.join(PACKED)})"
            raise CorpusError(f"cannot read {place}: {reason}; give {known}, or a folder of them")
        out += wanted
        ignored += [file.name for file in found if not is_readable(file.path)]
    return out, ignored


def with_column(files: Iterable[PlacedFile], layout: TagFormat) -> tuple[list[PlacedFile], list[str]]:
    """The files without the tables that lack the column, and the names of those.

    Raises:
        CorpusError: a file that cannot be read.
    """
    out, lacking = [], []
    for file in files:
        try:
            with closing(_chunks(Part(file), layout)) as chunks:
                next(chunks, None)
            out.append(file)
        except NoColumnError:
            lacking.append(file.name)
    return out, lacking


def count_parts(
    parts: Iterable[Part],
    layout: TagFormat,
    *,
    strict: bool,
    note: Callable[[PlacedFile, int], None],
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


def _chunks(part: Part, layout: TagFormat) -> Generator[Chunk]:
    path, suffix = part.file.path, suffix_of(part.file.path)
    kind, way = PurePosixPath(f"x{suffix}").suffixes[0], PACKED.get(PurePosixPath(path).suffix)
    at = 0
    try:
        with opened(path) as stream, unpacked(stream, way) as text:
            if kind in JSON_LINES:
                chunks = json_chunks(text, layout, part.start, part.stop)
            elif kind == PARQUET:
                chunks = parquet_chunks(text, layout, path, part.start, part.stop)
            elif kind == ARROW:
                chunks = arrow_chunks(text, layout, path)
            else:
                chunks = csv_chunks(text, layout, path, DELIMITED[kind])
            for chunk in chunks:
                if way is None:
                    yield chunk
                else:  # bytes of the file, not of its text
                    before, at = at, stream.tell()
                    yield replace(chunk, read=at - before)
    except CorpusError:
        raise
    except InputError as error:
        raise CorpusError(str(error)) from error
