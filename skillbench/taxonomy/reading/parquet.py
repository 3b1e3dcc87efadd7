"""Parquet, or some of its row groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
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
    line = 1
    for batch in _batches(source, groups, layout.path):
        found, span, read = batch.column(column), batch.num_rows, round(share * batch.num_rows)
        values = _inside(found, inner)
        rows = None if values is None else lists_of_texts(values, layout.delimiter)
        if rows is None:
            records = ({column: value} for value in found.to_pylist())
            yield chunk_of_records(enumerate(records, start=line), layout, layout.delimiter, span=span, read=read)
        else:
            yield Chunk(rows, range(line, line + span), span, read)
        line += span


def _batches(source: Any, groups: range, path: str) -> Iterator[Any]:
    """The column in batches, group by group: asked for several groups at once, Arrow keeps all it has fetched."""
    for group in groups:
        yield from source.iter_batches(batch_size=CHUNK_ROWS, row_groups=[group], columns=[path])


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
        if column.null_count or not pa.types.is_struct(column.type):
            return None
        column = pc.struct_field(column, field)
    return column
