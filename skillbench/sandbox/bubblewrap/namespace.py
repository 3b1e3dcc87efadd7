"""The life of one bubblewrap process: started behind a barrier, put under limits, released, ended."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
from typing import Any

import anyio
from inspect_ai.util import SandboxUnavailableError

from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap.cgroups import ControlGroup
from skillbench.sandbox.bubblewrap.jail import RESERVED_PROCESSES, command_line
from skillbench.sandbox.bubblewrap.runtime import Runtime
from skillbench.sandbox.limits import SandboxLimits

START_S = 30.0
STOP_S = 10.0

_FRESH_UIDS = 0x60000000
_turns = itertools.count()


def _processor() -> int:
    """The processors of this machine in turn."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[next(_turns) % len(usable)]


def _identity() -> dict[str, Any]:
    """A uid of its own for every sandbox of a root harness: uid 0 is exempt from the limit on processes."""
    if os.geteuid() != 0:
        return {}
    uid = _FRESH_UIDS + secrets.randbelow(1 << 28)
    return {"user": uid, "group": uid, "extra_groups": []}


class Namespace:
    """A live namespace, made by :meth:`start`: ``host`` is the socket to its first process."""

    def __init__(self, process: subprocess.Popen[bytes], host: socket.socket, group: ControlGroup | None) -> None:
        self.host = host
        self.first = 0
        self.metering = f"cgroup v{group.version}" if group else "watchdog"
        self._process = process
        self._group = group

    @classmethod
    async def start(cls, runtime: Runtime, limits: SandboxLimits) -> Namespace:
        """Start a namespace and wait until its first process takes requests.

        Raises:
            SandboxUnavailableError: bubblewrap or the first process failed; the message carries its words.
        """
        group = ControlGroup.create(limits, RESERVED_PROCESSES)
        host, guest = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        host.settimeout(0)
        told, info = os.pipe2(os.O_CLOEXEC)
        barrier, opening = os.pipe2(os.O_CLOEXEC)
        words = os.memfd_create("words", os.MFD_CLOEXEC)
        try:
            command = command_line(
                runtime,
                limits,
                host=guest.fileno(),
                info=info,
                barrier=barrier,
                cpu=None if group else _processor(),
                watchdog=group is None,
            )
            # on this thread: the parent-death signal follows the thread that spawned, and a worker ends early
            process = subprocess.Popen(  # noqa: S603, ASYNC220  our own words; returns in milliseconds
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                pass_fds=(guest.fileno(), info, barrier),
                start_new_session=True,
                **_identity(),
            )
            for fd in (info, barrier):
                os.close(fd)
            guest.close()
            namespace = cls(process, host, group)
            await namespace._open(told, opening, words)
        finally:
            for fd in (told, opening, words):
                os.close(fd)
        return namespace

    async def _open(self, told: int, opening: int, words: int) -> None:
        """Put the first process under its limits, let it run, and wait for its word."""
        try:
            with anyio.fail_after(START_S):
                self.first = await _first_process(told)
                if self._group:
                    self._group.add(self.first)
                os.write(opening, b"g")
                await self._hear_ready()
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self.end()
            if isinstance(error, (EOFError, OSError)):
                os.lseek(words, 0, os.SEEK_SET)
                said = os.read(words, 2000).decode(errors="replace").strip() or repr(error)
                raise SandboxUnavailableError(f"the bubblewrap sandbox did not start: {said}") from None
            raise

    async def _hear_ready(self) -> None:
        await anyio.wait_readable(self.host)
        if self.host.recv(64) != b"ready":
            raise EOFError

    @property
    def alive(self) -> bool:
        """Whether the first process still holds its end of the socket."""
        try:
            return bool(self.host.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    async def end(self) -> None:
        """Kill the first process, and so every other; returns when all are dead and the limits removed.

        Raises:
            SandboxError: something hangs in the kernel.
        """
        with contextlib.suppress(ProcessLookupError):
            if self._process.poll() is None:
                os.kill(self.first or self._process.pid, signal.SIGKILL)
        self.host.close()
        with anyio.move_on_after(STOP_S, shield=True) as scope:
            pause = 0.001
            while self._process.poll() is None:
                await anyio.sleep(pause)
                pause = min(pause * 2, 0.05)
        if self._group:
            self._group.remove()
        if scope.cancelled_caught:
            pid = self._process.pid
            raise SandboxError(
                f"the bubblewrap sandbox of process {pid} did not end within {STOP_S:g} s; a process in it "
                f"hangs in the kernel. See: ps -o pid,stat,wchan,cmd --ppid {pid}"
            )


async def _first_process(told: int) -> int:
    """The first process's PID, as bubblewrap reports it.

    Raises:
        EOFError: bubblewrap ended without a report.
    """
    report = b""
    os.set_blocking(told, False)
    while b"}" not in report:
        await anyio.wait_readable(told)
        chunk = os.read(told, 4096)
        if not chunk:
            raise EOFError
        report += chunk
    return int(json.loads(report)["child-pid"])
