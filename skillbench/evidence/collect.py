"""From places to evidence: find the logs, read them (several at a time when many), merge them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, Final

from skillbench.core.errors import LogError
from skillbench.evidence.cache import Cache
from skillbench.evidence.places import LogFile, find_logs
from skillbench.evidence.runs import Evidence, merge

POOL_FROM: Final = 200
"""Below so many logs a process pool costs more (each worker imports Inspect) than it saves."""

Rows = tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]
"""Run rows, sample rows, and why logs were refused, by file."""

Read = tuple[LogFile, dict[str, Any], list[dict[str, Any]], str]
"""A log, its run row, its sample rows, and why it was refused (then both are empty)."""


def collect(
    places: Sequence[str],
    *,
    skip_bad: bool = False,
    workers: int = 2,
    cache: Cache | None = None,
    note: Callable[[int, int], None] = lambda _done, _total: None,
) -> Evidence:
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
    files = find_logs(places)
    if cache and (kept := cache.load_evidence(files, skip_bad)):
        return kept
    runs, samples, refused = _rows_of(files, skip_bad=skip_bad, workers=workers, cache=cache, note=note)
    evidence = merge(runs, samples, refused, skip_bad=skip_bad)
    if cache:
        cache.save_evidence(files, skip_bad, evidence)
    return evidence


def read_rows(places: Sequence[str], *, skip_bad: bool, workers: int) -> Rows:
    """Rows of every log below the places, not merged: run rows, sample rows, and what was refused.

    Raises:
        LogError: a log must be refused (unless ``skip_bad``).
    """
    return _rows_of(find_logs(places), skip_bad=skip_bad, workers=workers, cache=None, note=lambda _done, _total: None)


def _rows_of(
    files: Sequence[LogFile], *, skip_bad: bool, workers: int, cache: Cache | None, note: Callable[[int, int], None]
) -> Rows:
    known = cache.load(files) if cache else {}
    fresh: dict[LogFile, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    refused: dict[str, str] = {}
    note(len(known), len(files))
    for file, run, samples, reason in _read([file for file in files if file not in known], workers):
        if reason and not skip_bad:
            raise LogError(reason)
        if reason:
            refused[file.path] = reason
        else:
            fresh[file] = (run, samples)
        note(len(known) + len(fresh) + len(refused), len(files))
    both = {**known, **fresh}
    if cache and fresh:
        cache.save(both)
    runs = [both[file][0] for file in files if file in both]
    samples = [row for file in files if file in both for row in both[file][1]]
    return runs, samples, refused


def _read(files: Sequence[LogFile], workers: int) -> Iterator[Read]:
    if len(files) < POOL_FROM or workers < 2:
        yield from map(_rows, files)
        return
    # Workers are spawned, not forked: Inspect runs threads, and a fork would copy their locks.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(partial(_rows), files, chunksize=8)


def _rows(file: LogFile) -> Read:
    from skillbench.evidence.logs import read_log  # noqa: PLC0415  Inspect takes seconds to load; cached logs need none

    try:
        read = read_log(file)
    except LogError as error:
        return file, {}, [], str(error)
    return file, read.run, read.samples, ""
