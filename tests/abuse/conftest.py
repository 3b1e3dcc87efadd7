"""An attacker's sample beside a neighbour's, on each kind of sandbox; both are examined after every case."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import pytest
from abuse.attacker import NEIGHBOURS_FILE, NEIGHBOURS_JOB, SECRET, Sample
from inspect_ai.util import SandboxEnvironment
from sandbox.kinds import KINDS, resolved_or_skipped

from skillbench.sandbox.outside import open_sandboxes
from skillbench.sandbox.select import SandboxSpec


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio, Inspect's default."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def secret() -> Iterator[None]:
    """Put a key into the harness's environment before any sandbox starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", SECRET)
        yield


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of sandbox in turn."""
    name: str = request.param
    resolved_or_skipped(name)
    return name


@pytest.fixture(scope="session")
def spec(kind: str) -> SandboxSpec:
    """What ``Task(sandbox=...)`` takes."""
    return resolved_or_skipped(kind).spec


@pytest.fixture(scope="module")
async def pair(kind: str, spec: SandboxSpec) -> AsyncIterator[tuple[Sample, SandboxEnvironment]]:
    """Yield the attacker's sample and a neighbour with a file and a running job."""
    async with open_sandboxes(spec, 2) as (attacker, neighbour):
        await neighbour.write_file(NEIGHBOURS_FILE, "mine")
        await neighbour.exec(["sh", "-c", f"nohup sleep {NEIGHBOURS_JOB} >/dev/null 2>&1 &"])
        yield Sample(kind, attacker), neighbour


@pytest.fixture
async def sample(pair: tuple[Sample, SandboxEnvironment]) -> AsyncIterator[Sample]:
    """Yield the sample; afterwards the neighbour is unharmed and the sample still works."""
    attacked, neighbour = pair
    yield attacked
    started = time.monotonic()
    assert await neighbour.read_file(NEIGHBOURS_FILE) == "mine"
    jobs = await neighbour.exec(["sh", "-c", f"ps aux | grep -c '[s]leep {NEIGHBOURS_JOB}'"])
    assert jobs.stdout.strip() == "1", "the neighbour's job is gone"
    assert time.monotonic() - started < 10, "the neighbour crawls"
    counted = await attacked.run("print(6 * 7)")
    assert counted.stdout.strip() == "42", f"the sample is unusable afterwards: {counted}"
    await attacked.environment.write_file("after.txt", "still writable")
    assert await attacked.environment.read_file("after.txt") == "still writable"
