"""A task of fifty samples that each leave a daemon and a file behind, in four ways of ending.

Run by test_leftovers.py through ``inspect eval``; ``ending`` is normal, error or hang.
"""

from __future__ import annotations

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import sandbox

from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment

SAMPLES = 50
__all__ = ["BubblewrapSandboxEnvironment", "fifty"]


@solver
def litter(ending: str, mark: str, ready: str) -> Solver:
    """Leave a daemon and a file in the sandbox, then end as told."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        daemon = f"echo {mark} > /tmp/{mark}; setsid sh -c 'trap \"\" TERM HUP; sleep {mark}' >/dev/null 2>&1 &"
        await sandbox().exec(["sh", "-c", daemon], timeout=60)
        with Path(ready).open("a", encoding="utf-8") as file:  # noqa: ASYNC230  a line
            file.write(f"{state.sample_id}\n")
        if ending == "error":
            raise RuntimeError("as told")
        if ending == "hang":
            await sandbox().exec(["sleep", mark])
        return state

    return solve


@task
def fifty(ending: str, mark: int, ready: str) -> Task:
    """Fifty samples in bubblewrap."""
    samples = [Sample(input="litter", id=number) for number in range(1, SAMPLES + 1)]
    return Task(dataset=samples, solver=litter(ending, str(mark), ready), sandbox="bubblewrap", fail_on_error=False)
