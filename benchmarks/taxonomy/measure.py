"""Time and peak memory of a job, each run in a child of its own."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

LONG = 20.0
"""Seconds beyond which a job is run once only."""


@dataclass(frozen=True)
class Figure:
    """Medians over the runs of a job.

    Attributes:
        seconds: by the clock.
        memory: peak bytes above what stood in memory when the job began, or when it last called :func:`mark`.
        outcome: what the first run gave.
        runs: how many there were.
    """

    seconds: float
    memory: int
    outcome: Any
    runs: int


def measure(job: Callable[[], Any], repeats: int, warm: Callable[[], Any]) -> Figure:
    """Run a job ``repeats`` times in forked children; a long one once.

    ``warm`` is run first in each, outside the figures: imports, compiled code, pools of threads, which a fork would
    not survive.
    """
    runs = [_in_child(job, warm)]
    while len(runs) < repeats and runs[0][0] < LONG:
        runs.append(_in_child(job, warm))
    seconds, memory = (statistics.median(run[at] for run in runs) for at in (0, 1))
    return Figure(seconds, int(memory), runs[0][2], len(runs))


def _in_child(job: Callable[[], Any], warm: Callable[[], Any]) -> tuple[float, int, Any]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(job, warm, sender))
    child.start()
    sender.close()
    try:
        answer: tuple[float, int, Any] = receiver.recv()
    except EOFError:
        child.join()
        raise SystemExit(f"a job died with exit code {child.exitcode} (out of memory?)") from None
    child.join()
    return answer


_before = 0


def mark() -> None:
    """Count memory from here: what stands in it now is the job's input."""
    global _before  # noqa: PLW0603 -- one job runs in a process
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    _before = _status("VmRSS")


def _report(job: Callable[[], Any], warm: Callable[[], Any], sender: Any) -> None:
    warm()
    mark()
    start = time.perf_counter()
    outcome = job()
    seconds = time.perf_counter() - start
    sender.send((seconds, _status("VmHWM") - _before, outcome))


def _status(field: str) -> int:
    """A figure of this process's memory, in bytes (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
