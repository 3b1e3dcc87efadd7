"""A sandbox outside an evaluation: for checks, measurements and a person who wants to look inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai.util import SandboxEnvironment, SandboxEnvironmentSpec
from inspect_ai.util._sandbox.registry import registry_find_sandboxenv  # Inspect has no public look-up

from skillbench.sandbox.select import SandboxSpec

_TASK = "skillbench-trial"


def _parts(spec: SandboxSpec) -> SandboxEnvironmentSpec:
    if isinstance(spec, SandboxEnvironmentSpec):
        return spec
    return SandboxEnvironmentSpec(spec) if isinstance(spec, str) else SandboxEnvironmentSpec(*spec)


@asynccontextmanager
async def open_sandboxes(spec: SandboxSpec, count: int = 1) -> AsyncIterator[list[SandboxEnvironment]]:
    """``count`` sandboxes of one task, started one after the other and ended together."""
    parts = _parts(spec)
    provider = registry_find_sandboxenv(parts.type)
    await provider.task_init(_TASK, parts.config)
    opened: list[dict[str, SandboxEnvironment]] = []
    try:
        for _ in range(count):
            # one by one, so that those before a failure are ended
            opened.append(await provider.sample_init(_TASK, parts.config, {}))  # noqa: PERF401
        yield [environments["default"] for environments in opened]
    finally:
        for environments in opened:
            await provider.sample_cleanup(_TASK, parts.config, environments, interrupted=False)
        await provider.task_cleanup(_TASK, parts.config, cleanup=True)
