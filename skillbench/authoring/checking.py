"""The gates on one completion outside a run: for a person who writes a task, and for tests."""

from __future__ import annotations

import asyncio

from inspect_ai.model import Model

from skillbench.authoring.draft import Draft, Exam
from skillbench.authoring.gates import PARSES, examine
from skillbench.authoring.means import Means
from skillbench.authoring.plan import PlanRow
from skillbench.authoring.reading import UnreadableError, read_draft
from skillbench.core.authored import Passage
from skillbench.sandbox.outside import open_sandboxes
from skillbench.sandbox.select import SandboxSpec


def check_completion(
    row: PlanRow, completion: str, second: str, sandbox: SandboxSpec, judge: Model | None = None
) -> list[Passage]:
    """What every gate says of a completion and a second solution.

    Args:
        row: what was asked for.
        completion: the author's text.
        second: the second author's text.
        sandbox: where the programs run.
        judge: a model that looks for needs; None leaves that to the quotes.
    """
    try:
        exam = Exam(row, read_draft(completion))
    except UnreadableError as error:
        return [Passage(gate=PARSES, passed=False, reason="; ".join(error.defects))]

    async def solution(_: Draft) -> str:
        return second

    async def run() -> list[Passage]:
        async with open_sandboxes(sandbox) as (environment,):
            return await examine(exam, Means(solution, environment, judge, thrifty=False))

    return asyncio.run(run())
