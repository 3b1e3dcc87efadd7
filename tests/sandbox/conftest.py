"""Each kind of sandbox in turn."""

from __future__ import annotations

import pytest
from sandbox.kinds import KINDS, resolved_or_skipped

from skillbench.sandbox.select import SandboxSpec


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio, Inspect's default."""
    return "asyncio"


@pytest.fixture(scope="session", params=KINDS)
def spec(request: pytest.FixtureRequest) -> SandboxSpec:
    """What ``Task(sandbox=...)`` takes."""
    return resolved_or_skipped(request.param).spec
