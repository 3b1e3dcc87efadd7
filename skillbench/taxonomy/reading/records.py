"""Whole rows of a corpus, one at a time: the instruction and the response besides the tags."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.places import PlacedFile, opened
from skillbench.taxonomy.reading.comma_separated import LONGEST_FIELD, listed
from skillbench.taxonomy.reading.packed import unpacked
from skillbench.taxonomy.reading.parts import ARROW, DELIMITED, JSON_LINES, PACKED, PARQUET, corpus_files, suffix_of
from skillbench.taxonomy.reading.rows import UTF8_MARK

_BATCH = 256
"""Rows of Parquet or Arrow that are in memory at a time; a dialogue may have a hundred thousand characters."""

_SPEAKERS = {
    "human": "user",
    "user": "user",
    "prompter": "user",
    "instruction": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "system": "system",
}
_TURNS = ("conversations", "messages", "conversation", "dialogue")
_ASKED = ("instruction", "prompt", "question", "query", "problem", "text")
_ANSWERED = ("output", "response", "completion", "answer", "solution")


_HALF = b"\\ud"
"""How an escape begins that may be half a character, which no file can hold."""


@dataclass(frozen=True)
class Record:
    """A row with its place; lines count from 1.

    Attributes:
        file: name of the file, as a person gave it or below the folder that was given.
        line: where it stands: a line of text, a row of a table.
        fields: the row; empty where it could not be read.
        problem: why it could not be read, else empty.
    """

    file: str
    line: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def read_records(source: Iterable[str]) -> Iterator[Record]:
    """The rows of files, folders and addresses in order; memory does not grow with their number.

    Reads what :func:`skillbench.taxonomy.read_corpus` reads: JSON lines, CSV, TSV, Parquet, Arrow, ``save_to_disk``
    folders, texts packed or not.

    Raises:
        CorpusError: a place that does not exist, is no corpus or cannot be read on.
    """
    files, _ = corpus_files(source)
    for file in files:
        try:
            yield from _of_file(file)
        except CorpusError:
            raise
        except InputError as error:
            raise CorpusError(str(error)) from error


def turns_of(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The row as a conversation: pairs of role (``system``, ``user``, ``assistant``) and text.

    Understood are lists of turns (``conversations`` with ``from`` and ``value`` as Infinity-Instruct writes them,
    ``messages`` with ``role`` and ``content``), a request with or without ``input`` and answer (``instruction`` and
    ``output``, ``prompt`` and ``response``, and their like), and a lone ``text``. Empty where there is none of these.
    """
    for name in _TURNS:
        if isinstance(fields.get(name), list):
            return [turn for one in fields[name] if (turn := _turn(one))]
    asked = next((_text(fields.get(name)) for name in _ASKED if _text(fields.get(name))), "")
    if asked and (more := _text(fields.get("input"))):
        asked = f"{asked}\n\n{more}"
    answered = next((_text(fields.get(name)) for name in _ANSWERED if _text(fields.get(name))), "")
    return [pair for pair in (("user", asked), ("assistant", answered)) if pair[1]] if asked else []


def at_path(fields: Mapping[str, Any], path: str) -> Any:
    """What stands at a column's name or dotted path; None if nothing does."""
    value: Any = fields
    if path in fields:
        return fields[path]
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def tags_at(fields: Mapping[str, Any], path: str) -> list[str]:
    """The tags at a path, white space squeezed, each once; empty where there are none."""
    value = at_path(fields, path)
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    squeezed = (" ".join(name.split()) for name in names if isinstance(name, str))
    return list(dict.fromkeys(name for name in squeezed if name))


def _turn(raw: Any) -> tuple[str, str] | None:
    if not isinstance(raw, Mapping):
        return None
    speaker = _SPEAKERS.get(str(raw.get("from") or raw.get("role") or "").casefold())
    said = _text(raw.get("value") or raw.get("content"))
    return (speaker, said) if speaker and said else None


def _text(raw: Any) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def _of_file(file: PlacedFile) -> Iterator[Record]:
    suffix = suffix_of(file.path)
    kind, way = PurePosixPath(f"x{suffix}").suffixes[0], PACKED.get(PurePosixPath(file.path).suffix)
    with opened(file.path) as stream, unpacked(stream, way) as data:
        if kind in JSON_LINES:
            yield from _json_lines(data, file.name)
        elif kind in DELIMITED:
            yield from _delimited(data, file.name, DELIMITED[kind])
        else:
            batches = _arrow(data) if kind == ARROW else pq.ParquetFile(data).iter_batches(_BATCH)
            yield from _table(batches, file.name, {PARQUET: "Parquet", ARROW: "Arrow"}[kind])


def _json_lines(data: BinaryIO, name: str) -> Iterator[Record]:
    for number, line in enumerate(data, start=1):
        text = line.removeprefix(UTF8_MARK) if number == 1 else line
        if not text.strip():
            continue
        try:
            found = json.loads(text)
            if _HALF in text.lower():
                json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            yield Record(name, number, problem=f"is not JSON: {error}")
            continue
        if isinstance(found, dict):
            yield Record(name, number, found)
        else:
            yield Record(name, number, problem=f"is JSON, but {type(found).__name__} where an object belongs")


def _delimited(data: BinaryIO, name: str, comma: str) -> Iterator[Record]:
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        with io.TextIOWrapper(data, "utf-8-sig", "replace", newline="") as text:
            reader = csv.DictReader(text, delimiter=comma, strict=True)
            for row in reader:
                given: dict[str, Any] = {key: value for key, value in cast("dict[Any, Any]", row).items() if key}
                tagged = {key: listed(value) for key, value in given.items() if key == "tags" and value}
                yield Record(name, reader.line_num, {**given, **tagged})
    except csv.Error as error:
        yield Record(name, reader.line_num, problem=f"is not CSV: {error}; what follows it was not read")
    finally:
        csv.field_size_limit(limit)


def _arrow(data: BinaryIO) -> Iterator[Any]:
    source = pa.PythonFile(data, mode="r")
    head = source.read(6)
    source.seek(0)
    if head == b"ARROW1":
        file = pa.ipc.open_file(source)
        yield from (file.get_batch(number) for number in range(file.num_record_batches))
    else:
        yield from pa.ipc.open_stream(source)


def _table(batches: Iterable[Any], name: str, kind: str) -> Iterator[Record]:
    number = 0
    for batch in batches:
        for start in range(0, batch.num_rows, _BATCH):
            for row in batch.slice(start, _BATCH).to_pylist():
                number += 1
                if isinstance(row, dict):
                    yield Record(name, number, row)
                else:
                    yield Record(name, number, problem=f"is no row of {kind}")
