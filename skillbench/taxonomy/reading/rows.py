"""What every format is turned into: chunks of rows of tags, with the line of each and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from skillbench.core.errors import CorpusError

CHUNK_BYTES = 1 << 24
CHUNK_ROWS = 1 << 18

ROWS = pa.list_(pa.string())

UTF8_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some programs put before the first line."""


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
class Chunk:
    """A stretch of a file.

    Attributes:
        rows: an Arrow array of lists of texts.
        lines: the line of each row; lines count from 1, in a slice of a file from the slice's start.
        span: lines from the chunk's first to its last.
        read: bytes of the file it took.
        bad: line and reason of the rows left out.
    """

    rows: Any
    lines: Sequence[int]
    span: int
    read: int
    bad: list[tuple[int, str]] = field(default_factory=list)


class NoColumnError(CorpusError):
    """A table has no column of the name."""


def check_column(names: Sequence[str], name: str, path: str) -> None:
    """Refuse a table in which not exactly one column has the name.

    Raises:
        NoColumnError: there is none; names the columns there are.
        CorpusError: there are several.
    """
    there = f"it has {', '.join(names)}. Name one of them (--tags-path)"
    if name not in names:
        raise NoColumnError(f"{path} has no column {name!r}; {there}, or leave such files out (--skip-missing)")
    if names.count(name) > 1:
        raise CorpusError(f"{path} has {names.count(name)} columns named {name!r}; {there}")


class RowError(ValueError):
    """Why a row cannot be counted."""


def chunk_of_records(
    records: Iterable[tuple[int, Any]], layout: TagFormat, delimiter: str | None, *, span: int = 0, read: int = 0
) -> Chunk:
    """The chunk of these records with their lines, each looked at by itself; a record may be a :class:`RowError`."""
    rows, lines, bad = [], [], []
    for line, record in records:
        try:
            rows.append(_tags(record, layout, delimiter))
            lines.append(line)
        except RowError as error:
            bad.append((line, str(error)))
    return Chunk(pa.array(rows, type=ROWS), lines, span, read, bad)


def lists_of_texts(column: Any, delimiter: str | None) -> Any:
    """A column as lists of texts, if every row of it has one; otherwise None.

    Args:
        column: an Arrow array of lists of texts, or of texts.
        delimiter: what parts the texts; None takes each for one tag.
    """
    if _holds_text(column.type):
        column = column.cast(pa.string())
        if column.null_count or not _is_unicode(column):
            return None
        if delimiter:
            return pc.split_pattern(column, delimiter)
        ends = pa.py_buffer(np.arange(len(column) + 1, dtype=np.int32))  # pa.array would load pandas
        return pa.ListArray.from_arrays(pa.Array.from_buffers(pa.int32(), len(column) + 1, [None, ends]), column)
    if column.null_count or not pa.types.is_list(column.type) or not _holds_text(column.type.value_type):
        return None
    return column if not column.values.null_count and _is_unicode(column.values) else None


def _holds_text(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_unicode(texts: Any) -> bool:
    """Whether the bytes are UTF-8, which Arrow's JSON and Parquet readers take on trust."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _tags(record: Any, layout: TagFormat, delimiter: str | None) -> list[str]:
    """The tags of a record.

    Raises:
        RowError: there is nothing at the path, or no texts.
    """
    if isinstance(record, RowError):
        raise record
    value = record
    if isinstance(record, dict) and layout.path in record:
        value = record[layout.path]
    else:
        for step in layout.path.split("."):
            if not isinstance(value, dict) or step not in value:
                raise RowError(f"has nothing at {layout.path!r}")
            value = value[step]
    if value is None:
        raise RowError(f"has nothing at {layout.path!r}")
    if isinstance(value, str):
        value = value.split(delimiter) if delimiter else [value]
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise RowError(f"has {type(value).__name__} at {layout.path!r} where a list of texts belongs")
    try:
        "".join(value).encode()
    except UnicodeEncodeError:
        raise RowError(f"has text at {layout.path!r} that is not UTF-8") from None
    return value
