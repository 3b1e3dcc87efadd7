"""One running sandbox seen from the host: start it, ask its first process for things, end it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import anyio
from inspect_ai.util import SandboxUnavailableError

from skillbench.core.errors import SandboxError
from skillbench.harness.sandbox.bubblewrap.jail import command_line
from skillbench.harness.sandbox.bubblewrap.runtime import Runtime
from skillbench.harness.sandbox.limits import SandboxLimits

START_S = 30.0
STOP_S = 10.0
LINGER_S = 0.5
"""How long output is still collected when a command has ended but a background job holds the pipe."""

_PIPE_BYTES = 1 << 20
_FRESH_UIDS = 0x60000000
_processors = itertools.count()


class CommandTimeoutError(TimeoutError):
    """A command took too long; ``truncated_output``, where Inspect looks for it, is what it had written."""

    def __init__(self, seconds: float | None, written: str) -> None:
        super().__init__(f"Command timed out after {seconds:g} seconds")
        self.truncated_output = written


@dataclass
class Answer:
    """What the first process said, and what the command wrote (the tail, if over the limit)."""

    said: dict[str, Any]
    out: bytes
    err: bytes


@dataclass
class _Tail:
    """The last ``limit`` bytes of a stream."""

    limit: int
    chunks: deque[bytes] = field(default_factory=deque)
    held: int = 0
    ended: anyio.Event = field(default_factory=anyio.Event)

    def add(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self.held += len(chunk)
        while self.held - len(self.chunks[0]) >= self.limit:
            self.held -= len(self.chunks.popleft())

    def content(self) -> bytes:
        return b"".join(self.chunks)[-self.limit :]


def _sealed(content: bytes) -> int:
    """A read-only memory file with this content, at its start."""
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
    return fd


def _pipe() -> tuple[int, int]:
    """A large pipe whose reading end does not block."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(reading, False)
    with contextlib.suppress(OSError):  # an ordinary user's pipes may be used up: then small ones do
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return reading, writing


async def _drain(fd: int, tail: _Tail) -> None:
    """Collect a pipe until it ends; the caller cancels when it has waited long enough."""
    while True:
        try:
            chunk = os.read(fd, _PIPE_BYTES)
        except BlockingIOError:
            await anyio.wait_readable(fd)
            continue
        if not chunk:
            tail.ended.set()
            return
        tail.add(chunk)
        await anyio.lowlevel.checkpoint()


