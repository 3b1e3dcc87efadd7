"""Can bubblewrap run here? Tried for real; where it cannot, which setting forbids it."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import anyio
from inspect_ai.util import SandboxUnavailableError

from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap.jail import bwrap, bwrap_version
from skillbench.sandbox.bubblewrap.runtime import Runtime, prepare_runtime, system_python
from skillbench.sandbox.bubblewrap.session import Session
from skillbench.sandbox.limits import SandboxLimits

_APPARMOR = (
    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile that grants userns to "
    "/usr/bin/bwrap"
)
_SETTINGS = (
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", _APPARMOR),
)


class BubblewrapFacts(NamedTuple):
    """What ran, for the log."""

    bwrap: str
    kernel: str
    python: str
    runtime: str
    metering: str


def remedy(root: Path = Path("/")) -> str:
    """The setting that forbids user namespaces here, as the command that changes it; else a general hint.

    Args:
        root: where ``proc`` and the container marks are looked for.
    """
    for path, forbidding, command in _SETTINGS:
        setting = root / path.removeprefix("/")
        if setting.exists() and setting.read_text(encoding="ascii").strip() == forbidding:
            return f"{path} is {forbidding}. As root, do: {command}"
    if any((root / mark).exists() for mark in (".dockerenv", "run/.containerenv")):
        return (
            "this is a container, whose engine forbids it. Start it with --security-opt seccomp=unconfined "
            "--security-opt systempaths=unconfined (and apparmor=unconfined where AppArmor is on)"
        )
    return "try by hand: bwrap --unshare-user --ro-bind / / true"


async def _start_and_stop(runtime: Runtime) -> str:
    session = await Session.start(runtime, SandboxLimits())
    try:
        answer = await session.ask(
            {"op": "exec", "cmd": ["/bin/true"], "cwd": ".", "env": {}, "processes": 256}, b"", 1000, 10
        )
    finally:
        await session.namespace.end()
    if answer.said != {"status": 0}:
        raise SandboxUnavailableError(f"a trial command failed: {answer.said} {answer.err.decode()}")
    return session.namespace.metering


def ready_bubblewrap() -> BubblewrapFacts:
    """Run a command in a real sandbox, building the Python runtime when it is missing.

    Raises:
        SandboxError: bubblewrap is missing, or the kernel does not allow it; the message says what to change.
    """
    bwrap()
    runtime = prepare_runtime()
    try:
        # a thread of its own: the caller may already run an event loop
        with ThreadPoolExecutor(1) as pool:
            metering = pool.submit(anyio.run, _start_and_stop, runtime).result()
    except (SandboxUnavailableError, OSError, subprocess.SubprocessError) as error:
        raise SandboxError(f"{error}; {remedy()}") from error
    return BubblewrapFacts(bwrap_version(), os.uname().release, system_python()[1], runtime.fingerprint, metering)
