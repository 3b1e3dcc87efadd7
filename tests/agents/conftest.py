"""A sandbox for the agents that run code."""

from __future__ import annotations

import pytest

from skillbench.core.errors import SandboxError
from skillbench.sandbox import resolve_sandbox


@pytest.fixture(scope="session")
def sandbox() -> str:
    """Name the kind of sandbox this machine has; skip, with the reason, where there is none."""
    try:
        return str(resolve_sandbox("auto").facts["type"])
    except SandboxError as error:
        pytest.skip(f"no sandbox here: {error}")
