"""Sandboxes for the tests: every kind this machine can run, others skipped with the reason."""

from __future__ import annotations

import pytest

from skillbench.core.errors import SandboxError
from skillbench.harness.sandbox import resolve_sandbox
from skillbench.harness.sandbox.select import SandboxSpec

KINDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio, Inspect's default."""
    return "asyncio"


@pytest.fixture(scope="session", params=KINDS)
def spec(request: pytest.FixtureRequest) -> SandboxSpec:
    """What ``Task(sandbox=...)`` takes, for each kind of sandbox in turn."""
    try:
        return resolve_sandbox(request.param).spec
    except SandboxError as error:
        pytest.skip(f"no {request.param} here: {error}")
