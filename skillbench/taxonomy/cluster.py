"""Counting a corpus in all of a Ray cluster: slices of files are counted apart and added up.

Ray Data spreads the slices, each a few tens of megabytes of one file, or several small files. What a worker hands
back is its counts, so what travels grows with the pairs and not with the rows. The package must be installed on
every node, and every node must reach the files.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import ray
import ray.data

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.places import PlacedFile, opened
from skillbench.taxonomy.corpus import BAD_ROWS_KEPT, BadRow, Corpus
from skillbench.taxonomy.counting import combined
from skillbench.taxonomy.reading.parquet import row_group_count
from skillbench.taxonomy.reading.parts import JSON_LINES, PARQUET, Counted, Part, count_parts, suffix_of
from skillbench.taxonomy.reading.rows import TagFormat

TASK_BYTES = 1 << 26
"""Bytes of the corpus that one task counts, more or less."""

PATIENCE = 5.0
"""Seconds in which a cluster's address must take a connection, and as long again in which it must answer."""

_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
"""How HTTP/2 begins, which Ray speaks: the preface and an empty frame of settings; the answer is such a frame too."""

_APART = 16
"""Counts that are kept apart before they are added up: adding costs as much as there are pairs."""

Task = tuple[Part, ...]
"""Whole files, or one slice of a file."""


