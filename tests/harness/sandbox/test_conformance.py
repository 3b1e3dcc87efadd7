"""Inspect's own provider conformance suite on every sandbox this machine can run."""

from collections.abc import AsyncIterator

import pytest
from inspect_ai.util import SandboxEnvironment
from inspect_ai.util._sandbox.self_check import *  # noqa: F403  the suite is made to be taken whole

from skillbench.harness.sandbox.bubblewrap import BubblewrapSandboxEnvironment

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio, Inspect's default."""
    return "asyncio"


@pytest.fixture
async def sandbox_env(request: pytest.FixtureRequest) -> AsyncIterator[SandboxEnvironment]:
    """Yield a fresh bubblewrap sandbox for one check."""
    if request.node.originalname == "test_exec_as_user":
        request.node.add_marker(pytest.mark.xfail(reason="one user by design", strict=True))
    environments = await BubblewrapSandboxEnvironment.sample_init("check", None, {})
    yield environments["default"]
    await BubblewrapSandboxEnvironment.sample_cleanup("check", None, environments, interrupted=False)
