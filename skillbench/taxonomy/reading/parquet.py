"""Parquet, or some of its row groups, and Arrow's own format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from skillbench.taxonomy.reading.rows import (
    CHUNK_ROWS,
    Chunk,
    TagFormat,
    check_column,
    chunk_of_records,
    lists_of_texts,
)


def parquet_chunks(stream: BinaryIO, layout: TagFormat, path: str, start: int, stop: int) -> Iterator[Chunk]:
    """The rows of row groups ``start`` to ``stop``, the first of them as line 1.

    Raises:
        CorpusError: no column of the name or several.
    """
    source = pq.ParquetFile(stream)
    groups = range(start, min(stop, source.num_row_groups))
    column, *inner = _steps(source, layout.path, path)
    share = _row_size(source, groups)
    batches = ((batch, round(share * batch.num_rows)) for batch in _batches(source, groups, layout.path))
    yield from _chunks(batches, column, inner, layout)


def arrow_chunks(stream: BinaryIO, layout: TagFormat, path: str) -> Iterator[Chunk]:
    """The rows of an Arrow file or stream, as ``save_to_disk`` writes it, the first of them as line 1.

    Raises:
        CorpusError: no column of the name or several.
    """
    source = pa.PythonFile(stream, mode="r")
    if source.read(len(_ARROW_FILE)) == _ARROW_FILE:
        file = pa.ipc.open_file(source)
        schema, batches = file.schema, (file.get_batch(number) for number in range(file.num_record_batches))
    else:
        source.seek(0)
        reader = pa.ipc.open_stream(source)
        schema, batches = reader.schema, iter(reader)
    steps = [layout.path] if layout.path in schema.names else layout.path.split(".")
    check_column(schema.names, steps[0] if len(steps) > 1 and steps[0] in schema.names else layout.path, path)
    yield from _chunks(_with_places(batches, source), steps[0], steps[1:], layout)


_ARROW_FILE = b"ARROW1"


def _with_places(batches: Iterable[Any], source: Any) -> Iterator[tuple[Any, int]]:
    """Batches with the bytes that were read for them."""
    at = 0
    for batch in batches:
        before, at = at, max(at, source.tell())
        yield batch, at - before


def _chunks(batches: Iterable[tuple[Any, int]], column: str, inner: list[str], layout: TagFormat) -> Iterator[Chunk]:
    """Batches and their bytes as chunks; rows count from 1."""
    line = 1
    for batch, read in batches:
        found, span = batch.column(column), batch.num_rows
        values = _inside(found, inner)
        rows = None if values is None else lists_of_texts(values, layout.delimiter)
        if rows is None:
            records = ({column: value} for value in found.to_pylist())
            yield chunk_of_records(enumerate(records, start=line), layout, layout.delimiter, span=span, read=read)
        else:
            yield Chunk(rows, range(line, line + span), span, read)
        line += span


def _batches(source: Any, groups: range, path: str) -> Iterator[Any]:
    """The column in batches, from as many row groups at a time as make one: Arrow keeps all it was asked for."""
    taken: list[int] = []
    rows = 0
    for group in groups:
        taken.append(group)
        rows += source.metadata.row_group(group).num_rows
        if rows >= CHUNK_ROWS or group == groups[-1]:
            yield from source.iter_batches(batch_size=CHUNK_ROWS, row_groups=taken, columns=[path])
            taken, rows = [], 0


def row_group_count(stream: BinaryIO) -> int:
    """How many row groups a file has, from its footer."""
    return int(pq.ParquetFile(stream).num_row_groups)


def _steps(source: Any, wanted: str, path: str) -> list[str]:
    """The column in which the tags stand, and the fields to them inside it.

    Raises:
        CorpusError: there is none, or several.
    """
    names = source.schema_arrow.names
    leaves = [source.schema.column(i).path for i in range(len(source.schema))]
    if wanted in names or not any(f"{leaf}.".startswith(f"{wanted}.") for leaf in leaves):
        check_column(names, wanted, path)
        return [wanted]
    steps = wanted.split(".")
    check_column(names, steps[0], path)
    return steps


def _row_size(source: Any, groups: range) -> float:
    """Bytes of the file for each row of these row groups."""
    parts = [source.metadata.row_group(group) for group in groups]
    size = sum(part.column(i).total_compressed_size for part in parts for i in range(part.num_columns))
    return float(size / max(sum(part.num_rows for part in parts), 1))


def _inside(column: Any, fields: list[str]) -> Any:
    """What stands in the fields of a column of records; None if a record lacks one."""
    for field in fields:
        if column.null_count or not pa.types.is_struct(column.type) or column.type.get_field_index(field) < 0:
            return None
        column = pc.struct_field(column, field)
    return column
