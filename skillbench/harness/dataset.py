"""Cases as Inspect samples; the key never becomes part of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from inspect_ai.dataset import MemoryDataset, Sample

from skillbench.core.errors import SelectionError
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.harness.purse import NO_PURSE, Allowance
from skillbench.harness.selection import Tools

Context = Literal["own", "matched"]

RECORDS = "records"
"""Folder of the record files below the sandbox's working directory ``/work``."""


def samples(
    task_set: TaskSet, cases: Sequence[Case], tools: Tools, context: Context = "own", purse: Allowance = NO_PURSE
) -> MemoryDataset:
    """One sample per case; what its tools cannot reach stands in the prompt, and what it may spend."""
    made = [_sample(task_set, case, tools, context, purse) for case in cases]
    return MemoryDataset(made, name=task_set.manifest.name)


def parse_context(given: str) -> Context:
    """``own`` or ``matched``.

    Raises:
        SelectionError: anything else.
    """
    if given == "matched":
        return "matched"
    if given == "own":
        return "own"
    raise SelectionError(
        f"context={given}: give own (a case's records) or matched (all records of its chain, whatever k)"
    )


def further_records(task_set: TaskSet, case: Case, context: Context) -> dict[str, str]:
    """The records of the chain's longest case that this case does not ask about; none unless matched.

    With them every k of a chain has the same context, so that what is left of the fall is composition.
    """
    if context == "own":
        return {}
    longest = max((other for other in task_set.cases if other.chain == case.chain), key=lambda other: other.k)
    return {name: text for name, text in task_set.records(longest).items() if name not in case.files}


def prompt_for(
    task_set: TaskSet, case: Case, tools: Tools, context: Context = "own", purse: Allowance = NO_PURSE
) -> str:
    """The brief, with whole records where there is no sandbox, handbook pages where there is no search; its purse."""
    parts = [case.prompt]
    if further := further_records(task_set, case, context):
        files = [{"name": name, "text": text} for name, text in further.items()]
        parts.append(render_prompt("agent/further_records.md.j2", files=files))
    if not tools.code and case.inline:
        parts.append(case.inline)
    if not tools.search:
        pages = {page.id: page for page in task_set.handbook(case)}
        parts.append(render_prompt("agent/inline_handbook.md.j2", pages=[pages[one] for one in case.needed_pages]))
    if (points := purse.of(case)) is not None and case.purse and str(tools) != "none":
        parts.append(render_prompt("agent/purse.md.j2", points=points, prices=case.purse.prices))
    return "\n\n".join(parts)


def _sample(task_set: TaskSet, case: Case, tools: Tools, context: Context, purse: Allowance) -> Sample:
    records = task_set.records(case) | further_records(task_set, case, context)
    files = {f"{RECORDS}/{name}": text for name, text in records.items()} if tools.code else None
    return Sample(
        id=case.id,
        input=prompt_for(task_set, case, tools, context, purse),
        files=files,
        metadata={
            "chain": case.chain,
            "kind": case.kind,
            "k": case.k,
            "group": "twin" if case.kind == "twin" else f"k{case.k}",
            "skills": case.skills,
            "domain": case.domain,
            "joint_entropy": case.sampler.joint_entropy,
            "coherence": case.sampler.coherence,
        },
    )
