"""Nothing outlives its sample, and a cancelled call does not keep working for long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import anyio
import pytest
from inspect_ai.util import SandboxEnvironment

from skillbench.sandbox.outside import open_sandboxes
from skillbench.sandbox.select import SandboxSpec

pytestmark = pytest.mark.anyio


def _on_host(mark: str) -> list[str]:
    """Command lines on the whole machine that hold ``mark``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in line:
            found.append(line)
    return found


async def _gone(mark: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _on_host(mark):
        if time.monotonic() > deadline:
            return False
        await anyio.sleep(0.1)
    return True


@pytest.fixture
def mark(kind: str) -> str:
    """Make a duration to sleep by which this test's processes can be told from all others."""
    return f"{os.getpid()}{len(kind)}."


async def _daemonise(environment: SandboxEnvironment, mark: str) -> None:
    await environment.exec(["sh", "-c", f"setsid sh -c 'trap \"\" TERM HUP; sleep {mark}' >/dev/null 2>&1 &"])
    assert _on_host(mark), "the daemon did not start"


async def test_a_daemon_ends_with_its_sample(spec: SandboxSpec, mark: str) -> None:
    """When the sample is over the machine has no process of it."""
    async with open_sandboxes(spec) as (environment,):
        await _daemonise(environment, mark + "1")
    assert await _gone(mark + "1", 5)


async def test_a_cancelled_sample_leaves_nothing(spec: SandboxSpec, mark: str) -> None:
    """Cancelled in the middle of a command, the sample's clean-up still ends every process."""
    async with open_sandboxes(spec) as (environment,):
        await _daemonise(environment, mark + "2")
        with anyio.move_on_after(1):
            await environment.exec(["sleep", mark + "3"])
    assert await _gone(mark, 10)


async def test_a_cancelled_command_ends(spec: SandboxSpec, kind: str, mark: str) -> None:
    """Bubblewrap kills it at once. Docker cannot be told: there it ends at the command's own timeout."""
    async with open_sandboxes(spec) as (environment,):
        with anyio.move_on_after(1):
            await environment.exec(["sh", "-c", f"setsid sleep {mark}4 & sleep {mark}5"], timeout=6)
        assert await _gone(mark, 1 if kind == "bubblewrap" else 8)
        assert (await environment.exec(["echo", "on"])).stdout == "on\n"
