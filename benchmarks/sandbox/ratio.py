"""How much lighter bubblewrap is than Docker: start, commands, files and fifty samples, as ratios of medians.

Run with a Docker engine at hand::

    eval "$(scripts/docker_engine.sh start STATE_DIR)"; python benchmarks/sandbox/ratio.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable

import anyio
from inspect_ai.util import SandboxEnvironment
from inspect_ai.util._sandbox.registry import registry_find_sandboxenv

from skillbench.sandbox import resolve_sandbox
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment  # noqa: F401  registers it
from skillbench.sandbox.outside import open_sandboxes
from skillbench.sandbox.select import SandboxSpec

STARTS = 9
CALLS = 15
SAMPLES = 50
AT_ONCE = {"docker": 4, "bubblewrap": SAMPLES}  # Docker's own default on two processors
ALLOWED = {"start": 15.0, "python": 5.0}

Timed = Callable[[SandboxEnvironment], Awaitable[object]]

CALLED: dict[str, Timed] = {
    "true": lambda sandbox: sandbox.exec(["true"], timeout=30),
    "python": lambda sandbox: sandbox.exec(["python3", "-c", "print(1)"], timeout=30),
    "write": lambda sandbox: sandbox.write_file("note.txt", "text"),
    "read": lambda sandbox: sandbox.read_file("note.txt"),
}


async def _starts(spec: SandboxSpec) -> float:
    """Median milliseconds from nothing to a sandbox that has taken its first place."""
    kind, config = (spec, None) if isinstance(spec, str) else spec  # type: ignore[misc]
    provider = registry_find_sandboxenv(kind)
    await provider.task_init("ratio", config)
    taken = []
    for _ in range(STARTS):
        began = time.perf_counter()
        environments = await provider.sample_init("ratio", config, {})
        taken.append(time.perf_counter() - began)
        await provider.sample_cleanup("ratio", config, environments, interrupted=False)
    await provider.task_cleanup("ratio", config, cleanup=True)
    return statistics.median(taken) * 1000


async def _calls(spec: SandboxSpec) -> dict[str, float]:
    """Median milliseconds of each kind of call in one sandbox."""
    medians = {}
    async with open_sandboxes(spec) as (sandbox,):
        for name, call in CALLED.items():
            await call(sandbox)
            taken = []
            for _ in range(CALLS):
                began = time.perf_counter()
                await call(sandbox)
                taken.append(time.perf_counter() - began)
            medians[name] = statistics.median(taken) * 1000
    return medians


async def _fifty(spec: SandboxSpec) -> float:
    """Milliseconds for fifty samples of one Python call each, as many at once as the provider takes."""
    kind, config = (spec, None) if isinstance(spec, str) else spec  # type: ignore[misc]
    provider = registry_find_sandboxenv(kind)
    await provider.task_init("ratio", config)
    limiter = anyio.CapacityLimiter(AT_ONCE[kind])

    async def one() -> None:
        async with limiter:
            environments = await provider.sample_init("ratio", config, {})
            await CALLED["python"](environments["default"])
            await provider.sample_cleanup("ratio", config, environments, interrupted=False)

    began = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(SAMPLES):
            tasks.start_soon(one)
    taken = time.perf_counter() - began
    await provider.task_cleanup("ratio", config, cleanup=True)
    return taken * 1000


async def main() -> None:
    """Print the table; fail where a ratio falls short of what is promised."""
    table: dict[str, dict[str, float]] = {}
    for kind in ("bubblewrap", "docker"):
        spec = resolve_sandbox(kind).spec
        table[kind] = {"start": await _starts(spec), **await _calls(spec), "50 samples": await _fifty(spec)}
    print(f"{'median, ms':<12}{'bubblewrap':>12}{'docker':>12}{'ratio':>8}")
    for name, light in table["bubblewrap"].items():
        heavy = table["docker"][name]
        print(f"{name:<12}{light:>12.1f}{heavy:>12.1f}{heavy / light:>8.1f}")
    short = [name for name, least in ALLOWED.items() if table["docker"][name] < least * table["bubblewrap"][name]]
    if short:
        raise SystemExit(f"less than promised ({ALLOWED}): {', '.join(short)}")


anyio.run(main)
