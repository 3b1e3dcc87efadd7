"""What the conformance suite does not ask of the bubblewrap provider."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import anyio
import pytest
from inspect_ai.util import (
    ExecCompleted,
    ExecStdout,
    SandboxEnvironment,
    SandboxEnvironmentSpec,
    SandboxUnavailableError,
    SandboxUserUnsupportedError,
)
from inspect_ai.util._sandbox.events import SandboxEnvironmentProxy  # what an evaluation wraps a sandbox in
from sandbox.kinds import resolved_or_skipped

from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment
from skillbench.sandbox.limits import SandboxLimits
from skillbench.sandbox.outside import open_sandboxes

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings(
        "ignore:The .initial. parameter is deprecated:DeprecationWarning"
    ),  # Inspect's, of tenacity
]


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxEnvironment]:
    """Yield a bubblewrap sandbox."""
    async with open_sandboxes(resolved_or_skipped("bubblewrap").spec) as (environment,):
        yield environment


async def test_a_timeout_carries_what_was_written(sandbox: SandboxEnvironment) -> None:
    """The words a command said before its time was up reach the agent."""
    with pytest.raises(TimeoutError, match="1 seconds") as caught:
        await sandbox.exec(["sh", "-c", "echo half; sleep 30"], timeout=1)
    assert caught.value.truncated_output == "half\n"  # type: ignore[attr-defined]


async def test_commands_run_side_by_side(sandbox: SandboxEnvironment) -> None:
    """Eight commands at once take little longer than one, and none hears another's output."""
    said: dict[int, str] = {}

    async def one(number: int) -> None:
        result = await sandbox.exec(["sh", "-c", f"sleep 1; echo {number}"], concurrency=False)
        said[number] = result.stdout

    began = time.monotonic()
    async with anyio.create_task_group() as tasks:
        for number in range(8):
            tasks.start_soon(one, number)
    assert said == {number: f"{number}\n" for number in range(8)}
    assert time.monotonic() - began < 6


async def test_wrong_folders_and_programs_are_results(sandbox: SandboxEnvironment) -> None:
    """What a shell would report is reported, not raised."""
    missing = await sandbox.exec(["no-such-program"])
    assert (missing.returncode, missing.stderr) == (127, "no-such-program: No such file or directory\n")
    nowhere = await sandbox.exec(["true"], cwd="/nowhere")
    assert nowhere.returncode == 126
    with pytest.raises(ValueError, match="null byte"):
        await sandbox.exec(["echo", "a\0b"])


async def test_there_is_one_user(sandbox: SandboxEnvironment) -> None:
    """The user can be named; any other is unsupported, which sends Inspect's tools to this one."""
    assert (await sandbox.exec(["id", "-un"], user="agent")).stdout == "agent\n"
    with pytest.raises(SandboxUserUnsupportedError, match="'root'"):
        await sandbox.exec(["true"], user="root")


async def test_output_keeps_its_tail(sandbox: SandboxEnvironment) -> None:
    """Over the limit the end of the output is kept, as the end is where results stand."""
    result = await sandbox.exec(["sh", "-c", "head -c 12000000 /dev/zero; echo end"])
    assert len(result.stdout) == 10 * 1024**2
    assert result.stdout.endswith("end\n")


async def test_a_dead_sandbox_is_unavailable(sandbox: SandboxEnvironment) -> None:
    """When its first process is gone the error is Inspect's own for that."""
    inner = sandbox.as_type(BubblewrapSandboxEnvironment)
    await inner.end()
    with pytest.raises(SandboxUnavailableError):
        await sandbox.exec(["true"])
    with pytest.raises(ConnectionError):
        await sandbox.connection()


@pytest.mark.slow
async def test_connection_opens_a_shell_inside(sandbox: SandboxEnvironment) -> None:
    """The command given to a person lands among the sample's files, as the sample's user, filtered and powerless."""
    await sandbox.write_file("here.txt", "")
    command = (await sandbox.connection()).command
    shell = await anyio.run_process(
        command, input=b"ls; id -un; grep Seccomp: /proc/self/status; grep CapEff /proc/self/status\n", check=False
    )
    expected = ["here.txt", "agent", "Seccomp:", "2", "CapEff:", "0" * 16]
    assert shell.stdout.decode().split() == expected, shell.stderr


@pytest.mark.slow
async def test_remote_commands_stream(sandbox: SandboxEnvironment) -> None:
    """Inspect's exec_remote runs a command whose output arrives piece by piece."""
    process = await SandboxEnvironmentProxy(sandbox).exec_remote(["sh", "-c", "echo one; sleep 1; echo two; exit 4"])
    pieces, code = "", None
    async for event in process:
        if isinstance(event, ExecStdout):
            pieces += event.data
        elif isinstance(event, ExecCompleted):
            code = event.exit_code
    assert (pieces, code) == ("one\ntwo\n", 4)


async def test_limits_can_be_given() -> None:
    """A task may ask for other limits, which survive the log and hold inside."""
    resolved_or_skipped("bubblewrap")
    limits = SandboxLimits(processes=64, open_files=512)
    assert BubblewrapSandboxEnvironment.config_deserialize(limits.model_dump()) == limits
    async with open_sandboxes(SandboxEnvironmentSpec("bubblewrap", limits)) as (small,):
        assert (await small.exec(["sh", "-c", "ulimit -n; ulimit -u"])).stdout.split()[0] == "512"


async def test_a_compose_file_is_refused() -> None:
    """Bubblewrap takes limits, not a compose file, and says so."""
    with pytest.raises(SandboxError, match="no configuration file"):
        await BubblewrapSandboxEnvironment.task_init("task", "compose.yaml")