def count_on_cluster(
    files: Sequence[PlacedFile], layout: TagFormat, strict: bool, note: Callable[[PlacedFile, int], None]
) -> Corpus:
    """The counts of files, the same as counting them here.

    Raises:
        CorpusError: a file that cannot be read, or a cluster that gives up.
        InputError: a place that only this process sees, or no cluster at ``RAY_ADDRESS``.
    """
    for file in files:
        if file.path.startswith("memory://"):
            raise InputError(f"{file.path} is seen by this process alone; use the engine 'local', or a shared place")
    tasks = list(tasks_of(files))
    total = _Sum(tasks)
    with _cluster():
        for number, counted in _results(tasks, layout, strict=strict):
            for part in tasks[number]:
                note(part.file, part.file.size // part.share)
            total.add(number, counted)
            if strict and total.bad:
                break
    return total.corpus()


def tasks_of(files: Sequence[PlacedFile]) -> Iterator[Task]:
    """The tasks into which files are split, in the order of the files and of their lines."""
    small: list[Part] = []
    for file in files:
        slices = _slices(file)
        if small and (len(slices) > 1 or sum(part.file.size for part in small) + file.size > TASK_BYTES):
            yield tuple(small)
            small = []
        if len(slices) > 1:
            yield from ((part,) for part in slices)
        else:
            small += slices
    if small:
        yield tuple(small)


def _slices(file: PlacedFile) -> list[Part]:
    """A file in slices of about :data:`TASK_BYTES`, where its format can be entered in the middle."""
    count, suffix = -(-file.size // TASK_BYTES), suffix_of(file.path)
    if count < 2 or suffix not in JSON_LINES | {PARQUET}:
        return [Part(file)]
    length = file.size
    if suffix == PARQUET:
        with opened(file.path) as stream:
            length = row_group_count(stream)
        count = min(count, length)
    ends = np.linspace(0, length, count + 1, dtype=np.int64).tolist()
    return [Part(file, start, stop, share=count) for start, stop in pairwise(ends)]


@dataclass
class _Sum:
    """Counts added up as they come, in any order; bad rows are put in the order of the corpus."""

    tasks: Sequence[Task]
    bad: list[BadRow] = field(default_factory=list)
    bad_count: int = 0
    _apart: list[Corpus] = field(default_factory=list)
    _waiting: dict[int, tuple[tuple[BadRow, ...], int, int]] = field(default_factory=dict)
    _next: int = 0
    _lines: int = 0

    def add(self, number: int, counted: Counted) -> None:
        """Take the counts of a task."""
        corpus = counted.corpus
        self._waiting[number] = (corpus.bad_rows, corpus.bad_row_count, counted.lines)
        self._apart.append(replace(corpus, bad_rows=(), bad_row_count=0))
        if len(self._apart) == _APART:
            self._apart = [combined(self._apart)]
        while self._next in self._waiting:
            rows, count, lines = self._waiting.pop(self._next)
            before = self._lines if self.tasks[self._next][0].start else 0  # a slice counts lines from its start
            self.bad += [replace(row, line=row.line + before) for row in rows[: BAD_ROWS_KEPT - len(self.bad)]]
            self.bad_count += count
            self._lines = before + lines
            self._next += 1

    def corpus(self) -> Corpus:
        """What has been added up."""
        return replace(combined(self._apart), bad_rows=tuple(self.bad), bad_row_count=self.bad_count)


def _results(tasks: Sequence[Task], layout: TagFormat, *, strict: bool) -> Iterator[tuple[int, Counted]]:
    """Each task's number and counts, as they are done.

    Raises:
        CorpusError: a worker could not read its part, or the cluster gave up.
    """
    numbers = ray.data.from_items([{"number": number} for number in range(len(tasks))], override_num_blocks=len(tasks))
    try:
        for row in numbers.map(partial(_count, tasks=tasks, layout=layout, strict=strict)).iter_rows():
            if row["error"]:
                raise CorpusError(f"{row['error']} (said by a worker: every node must reach the place)")
            yield int(row["number"]), row["counted"]
    except ray.exceptions.RayError as error:
        raise CorpusError(
            f"the Ray cluster gave up: {str(error)[-600:]}. Every node needs this version of skillbench-steps; "
            "or count here, with the engine 'local'"
        ) from error


def _count(row: dict[str, Any], *, tasks: Sequence[Task], layout: TagFormat, strict: bool) -> dict[str, Any]:
    """A worker's task; what it cannot read it says, since an exception would arrive wrapped in the cluster's own."""
    try:
        counted = count_parts(tasks[row["number"]], layout, strict=strict, note=lambda _file, _read: None)
    except CorpusError as error:
        return {"number": row["number"], "counted": None, "error": str(error)}
    return {"number": row["number"], "counted": counted, "error": ""}


def check_address(address: str) -> None:
    """Refuse an address at which nothing answers as Ray does, before Ray itself tries it for minutes.

    Args:
        address: ``host:port`` or ``ray://host:port``; anything else is left to Ray.

    Raises:
        InputError: nothing takes a connection there, or what does is silent or no cluster.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    secret = os.environ.get("RAY_USE_TLS", "0") == "1"
    try:
        with socket.create_connection((host.strip("[]"), int(port)), PATIENCE) as line:
            line.sendall(b"" if secret else _GREETING)
            speaks = secret or line.recv(9)[3:4] == b"\x04"
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, str(error)) from error
    if not speaks:
        raise _no_cluster(address, "what answers there is no Ray cluster")


def _no_cluster(address: str, reason: str) -> InputError:
    return InputError(
        f"no Ray cluster at RAY_ADDRESS={address!r} ({reason}); correct it, or unset it to start one here"
    )


@contextmanager
def _cluster() -> Iterator[None]:
    """The cluster that this process has joined, else the one at ``RAY_ADDRESS``, else one that lasts as long as this.

    Raises:
        InputError: there is none at ``RAY_ADDRESS``.
    """
    started = not ray.is_initialized()
    if started:
        where = os.environ.get("RAY_ADDRESS", "")
        check_address(where)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster started here tells nobody
        try:
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, ValueError, RuntimeError) as error:
            raise _no_cluster(where, str(error)) from error
    context, logger = ray.data.DataContext.get_current(), logging.getLogger("ray.data")
    bars, level = context.enable_progress_bars, logger.level
    context.enable_progress_bars = False
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        context.enable_progress_bars = bars
        logger.setLevel(level)
        if started:
            ray.shutdown()