class Session:
    """A live namespace; made by :meth:`start`."""

    def __init__(self, process: subprocess.Popen[bytes], first: int, host: socket.socket) -> None:
        self.process = process
        self.first = first
        self.metering = "watchdog"
        self._host = host

    @classmethod
    async def start(cls, runtime: Runtime, limits: SandboxLimits) -> Session:
        """Start a namespace and wait until its first process takes requests.

        Raises:
            SandboxUnavailableError: bubblewrap or the first process failed; the message carries its words.
        """
        host, guest = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        host.settimeout(0)
        told, info = os.pipe2(os.O_CLOEXEC)
        gate, opening = os.pipe2(os.O_CLOEXEC)
        words = os.memfd_create("words", os.MFD_CLOEXEC)
        cpu = sorted(os.sched_getaffinity(0))[next(_processors) % len(os.sched_getaffinity(0))]
        command = command_line(runtime, limits, host=guest.fileno(), info=info, gate=gate, cpu=cpu, watchdog=True)
        # under a uid of its own, as uid 0 is exempt from the limit on processes
        uid = _FRESH_UIDS + secrets.randbelow(1 << 28) if os.geteuid() == 0 else None
        identity: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
        # on this thread: the parent-death signal follows the thread that spawned, and a worker ends early
        process = subprocess.Popen(  # noqa: S603, ASYNC220  a list of our own words; returns in milliseconds
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            pass_fds=(guest.fileno(), info, gate),
            start_new_session=True,
            **identity,
        )
        for fd in (info, gate):
            os.close(fd)
        guest.close()
        session = cls(process, 0, host)
        try:
            with anyio.fail_after(START_S):
                session.first = await _first_process(told)
                os.write(opening, b"g")
                await session._ready()
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await session.stop()
            if isinstance(error, (EOFError, TimeoutError)):
                os.lseek(words, 0, os.SEEK_SET)
                said = os.read(words, 2000).decode(errors="replace").strip() or repr(error)
                raise SandboxUnavailableError(f"the bubblewrap sandbox did not start: {said}") from None
            raise
        finally:
            for fd in (told, opening, words):
                os.close(fd)
        return session

    async def _ready(self) -> None:
        await anyio.wait_readable(self._host)
        if self._host.recv(64) != b"ready":
            raise EOFError

    @property
    def alive(self) -> bool:
        """Whether the first process still holds its end of the socket."""
        try:
            return bool(self._host.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    async def ask(self, request: dict[str, Any], content: bytes, limit: int, seconds: float | None) -> Answer:
        """Have the first process carry a request out, ``content`` being its standard input.

        Raises:
            CommandTimeoutError: not done in time; everything it started is dead.
            SandboxUnavailableError: the sandbox is gone.
        """
        reply, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        reply.settimeout(0)
        (out, out_theirs), (err, err_theirs) = _pipe(), _pipe()
        handed = [theirs.fileno(), _sealed(json.dumps(request).encode()), _sealed(content), out_theirs, err_theirs]
        streams = (_Tail(limit), _Tail(limit))
        try:
            try:
                await self._send(handed)
            finally:
                theirs.close()
                for fd in handed[1:]:
                    os.close(fd)
            with anyio.fail_after(seconds):
                said = await self._converse(reply, (out, err), streams)
        except TimeoutError as error:
            with anyio.CancelScope(shield=True):
                await self._kill(reply)
            written = b"".join(stream.content() for stream in streams).decode(errors="replace")
            raise CommandTimeoutError(seconds, written) from error
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await self._kill(reply)
            raise
        finally:
            reply.close()
            for fd in (out, err):
                os.close(fd)
        return Answer(said, streams[0].content(), streams[1].content())

    async def _send(self, descriptors: list[int]) -> None:
        while True:
            try:
                socket.send_fds(self._host, [b"!"], descriptors)
            except BlockingIOError:
                await anyio.wait_writable(self._host)
            except OSError as error:
                raise SandboxUnavailableError("the bubblewrap sandbox is not running") from error
            else:
                return

    async def _converse(
        self, reply: socket.socket, pipes: tuple[int, int], streams: tuple[_Tail, _Tail]
    ) -> dict[str, Any]:
        """Collect both streams until the answer is there and they end or have lingered."""
        async with anyio.create_task_group() as tasks:
            for pipe, stream in zip(pipes, streams, strict=True):
                tasks.start_soon(_drain, pipe, stream)
            await anyio.wait_readable(reply)
            message = reply.recv(1 << 16)
            with anyio.move_on_after(LINGER_S):
                for stream in streams:
                    await stream.ended.wait()
            tasks.cancel_scope.cancel()
        if message:
            said: dict[str, Any] = json.loads(message)
            return said
        if not self.alive:
            raise SandboxUnavailableError("the bubblewrap sandbox died while it carried out a command")
        # its runner was killed from inside, and the command with it
        return {"status": 128 + signal.SIGKILL}

    async def _kill(self, reply: socket.socket) -> None:
        """Have everything a request started killed, and wait until it is dead."""
        with contextlib.suppress(OSError), anyio.move_on_after(STOP_S):
            reply.send(b"k")
            while True:
                await anyio.wait_readable(reply)
                if not reply.recv(1 << 16):
                    return
        if self.alive:
            await self.stop()

    async def stop(self) -> None:
        """End the namespace: the first process dies, so the kernel kills every other; returns when all are dead."""
        with contextlib.suppress(ProcessLookupError):
            if self.first and self.process.poll() is None:
                os.kill(self.first, signal.SIGKILL)
            elif self.process.poll() is None:
                self.process.kill()
        self._host.close()
        with anyio.move_on_after(STOP_S):
            pause = 0.001
            while self.process.poll() is None:
                await anyio.sleep(pause)
                pause = min(pause * 2, 0.05)
            return
        raise SandboxError(
            f"the bubblewrap sandbox of process {self.process.pid} did not end within {STOP_S:g} s; "
            f"a process in it hangs in the kernel. See: ps -o pid,stat,wchan,cmd --ppid {self.process.pid}"
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
        try:
            chunk = os.read(told, 4096)
        except OSError as error:
            if error.errno == errno.EAGAIN:
                continue
            raise
        if not chunk:
            raise EOFError
        report += chunk
    return int(json.loads(report)["child-pid"])
