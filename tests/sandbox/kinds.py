"""The kinds of sandbox that tests run on, each skipped with the reason where this machine has none."""

from __future__ import annotations

import pytest

from skillbench.core.errors import SandboxError
from skillbench.sandbox import ResolvedSandbox, resolve_sandbox

KINDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]


def resolved_or_skipped(kind: str) -> ResolvedSandbox:
    """The sandbox of this kind, made ready; the test is skipped, and says why, where there is none."""
    try:
        return resolve_sandbox(kind)
    except SandboxError as error:
        pytest.skip(f"no {kind} here: {error}")
