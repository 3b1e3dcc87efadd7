"""JSON lines, or a slice of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from skillbench.taxonomy.reading.rows import (
    CHUNK_BYTES,
    ROWS,
    UTF8_MARK,
    Chunk,
    RowError,
    TagFormat,
    chunk_of_records,
    lists_of_texts,
)

_BREAK, _RETURN, _OPENING, _CLOSING = b"\n\r{}"


def json_chunks(stream: BinaryIO, layout: TagFormat, start: int, stop: int) -> Iterator[Chunk]:
    """The lines that begin at byte ``start`` or after it, and before byte ``stop``."""
    if start:
        stream.seek(start - 1)
        stream.readline()
    line, at = 1, stream.tell() if start else 0
    while at < stop and (block := stream.read(min(CHUNK_BYTES, stop - at))):
        block += b"" if block.endswith(b"\n") else stream.readline()
        read, span = len(block), block.count(b"\n") + (not block.endswith(b"\n"))
        if not at:
            block = block.removeprefix(UTF8_MARK)
        rows = _arrow_rows(block, layout, span)
        if rows is None:
            records = _records(block, line, layout)
            yield chunk_of_records(records, layout, layout.delimiter, span=span, read=read)
        else:
            yield Chunk(rows, range(line, line + span), span, read)
        line, at = line + span, at + read


def _arrow_rows(block: bytes, layout: TagFormat, lines: int) -> Any:
    """The tags of a block of JSON lines, or None unless every line surely has a list of texts, or a text."""
    if not _one_object_each(block):
        return None
    for kind in (ROWS, pa.string()):
        try:
            column = _column(block, layout.path, kind)
        except pa.ArrowInvalid:
            continue
        return None if column is None or len(column) != lines else lists_of_texts(column, layout.delimiter)
    return None


def _one_object_each(block: bytes) -> bool:
    """Whether every line begins with a brace and ends with one.

    No JSON value holds ``}``, a line break and ``{`` in a row, so each line then has whole objects, and as many
    objects as lines means one on each. Arrow alone would also take two on one line and a blank one.
    """
    if not block:
        return False
    data = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(data == _BREAK)
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    starts = np.append(0, ends[:-1] + 1)
    last = data[ends - 1]
    last = np.where(last == _RETURN, data[np.maximum(ends - 2, 0)], last)
    return bool((data[starts] == _OPENING).all() and (last == _CLOSING).all())


def _column(block: bytes, path: str, kind: Any) -> Any:
    """What stands at a path; None if one level of it is missing in a row.

    Raises:
        pyarrow.ArrowInvalid: a line is not JSON, or has another kind of value there.
    """
    steps = path.split(".")
    nested = kind
    for step in reversed(steps[1:]):
        nested = pa.struct([(step, nested)])
    fields = {steps[0]: nested, path: kind}  # a key that is written with dots comes before a path
    options = pj.ParseOptions(explicit_schema=pa.schema(list(fields.items())), unexpected_field_behavior="ignore")
    table = pj.read_json(io.BytesIO(block), pj.ReadOptions(block_size=len(block)), options)
    column = table.column(path).combine_chunks()
    if len(steps) == 1 or not column.null_count:
        return column
    if column.null_count < len(column):
        return None
    column = table.column(steps[0]).combine_chunks()
    for step in steps[1:]:
        if column.null_count:
            return None
        column = pc.struct_field(column, step)
    return column


def _records(block: bytes, line: int, layout: TagFormat) -> Iterator[tuple[int, Any]]:
    """The record of each line that is not blank, with its line."""
    for number, text in enumerate(block.split(b"\n"), start=line):
        if text.strip():
            try:
                yield number, json.loads(text.decode("utf-8", "surrogateescape"))
            except (ValueError, RecursionError) as error:
                # Numbers of thousands of digits and very deep records: Arrow takes what Python will not.
                rows = _arrow_rows(text.strip(), layout, 1)
                record = RowError(f"is not JSON: {error}") if rows is None else {layout.path: rows[0].as_py()}
                yield number, record
