"""Inspect's own provider conformance suite on every kind of sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from inspect_ai.util import SandboxEnvironment
from inspect_ai.util._sandbox.self_check import *  # noqa: F403  the suite is made to be taken whole

from skillbench.sandbox.outside import open_sandboxes
from skillbench.sandbox.select import SandboxSpec

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def shared(spec: SandboxSpec) -> AsyncIterator[SandboxEnvironment]:
    """Yield one sandbox that all checks use in turn, as an agent's calls do."""
    async with open_sandboxes(spec) as (environment,):
        yield environment


@pytest.fixture
def sandbox_env(shared: SandboxEnvironment, request: pytest.FixtureRequest) -> SandboxEnvironment:
    """Hand the sandbox over, with the one check that must fail marked."""
    if request.node.originalname == "test_exec_as_user":
        request.node.add_marker(pytest.mark.xfail(reason="one user by design", strict=True))
    return shared


for _name in ("test_exec_timeout_kills_process", "test_exec_timeout_kills_child_processes"):
    pytest.mark.slow(globals()[_name])  # seven seconds each; test_exec_timeout stays among the fast tests
