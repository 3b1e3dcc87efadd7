"""From places to evidence: find the logs, read them (several at a time when many), merge them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

from skillbench.core.errors import LogError
from skillbench.evidence.cache import kept
from skillbench.evidence.log_files import LogFile, find_logs
from skillbench.evidence.runs import LogRows, RunEvidence, merge

POOL_FROM: Final = 200
"""Below so many logs a process pool costs more (each worker imports Inspect) than it saves."""

Store = MutableMapping[LogFile, LogRows]

Rows = tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]
"""Run rows, sample rows, and why logs were refused, by file."""

Note = Callable[[int, int], None]
"""Told how many logs are done, and how many there are."""


def collect(
    places: Sequence[str],
    *,
    skip_bad: bool = False,
    workers: int = 2,
    cache: Store | None = None,
    note: Note = lambda _done, _total: None,
) -> RunEvidence:
    """Read every log below the places and merge them into one table of outcomes.

    Args:
        places: files, folders or fsspec addresses.
        skip_bad: go on without logs that must be refused; they are listed in the result.
        workers: processes, used from :data:`POOL_FROM` logs on.
        cache: rows of logs that have not changed since they were last read.
        note: called with logs done and logs in all.

    Raises:
        LogError: a log must be refused (unless ``skip_bad``), or none is left.
    """
    return merge(*read_rows(places, skip_bad=skip_bad, workers=workers, cache=cache, note=note), skip_bad=skip_bad)


def read_rows(
    places: Sequence[str],
    *,
    skip_bad: bool,
    workers: int,
    cache: Store | None = None,
    note: Note = lambda _done, _total: None,
) -> Rows:
    """Rows of every log below the places, not merged: run rows, sample rows, and what was refused.

    Raises:
        LogError: a log must be refused (unless ``skip_bad``).
    """
    files = find_logs(places)
    store: Store = {} if cache is None else cache
    fresh = [file for file in files if file not in store]
    if workers > 1 and len(fresh) >= POOL_FROM:
        for done, (file, found) in enumerate(_ahead(fresh, workers), start=1):
            note(done, len(files))
            if isinstance(found, LogRows):
                store[file] = found
    runs: list[dict[str, Any]] = []
    samples: list[dict[str, Any]] = []
    refused: dict[str, str] = {}
    read = kept(store)(_read)
    for done, file in enumerate(files, start=1):
        try:
            rows = read(file)
        except LogError as error:
            if not skip_bad:
                raise
            refused[file.path] = str(error)
        else:
            runs.append(rows.run)
            samples += rows.samples
        note(done, len(files))
    return runs, samples, refused


def _ahead(files: Sequence[LogFile], workers: int) -> Iterator[tuple[LogFile, LogRows | str]]:
    """Every file with its rows, or why it has none, read by several processes."""
    # Workers are spawned, not forked: Inspect runs threads, and a fork would copy their locks.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(files, pool.map(_attempt, files, chunksize=8), strict=True)


def _attempt(file: LogFile) -> LogRows | str:
    try:
        return _read(file)
    except LogError as error:
        return str(error)


def _read(file: LogFile) -> LogRows:
    from skillbench.evidence.logs import read_log  # noqa: PLC0415  Inspect takes seconds to load; cached logs need none

    return read_log(file)
