"""The processes of this PID namespace: reading the table, and killing a part of it to the last one."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple

_EMPTY_SCANS = 3  # one empty scan of /proc can race a fork
_GIVE_UP_S = 5.0


class Process(NamedTuple):
    """One line of /proc/PID/stat: parent, state letter, start in clock ticks, resident pages."""

    parent: int
    state: str
    start: int
    resident: int


def count() -> int:
    """How many processes the namespace has."""
    return sum(name.isdigit() for name in os.listdir("/proc"))  # noqa: PTH208  pathlib costs the start 5 ms


def _read(pid: int) -> Process | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123  as above
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return Process(int(fields[1]), fields[0].decode(), int(fields[19]), int(fields[21]))


def table() -> dict[int, Process]:
    """Every process of the namespace, by its PID."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208  as above
    return {pid: process for pid in pids if (process := _read(pid)) is not None}


def started(pid: int) -> int:
    """When a process started, in clock ticks since boot; 0 for one that is gone."""
    process = _read(pid)
    return process.start if process else 0


def state(pid: int) -> str:
    """The state letter of a process; ``X`` for one that is gone."""
    process = _read(pid)
    return process.state if process else "X"


def descendants(processes: dict[int, Process], root: int) -> set[int]:
    """All processes below ``root``, itself excluded."""
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    below: set[int] = set()
    queue = [root]
    while queue:
        for pid in children.get(queue.pop(), ()):
            if pid not in below:
                below.add(pid)
                queue.append(pid)
    return below


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _exterminate(select: Callable[[dict[int, Process]], set[int]]) -> None:
    """Kill whatever ``select`` picks from the table until three scans in a row pick nothing."""
    deadline = time.monotonic() + _GIVE_UP_S
    empty = 0
    while empty < _EMPTY_SCANS:
        processes = table()
        living = [pid for pid in select(processes) if processes[pid].state not in "ZX"]
        empty = 0 if living else empty + 1
        for pid in living:
            send(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            send(-1, signal.SIGKILL)  # a fork race lost for seconds: this sample's own doing
            return
        time.sleep(0.001)


def kill_below(root: int) -> None:
    """Kill every descendant of ``root``, a stopped subreaper, so that none can slip to another parent."""
    _exterminate(lambda processes: descendants(processes, root))


def kill_since(start: int, spared: set[int]) -> None:
    """Kill every descendant of the first process started at or after ``start``, but ``spared`` and theirs."""

    def strays(processes: dict[int, Process]) -> set[int]:
        kept = set(spared)
        for root in spared:
            kept |= descendants(processes, root)
        return {pid for pid in descendants(processes, 1) - kept if processes[pid].start >= start}

    _exterminate(strays)
