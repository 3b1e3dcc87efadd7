"""Reading tagged corpora, chunk by chunk, from JSONL, CSV and Parquet files and folders of them.

Chunks go through Arrow. A chunk of JSON lines that Arrow cannot take whole is read again line by line, so that
every bad row is reported with its line while good files stay fast.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from skillbench.core.errors import CorpusError
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus
from skillbench.taxonomy.counting import PairCounter

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".parquet")
CHUNK_BYTES = 1 << 24
CHUNK_ROWS = 1 << 18

_ROWS = pa.list_(pa.string())


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


@dataclass(frozen=True)
class _Chunk:
    """Rows of tags and the line of each; what is wrong with rows left out; how much of the file it was."""

    rows: Any
    lines: Sequence[int]
    bad: list[tuple[int, str]] = field(default_factory=list)
    read: int = 0


class _RowError(ValueError):
    """Why a row cannot be counted."""


def read_corpus(
    source: str | Path | Sequence[str | Path],
    *,
    tags: TagFormat | str = "tags",
    min_support: int = 1,
    strict: bool = False,
    progress: bool = False,
) -> Corpus:
    """Count the tags of a corpus and their pairs.

    Args:
        source: a file (JSONL, CSV, Parquet), a folder of them, or several of either.
        tags: the tag column's name or dotted path, or a whole :class:`TagFormat`.
        min_support: tags in fewer rows are dropped.
        strict: stop at the first bad row; otherwise bad rows are left out and reported in the result.
        progress: show a bar on the terminal.

    Raises:
        CorpusError: nothing to read, an unknown suffix, no row with tags, or (strict) a bad row.
    """
    layout = TagFormat(tags) if isinstance(tags, str) else tags
    counter = PairCounter(squeeze=layout.squeeze, fold_case=layout.fold_case)
    files = _files(source)
    bad: list[BadRow] = []
    bad_count = 0
    columns = (TextColumn("reading {task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not progress, transient=True) as bar:
        task = bar.add_task("", total=sum(file.stat().st_size for file in files))
        for file in files:
            bar.update(task, description=file.name)
            for chunk in _CHUNKS[file.suffix](file, layout):
                untagged = [(chunk.lines[row], f"has no tags at {layout.path!r}") for row in counter.add(chunk.rows)]
                found = [BadRow(file.name, line, why) for line, why in sorted(chunk.bad + untagged)]
                if strict and found:
                    raise CorpusError(f"{found[0]}; give every row a list of tags, or drop --strict to leave it out")
                bad_count += len(found)
                bad += found[: BAD_ROWS_KEPT - len(bad)]
                bar.advance(task, chunk.read)
    corpus = counter.corpus(bad, bad_count)
    if not corpus.rows:
        first = f"; the first of {bad_count} bad rows is {bad[0]}" if bad else ""
        raise CorpusError(f"{source} has no row with tags at {layout.path!r}{first}. Name the column (--tags-path)")
    return corpus.with_support(min_support) if min_support > 1 else corpus


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


def _json_chunks(file: Path, layout: TagFormat) -> Iterator[_Chunk]:
    line = 1
    with file.open("rb") as stream:
        while block := stream.read(CHUNK_BYTES):
            block += stream.readline()
            lines = block.count(b"\n") + (not block.endswith(b"\n"))
            rows = _arrow_rows(block, layout, lines)
            if rows is None:
                yield _by_record(_json_records(block, line), layout, read=len(block))
            else:
                yield _Chunk(rows, range(line, line + lines), read=len(block))
            line += lines


def _arrow_rows(block: bytes, layout: TagFormat, lines: int) -> Any:
    """The tags of a block of JSON lines, or None unless every line has a list of texts."""
    kind = _ROWS
    steps = layout.path.split(".")
    for step in reversed(steps[1:]):
        kind = pa.struct([(step, kind)])
    options = pj.ParseOptions(explicit_schema=pa.schema([(steps[0], kind)]), unexpected_field_behavior="ignore")
    try:
        table = pj.read_json(io.BytesIO(block), pj.ReadOptions(block_size=len(block)), options)
    except pa.ArrowInvalid:
        return None
    if table.num_rows != lines:
        return None
    rows = table.column(0).combine_chunks()
    for step in steps[1:]:
        rows = pc.struct_field(rows, step)
    return None if rows.null_count or rows.values.null_count else rows


def _json_records(block: bytes, line: int) -> Iterator[tuple[int, Any]]:
    for number, text in enumerate(block.split(b"\n"), start=line):
        if text.strip():
            try:
                yield number, json.loads(text)
            except ValueError as error:
                yield number, _RowError(f"is not JSON: {error}")


def _csv_chunks(file: Path, layout: TagFormat) -> Iterator[_Chunk]:
    """Rows of a CSV file; a row may span lines, so its own reader keeps count of them."""
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        records = ((reader.line_num, record) for record in reader)
        while part := list(islice(records, CHUNK_ROWS)):
            yield _by_record(iter(part), layout, delimiter=layout.delimiter or ";")


def _parquet_chunks(file: Path, layout: TagFormat) -> Iterator[_Chunk]:
    steps = layout.path.split(".")
    source = pq.ParquetFile(file)
    name = layout.path if layout.path in source.schema_arrow.names else steps[0]
    if name not in source.schema_arrow.names:
        raise CorpusError(f"{file} has no column {name!r}; it has {', '.join(source.schema_arrow.names)}")
    shares = file.stat().st_size / max(source.metadata.num_rows, 1)
    line = 1
    for batch in source.iter_batches(batch_size=CHUNK_ROWS, columns=[name]):
        rows = batch.column(0)
        read = round(shares * batch.num_rows)
        clean = pa.types.is_list(rows.type) and not rows.null_count and not rows.values.null_count
        value = rows.type.value_type if clean else None
        text = value.value_type if value is not None and pa.types.is_dictionary(value) else value
        if clean and (pa.types.is_string(text) or pa.types.is_large_string(text)):
            yield _Chunk(rows, range(line, line + len(rows)), read=read)
        else:
            records = ({name: value} for value in rows.to_pylist())
            yield _by_record(enumerate(records, start=line), layout, read=read)
        line += batch.num_rows


_CHUNKS = {".jsonl": _json_chunks, ".ndjson": _json_chunks, ".csv": _csv_chunks, ".parquet": _parquet_chunks}


def _by_record(
    records: Iterator[tuple[int, Any]], layout: TagFormat, *, delimiter: str | None = None, read: int = 0
) -> _Chunk:
    """The chunk of these records, each looked at by itself."""
    rows, lines, bad = [], [], []
    for line, record in records:
        try:
            rows.append(_tags(record, layout, delimiter or layout.delimiter))
            lines.append(line)
        except _RowError as error:
            bad.append((line, str(error)))
    return _Chunk(pa.array(rows, type=_ROWS), lines, bad, read)


def _tags(record: Any, layout: TagFormat, delimiter: str | None) -> list[str]:
    """The tags of a record.

    Raises:
        _RowError: there is nothing at the path, or no texts.
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
        value = value.split(delimiter) if delimiter else [value]
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise _RowError(f"has {type(value).__name__} at {layout.path!r} where a list of texts belongs")
    return value
