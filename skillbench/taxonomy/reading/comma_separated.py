"""Values separated by commas or tabs, whose rows may span lines."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO, TextIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
from numpy.typing import NDArray

from skillbench.core.errors import CorpusError
from skillbench.taxonomy.graph import Ints
from skillbench.taxonomy.reading.packed import Joined
from skillbench.taxonomy.reading.rows import (
    CHUNK_BYTES,
    ROWS,
    UTF8_MARK,
    Chunk,
    RowError,
    TagFormat,
    check_column,
    chunk_of_records,
    lists_of_texts,
)

LONGEST_HEADER = 1 << 20
LONGEST_FIELD = 1 << 24
"""Characters of a field beyond which a quote must have been left open."""

_BATCH = 1 << 14
_BREAK, _QUOTE, _RETURN = b'\n"\r'


def csv_chunks(stream: BinaryIO, layout: TagFormat, path: str, comma: str) -> Iterator[Chunk]:
    """The rows after the header, in blocks that end with a row.

    Where rows end in a block is sure only if its quotes simply wrap fields. From the first block in which they do
    not, the file is read row by row.

    Raises:
        CorpusError: no column of the name or several, or a field without end.
    """
    names, line, at, rest = _header(stream, path, comma)
    if not names:
        return
    check_column(names, layout.path, path)
    while block := rest + (new := stream.read(CHUNK_BYTES)):
        size = _whole_rows(block, ord(comma), last=not new)
        if not size:
            left = io.BufferedReader(Joined(block, stream))
            yield from _row_by_row(cast("BinaryIO", left), names, line, layout, path, comma)
            return
        block, rest = block[:size], block[size:]
        span = block.count(b"\n") + (not block.endswith(b"\n"))
        chunk = _arrow_chunk(block, names, line, span, layout, comma)
        if chunk is None:
            yield from _row_by_row(io.BytesIO(block), names, line, layout, path, comma)
        else:
            yield chunk
        line, at = line + span, at + size


_ITEM = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_LIST = re.compile(rf"\[\s*(?:{_ITEM}(?:\s*,\s*|\s+|(?=\s*\])))*\]", re.DOTALL)
_ITEMS = re.compile(_ITEM, re.DOTALL)


def listed(text: str) -> list[str]:
    """The tags of a field for which no delimiter was given: parted by ``;``, or a list as Python or NumPy prints it."""
    stripped = text.strip()
    if not stripped.startswith("[") or not _LIST.fullmatch(stripped):
        return text.split(";")
    try:
        return [str(ast.literal_eval(item)) for item in _ITEMS.findall(stripped)]
    except (ValueError, SyntaxError):  # an escape that is none
        return text.split(";")


def _header(stream: BinaryIO, path: str, comma: str) -> tuple[list[str], int, int, bytes]:
    """The columns' names, the line and byte at which rows begin, and the bytes read beyond."""
    head = stream.read(LONGEST_HEADER)
    at = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
    taken: list[str] = []
    reader = csv.reader(_kept(_as_text(io.BytesIO(head[at:])), taken), delimiter=comma, strict=True)
    try:
        names = next((row for row in reader if row), [])
    except csv.Error as error:
        raise CorpusError(
            f"{path} has no header: its first row is not CSV ({error}); name the columns there"
        ) from error
    at += sum(len(text.encode("utf-8", "surrogateescape")) for text in taken)
    return names, reader.line_num + 1, at, head[at:]


def _kept(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for text in lines:
        taken.append(text)
        yield text


def _as_text(stream: BinaryIO) -> TextIO:
    """Bytes as text whose line ends are left alone and whose bytes that are not UTF-8 can be told."""
    return io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline="")


def _whole_rows(block: bytes, comma: int, *, last: bool) -> int:
    """Bytes of the block up to the end of its last whole row; 0 if that is not sure.

    The sure case: no lone carriage return, and each quote opens at a field's start, closes at its end, or is doubled.
    Then a line break is a row's end if an even number of quotes stands before it.
    """
    size = len(block) if last else block.rfind(b"\n") + 1
    if b'"' in block:
        data = np.frombuffer(block, dtype=np.uint8)
        quotes = np.flatnonzero(data == _QUOTE)
        if not last:
            ends = _outside(np.flatnonzero(data == _BREAK), quotes)
            size = int(ends[-1]) + 1 if len(ends) else 0
        quotes = quotes[quotes < size]
        if len(quotes) % 2 or not _wrap_fields(data[:size], quotes, comma):
            return 0
    lone = block.count(b"\r", 0, size) - block.count(b"\r\n", 0, size)
    return 0 if lone else size


