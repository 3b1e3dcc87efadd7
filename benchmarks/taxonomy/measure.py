"""Time and peak memory of a job, each run in a child of its own."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """The median seconds of a job, its peak memory in bytes above what it started with, and its outcome."""

    seconds: float
    memory: int
    outcome: Any


def measure(job: Callable[[], Any], repeats: int) -> Figure:
    """Run a job ``repeats`` times in forked children, which inherit inputs and compiled code."""
    runs = [_in_child(job) for _ in range(repeats)]
    return Figure(statistics.median(run[0] for run in runs), int(statistics.median(run[1] for run in runs)), runs[0][2])


def _in_child(job: Callable[[], Any]) -> tuple[float, int, Any]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(job, sender))
    child.start()
    answer: tuple[float, int, Any] = receiver.recv()
    child.join()
    return answer


def _report(job: Callable[[], Any], sender: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    outcome = job()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send((seconds, 1024 * (peak - before), outcome))
