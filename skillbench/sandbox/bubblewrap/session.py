"""Talking to a sandbox's first process: a request and its input in, an answer and output out."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import anyio
from inspect_ai.util import SandboxUnavailableError

from skillbench.sandbox.bubblewrap.namespace import STOP_S, Namespace
from skillbench.sandbox.bubblewrap.runtime import Runtime
from skillbench.sandbox.limits import SandboxLimits

LINGER_S = 0.5
"""How long output is still collected when a command has ended but a background job holds the pipe."""

_PIPE_BYTES = 1 << 20


class CommandTimeoutError(TimeoutError):
    """A command took too long; ``truncated_output``, where Inspect looks for it, is what it had written."""

    def __init__(self, seconds: float | None, written: str) -> None:
        super().__init__(f"Command timed out after {seconds:g} seconds")
        self.truncated_output = written


@dataclass
class Reply:
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
    """Requests to the first process of a namespace; made by :meth:`start`."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace

    @classmethod
    async def start(cls, runtime: Runtime, limits: SandboxLimits) -> Session:
        """Start a namespace; see :meth:`Namespace.start`."""
        return cls(await Namespace.start(runtime, limits))

    async def ask(self, request: dict[str, Any], content: bytes, limit: int, seconds: float | None) -> Reply:
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
        return Reply(said, streams[0].content(), streams[1].content())

    async def _send(self, descriptors: list[int]) -> None:
        while True:
            try:
                socket.send_fds(self.namespace.host, [b"!"], descriptors)
            except BlockingIOError:
                await anyio.wait_writable(self.namespace.host)
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
        if not self.namespace.alive:
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
        if self.namespace.alive:
            await self.namespace.end()
