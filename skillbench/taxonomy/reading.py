"""Reading tagged corpora from JSONL, CSV and Parquet files and folders of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from skillbench.core.errors import CorpusError
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus, count_rows

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".parquet")


@dataclass(frozen=True)
class TagFormat:
    """Where a row's tags stand and how they are written.

    Attributes:
        path: the column's name, or a dotted path into nested records (``label.ability_en``).
        delimiter: what parts a string of tags; None reads a string as one tag (in CSV: ``;`` parts them).
        fold_case: whether ``Excel`` and ``excel`` are one tag.
        squeeze: whether runs of white space count as one space, and none at the ends.
    """

    path: str = "tags"
    delimiter: str | None = None
    fold_case: bool = False
    squeeze: bool = True


class _RowError(ValueError):
    """Why a row cannot be counted."""


def read_corpus(
    source: str | Path | Sequence[str | Path],
    *,
    tags: TagFormat | str = "tags",
    min_support: int = 1,
    strict: bool = False,
) -> Corpus:
    """Count the tags of a corpus and their pairs.

    Args:
        source: a file (JSONL, CSV, Parquet), a folder of them, or several of either.
        tags: the tag column's name or dotted path, or a whole :class:`TagFormat`.
        min_support: tags in fewer rows are dropped.
        strict: stop at the first bad row; otherwise bad rows are left out and reported in the result.

    Raises:
        CorpusError: nothing to read, an unknown suffix, no row with tags, or (strict) a bad row.
    """
    layout = TagFormat(tags) if isinstance(tags, str) else tags
    bad: list[BadRow] = []
    bad_count = 0

    def good() -> Iterator[list[str]]:
        nonlocal bad_count
        for row in _rows(source, layout):
            if not isinstance(row, BadRow):
                yield row
                continue
            if strict:
                raise CorpusError(f"{row}; give every row a list of tags, or drop --strict to leave it out")
            bad_count += 1
            if len(bad) < BAD_ROWS_KEPT:
                bad.append(row)

    corpus = count_rows(good(), min_support=min_support)
    if not corpus.rows:
        first = f"; the first of {bad_count} bad rows is {bad[0]}" if bad else ""
        raise CorpusError(f"{source} has no row with tags at {layout.path!r}{first}. Name the column (--tags-path)")
    return replace(corpus, bad_rows=tuple(bad), bad_row_count=bad_count)


def _rows(source: str | Path | Sequence[str | Path], layout: TagFormat) -> Iterator[list[str] | BadRow]:
    """Each row's tags, or what is wrong with it."""
    for file in _files(source):
        for line, value in _RAW[file.suffix](file):
            try:
                yield _tags(value, layout, file.suffix)
            except _RowError as error:
                yield BadRow(file.name, line, str(error))


def _files(source: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files to read, folders in the order of their files' names."""
    given = [source] if isinstance(source, (str, Path)) else list(source)
    out: list[Path] = []
    for item in map(Path, given):
        if item.is_dir():
            out += sorted(file for file in item.rglob("*") if file.suffix in SUFFIXES)
        elif item.is_file() and item.suffix in SUFFIXES:
            out.append(item)
        else:
            reason = f"suffix {item.suffix!r} is unknown" if item.exists() else "there is no such file"
            raise CorpusError(f"cannot read {item}: {reason}; give {', '.join(SUFFIXES)} or a folder of them")
    if not out:
        raise CorpusError(f"{source} holds no {', '.join(SUFFIXES)} file")
    return out


def _json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Line numbers and records; a line that is no JSON comes as the error."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, _RowError(f"is not JSON: {error.msg}")


def _csv_records(file: Path) -> Iterator[tuple[int, Any]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for record in reader:
            yield reader.line_num, record


def _parquet_records(file: Path) -> Iterator[tuple[int, Any]]:
    number = 0
    for batch in pq.ParquetFile(file).iter_batches():
        for record in batch.to_pylist():
            number += 1
            yield number, record


_RAW = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv_records,
    ".parquet": _parquet_records,
}


def _tags(record: Any, layout: TagFormat, suffix: str) -> list[str]:
    """The tags of a record.

    Raises:
        _RowError: there are none, or they are no text.
    """
    if isinstance(record, _RowError):
        raise record
    value = record
    if isinstance(record, dict) and layout.path in record:
        value = record[layout.path]
    else:
        for step in layout.path.split("."):
            if not isinstance(value, dict) or step not in value:
                raise _RowError(f"has nothing at {layout.path!r}")
            value = value[step]
    if isinstance(value, str):
        delimiter = layout.delimiter or (";" if suffix == ".csv" else None)
        value = value.split(delimiter) if delimiter else [value]
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise _RowError(f"has {type(value).__name__} at {layout.path!r} where a list of texts belongs")
    if layout.squeeze:
        value = [" ".join(tag.split()) for tag in value]
    if layout.fold_case:
        value = [tag.casefold() for tag in value]
    found = [tag for tag in value if tag]
    if not found:
        raise _RowError(f"has no tags at {layout.path!r}")
    return found
