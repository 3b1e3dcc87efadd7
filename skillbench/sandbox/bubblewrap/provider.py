"""``bubblewrap`` as an Inspect sandbox: containers' isolation without a daemon or root.

One namespace per sample lives from its start to its end, so background jobs, files and injected tools
behave as in a container. No host folder is ever writable inside, and files are read and written by the
namespace's own first process, so a symlink cannot lead out.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import sys
from typing import Any, Literal, overload

from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxConnection,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    SandboxUserUnsupportedError,
    concurrency,
    sandboxenv,
)
from inspect_ai.util._subprocess import max_subprocesses_context_var  # where --max-subprocesses is kept
from pydantic import BaseModel
from typing_extensions import override

from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap.runtime import prepare_runtime, search_path
from skillbench.sandbox.bubblewrap.session import Reply, Session
from skillbench.sandbox.limits import ENVIRONMENT, SandboxLimits

FILE_S = 120.0
"""The time one file may take to read or write."""

_USERS = (None, "agent", "1000")


def _limits(config: SandboxEnvironmentConfigType | None) -> SandboxLimits:
    """The limits a task asked for, else the standard ones.

    Raises:
        SandboxError: the configuration is something else.
    """
    if config is None:
        return SandboxLimits()
    if isinstance(config, SandboxLimits):
        return config
    raise SandboxError(
        f"the bubblewrap sandbox takes no configuration file, but was given {config!r}; give SandboxLimits "
        "or nothing: --sandbox bubblewrap"
    )


@sandboxenv(name="bubblewrap")
class BubblewrapSandboxEnvironment(SandboxEnvironment):
    """One sample's sandbox; Inspect makes and ends it."""

    def __init__(self, session: Session, limits: SandboxLimits) -> None:
        super().__init__()
        self._session = session
        self._limits = limits

    @classmethod
    @override
    def config_deserialize(cls, config: dict[str, Any]) -> BaseModel:
        return SandboxLimits(**config)

    @classmethod
    @override
    async def task_init(cls, task_name: str, config: SandboxEnvironmentConfigType | None) -> None:
        """Build the runtime if need be, and fail before any sample does where bubblewrap cannot run."""
        runtime = prepare_runtime()
        session = await Session.start(runtime, _limits(config))
        await session.namespace.end()

    @classmethod
    @override
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        limits = _limits(config)
        return {"default": cls(await Session.start(prepare_runtime(), limits), limits)}

    @classmethod
    @override
    async def sample_cleanup(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        """End the namespace, interrupted or not: it takes milliseconds."""
        for environment in environments.values():
            await environment.as_type(BubblewrapSandboxEnvironment).end()

    async def end(self) -> None:
        """Kill everything in the sandbox; returns when it is gone."""
        await self._session.namespace.end()

    @override
    async def exec(  # Inspect's signature
        self,
        cmd: list[str],
        input: str | bytes | None = None,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        """Run a command as ``agent``, the only user there is; see the base class."""
        if user not in _USERS:
            raise SandboxUserUnsupportedError(
                f"the bubblewrap sandbox runs commands as the user 'agent' only, not as {user!r}"
            )
        if any("\0" in word for word in cmd):
            raise ValueError("embedded null byte in a command")
        request = {
            "op": "exec",
            "cmd": cmd,
            "cwd": cwd or ".",
            "env": {"PATH": search_path(), "USER": "agent", **ENVIRONMENT, **(env or {})},
            "processes": self._limits.processes,
        }
        content = input.encode() if isinstance(input, str) else input or b""
        async with _turn(wanted=concurrency):
            answer = await self._session.ask(request, content, SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE, timeout)
        return _result(cmd, cwd, answer)

    @override
    async def write_file(self, file: str, contents: str | bytes) -> None:
        content = contents.encode() if isinstance(contents, str) else contents
        answer = await self._session.ask({"op": "write", "path": file}, content, 1, FILE_S)
        _raise_for_file(file, answer.said)

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    @override
    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        limit = SandboxEnvironmentLimits.MAX_READ_FILE_SIZE
        answer = await self._session.ask({"op": "read", "path": file, "limit": limit}, b"", limit + 1, FILE_S)
        if "too_large" in answer.said:
            raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, None)
        _raise_for_file(file, answer.said)
        return answer.out.decode() if text else answer.out

    @override
    async def connection(self, *, user: str | None = None) -> SandboxConnection:
        """A shell for a person to look inside; see :mod:`~skillbench.sandbox.bubblewrap.attach`."""
        if user not in _USERS:
            raise SandboxUserUnsupportedError(f"the bubblewrap sandbox has the user 'agent' only, not {user!r}")
        if not self._session.namespace.alive:
            raise ConnectionError("the bubblewrap sandbox is not running")
        module = "skillbench.sandbox.bubblewrap.attach"
        command = shlex.join([sys.executable, "-m", module, str(self._session.namespace.first)])
        return SandboxConnection(type="bubblewrap", command=command)

    @override
    def default_polling_interval(self) -> float:
        return 0.2


def _turn(*, wanted: bool) -> contextlib.AbstractAsyncContextManager[object]:
    """A place among the commands Inspect lets run at once (``--max-subprocesses``)."""
    if not wanted:
        return contextlib.nullcontext()
    return concurrency("subprocesses", max_subprocesses_context_var.get())


def _result(cmd: list[str], cwd: str | None, answer: Reply) -> ExecResult[str]:
    """The answer in Inspect's words: no right to run it is an error, no such program a failed result."""
    said = answer.said
    if "status" in said:
        out, err = (stream.decode(errors="replace") for stream in (answer.out, answer.err))
        return ExecResult(said["status"] == 0, said["status"], out, err)
    reason = os.strerror(said["errno"])
    if said["stage"] == "chdir":
        return ExecResult(success=False, returncode=126, stdout="", stderr=f"chdir to {cwd}: {reason}\n")
    if said["errno"] in (errno.EACCES, errno.EPERM):
        raise PermissionError(said["errno"], f"Permission denied executing command: {reason}", cmd[0])
    missing = said["errno"] == errno.ENOENT
    return ExecResult(success=False, returncode=127 if missing else 126, stdout="", stderr=f"{cmd[0]}: {reason}\n")


def _raise_for_file(file: str, said: dict[str, Any]) -> None:
    """Raise what the file operation failed with, in the host's types."""
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]), file)
    if said.get("status") != 0:
        raise OSError(errno.EIO, "the sandbox killed the process that held the file", file)
