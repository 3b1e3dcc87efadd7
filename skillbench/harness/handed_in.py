"""Programs that an agent hands in: run once, in its sandbox and after its last word, and recorded with the sample.

Judging reads the record, so that whoever judges a log again needs no sandbox. Nothing of it runs in our process.
"""

from __future__ import annotations

from inspect_ai.solver import TaskState
from inspect_ai.util import SandboxEnvironment, Store, sandbox
from pydantic import TypeAdapter, ValidationError

from skillbench.core.jobs import MOST_PRINTED, Job, Run
from skillbench.core.schema import Case
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.answer import read_answer

STORED_RUNS = "skillbench:runs"
"""Key of the sample's store under which runs are recorded."""

FOLDER = "handed_in"
"""Folder of the jobs below the sandbox's working directory."""

SHOWN = 300
"""Characters of a fault that are kept."""

_RUNS = TypeAdapter(tuple[Run, ...])


async def run_handed_in(case: Case, state: TaskState) -> None:
    """Run what the answer's jobs lack a record of, where the sample has a sandbox; total over any answer."""
    jobs = jobs_of(case, state.output.completion)
    held = {run.id: run for run in recorded(state.store)}
    missing = [job for job in jobs if job.id not in held]
    if not missing or (box := _sandbox()) is None:
        return
    held |= {job.id: await _run(box, job) for job in missing}
    state.store.set(STORED_RUNS, [held[job.id].model_dump(mode="json") for job in jobs])


def jobs_of(case: Case, answer_text: str) -> list[Job]:
    """What of an answer is run in the sandbox; total over any text."""
    product = product_of(case)
    return product.jobs(product.read(read_answer(answer_text).document or {})) if product else []


def recorded(store: Store) -> tuple[Run, ...]:
    """The runs that a sample's store records; none where it holds anything else."""
    return read_runs(store.get(STORED_RUNS))  # a default would be written into the store


def read_runs(raw: object) -> tuple[Run, ...]:
    """Runs from JSON; none where it is anything else."""
    try:
        return _RUNS.validate_python(raw)
    except ValidationError:
        return ()


def _sandbox() -> SandboxEnvironment | None:
    try:
        return sandbox()
    except (ProcessLookupError, ValueError):  # Inspect's ways of saying that there is none
        return None


async def _run(box: SandboxEnvironment, job: Job) -> Run:
    """One job in a folder of its own; whatever goes wrong there is the hand-in's own fault, told in the record."""
    home = f"{FOLDER}/{job.id}"
    try:
        for path, text in job.files.items():
            await box.write_file(f"{home}/{path}", text)
        done = await box.exec(list(job.command), cwd=home, timeout=job.seconds, timeout_retry=False)
    except TimeoutError:
        return Run(id=job.id, exit=124, printed="", fault=f"it ran for more than {job.seconds} s")
    except Exception as error:  # noqa: BLE001  an error would take the sample out of the mean: a gain for who provokes it
        return Run(id=job.id, exit=125, printed="", fault=f"{type(error).__name__}: {error}"[:SHOWN])
    return Run(id=job.id, exit=done.returncode, printed=done.stdout[:MOST_PRINTED], fault=done.stderr[-SHOWN:])