def _outside(breaks: Ints, quotes: Ints) -> Ints:
    """The line breaks that no quotes enclose."""
    outside: Ints = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    return outside


def _wrap_fields(data: NDArray[np.uint8], quotes: Ints, comma: int) -> bool:
    """Whether every first of two quotes begins a field and every second ends it, but for doubled ones."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing + 1 < len(data)] + 1]
    return bool(
        np.isin(before, [comma, _BREAK, _QUOTE]).all() and np.isin(after, [comma, _BREAK, _RETURN, _QUOTE]).all()
    )


def _arrow_chunk(block: bytes, names: list[str], line: int, span: int, layout: TagFormat, comma: str) -> Chunk | None:
    """The chunk of whole rows, or None unless Arrow takes every row."""
    read = pv.ReadOptions(column_names=names, block_size=len(block), use_threads=False)
    parse = pv.ParseOptions(delimiter=comma, newlines_in_values=True)
    convert = pv.ConvertOptions(
        column_types={layout.path: pa.string()}, include_columns=[layout.path], strings_can_be_null=False
    )
    try:
        table = pv.read_csv(io.BytesIO(block), read, parse, convert)
    except pa.ArrowInvalid:
        return None
    column = table.column(0).combine_chunks()
    if not layout.delimiter and pc.any(pc.starts_with(column, "[")).as_py():
        column = pa.array([listed(text) for text in column.to_pylist()], type=ROWS)
    rows = lists_of_texts(column, layout.delimiter or ";")
    if rows is None:
        return None
    lines: Sequence[int] = range(line, line + span)
    if len(rows) != span:
        lines = (line + _first_lines(block)).tolist()
    return Chunk(rows, lines, span, len(block)) if len(lines) == len(rows) else None


def _first_lines(block: bytes) -> Ints:
    """How many lines stand before each row that is not blank."""
    data = np.frombuffer(block, dtype=np.uint8)
    breaks = np.flatnonzero(data == _BREAK)
    ends = _outside(breaks, np.flatnonzero(data == _QUOTE))
    starts = np.append(0, ends + 1)
    lengths = np.append(ends, len(block)) - starts
    blank = (lengths == 0) | ((lengths == 1) & (data[np.minimum(starts, len(block) - 1)] == _RETURN))
    before: Ints = np.searchsorted(breaks, starts[~blank])
    return before


def _row_by_row(
    stream: BinaryIO, names: list[str], line: int, layout: TagFormat, path: str, comma: str
) -> Iterator[Chunk]:
    """The rows from here to the stream's end, each looked at by itself."""
    at = stream.tell()
    with _as_text(stream) as text:
        reader = csv.reader(text, delimiter=comma, strict=True)
        records = _records(reader, names, line, layout, path)
        while True:
            before, limit = reader.line_num, csv.field_size_limit(LONGEST_FIELD)
            try:
                chunk = chunk_of_records(islice(records, _BATCH), layout, layout.delimiter or ";")
            finally:
                csv.field_size_limit(limit)
            span, read = reader.line_num - before, stream.tell() - at
            if not span:
                return
            yield replace(chunk, span=span, read=read)
            at += read


def _records(reader: Any, names: list[str], line: int, layout: TagFormat, path: str) -> Iterator[tuple[int, Any]]:
    """The record of each row that is not blank, with the row's first line.

    Raises:
        CorpusError: a field without end.
    """
    column, place = layout.path, names.index(layout.path)
    while True:
        first = line + reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise CorpusError(
                    f"{path}:{first}: a field runs on for more than {LONGEST_FIELD >> 20} MB; close the quote it opens"
                ) from error
            yield first, RowError(f"is not CSV: {error}")
            continue
        if len(row) > len(names):
            yield first, RowError(f"has {len(row)} fields where the header has {len(names)}")
        elif row:
            value = row[place] if place < len(row) else None
            if value is not None and not layout.delimiter:
                value = listed(value)
            yield first, {} if value is None else {column: value}
