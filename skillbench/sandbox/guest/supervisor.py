"""What both first processes share: start runners, reap, and kill what a request started, to the last process."""

from __future__ import annotations

import array
import contextlib
import os
import select
import signal
import socket
from typing import NamedTuple

from . import processes, runner

_SPARE_PROCESSES = 8


class Running(NamedTuple):
    """A runner at work: its PID and when it started."""

    pid: int
    start: int


def receive(connection: socket.socket, count: int) -> tuple[bytes, list[int]]:
    """One datagram and at most ``count`` descriptors, closed on exec; ``(b"", [])`` at the end."""
    integers = array.array("i")
    room = socket.CMSG_SPACE(count * integers.itemsize)
    message, ancillary, _flags, _address = connection.recvmsg(64, room, socket.MSG_CMSG_CLOEXEC)
    for _level, _kind, data in ancillary:
        integers.frombytes(data)
    return message, list(integers)


class Supervisor:
    """Runners by the descriptor they reply on; a first process adds where requests come from.

    Args:
        capacity: how many processes commands may have together.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._running: dict[int, Running] = {}
        self._poll = select.poll()
        # PID 1 is deaf to what it has no handler for, and Python brings one for this
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # a Python-level handler makes signals reach the wake-up descriptor
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._poll.register(self._woken, select.POLLIN)

    def start(self, reply: int, request: int, streams: tuple[int, int, int]) -> None:
        """Carry a request out in a child; takes over the descriptors."""
        self.make_room()
        pid = os.fork()
        if pid == 0:
            _let_go({reply, request, *streams})
            runner.carry_out(reply, request, streams)
        for fd in (request, *streams):
            os.close(fd)
        self._running[reply] = Running(pid, processes.started(pid))
        self._poll.register(reply, select.POLLIN)

    def turn(self, wait_ms: int | None) -> list[int]:
        """Wait for events, serve those of runners, reap; the descriptors of all others are returned."""
        others = []
        for fd, _events in self._poll.poll(wait_ms):
            if fd == self._woken:
                os.read(self._woken, 4096)
            elif fd in self._running:
                self._hear(fd)
            else:
                others.append(fd)
        self._reap()
        return others

    def make_room(self) -> None:
        """When orphans have taken every process a command may have, kill them."""
        if processes.count() >= self._capacity - _SPARE_PROCESSES:
            processes.kill_since(0, self.living())
            self._reap()

    def living(self) -> set[int]:
        """The PIDs of all runners."""
        return {running.pid for running in self._running.values()}

    def is_running(self, reply: int) -> bool:
        """Whether the request that replies on this descriptor is still at work."""
        return reply in self._running

    def kill(self, reply: int, last_words: bytes = b"") -> None:
        """Kill everything a request started; its reply descriptor then carries ``last_words`` and closes."""
        pid, start = self._running[reply]
        # stopped, it stays the subreaper of its orphans and cannot end before them
        processes.send(pid, signal.SIGSTOP)
        processes.kill_below(pid)
        held = processes.state(pid) in "Tt"
        processes.send(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if not held:
            processes.kill_since(start, self.living() - {pid})
        if last_words:
            with contextlib.suppress(OSError):
                os.write(reply, last_words)
        self._forget(reply)

    def _hear(self, reply: int) -> None:
        """A byte on a reply socket asks for the kill; an end only says that its reader is content."""
        try:
            asked = os.read(reply, 1)
        except OSError:
            asked = b""
        if asked:
            self.kill(reply)
        else:
            self.left(reply)

    def left(self, reply: int) -> None:
        """The other end of a reply socket is gone."""
        self._poll.unregister(reply)

    def _reap(self) -> None:
        """Collect the dead; a runner that was killed from inside takes its strays along."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for reply, running in tuple(self._running.items()):
                if running.pid == pid:
                    if status != 0:
                        processes.kill_since(running.start, self.living() - {pid})
                    self._forget(reply)

    def _forget(self, reply: int) -> None:
        del self._running[reply]
        with contextlib.suppress(KeyError):  # the other end closed first
            self._poll.unregister(reply)
        os.close(reply)


def _let_go(kept: set[int]) -> None:
    """Close everything in a forked child that belongs to the first process."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  pathlib costs the start 5 ms
        fd = int(name)
        if fd > 2 and fd not in kept:
            with contextlib.suppress(OSError):  # the descriptor that listed the directory
                os.close(fd)
