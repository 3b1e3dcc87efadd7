"""Cases as Inspect samples; the key never becomes part of one."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai.dataset import MemoryDataset, Sample

from skillbench.build.templates import render_prompt
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.harness.selection import Tools

RECORDS = "records"
"""Folder of the record files below the sandbox's working directory ``/work``."""


def samples(task_set: TaskSet, cases: Sequence[Case], tools: Tools) -> MemoryDataset:
    """One sample per case; what its tools cannot reach stands in the prompt."""
    return MemoryDataset([_sample(task_set, case, tools) for case in cases], name=task_set.manifest.name)


def prompt_for(task_set: TaskSet, case: Case, tools: Tools) -> str:
    """The brief, with whole records where there is no sandbox and handbook pages where there is no search."""
    parts = [case.prompt]
    if not tools.code and case.inline:
        parts.append(case.inline)
    if not tools.search:
        pages = {page.id: page for page in task_set.handbook(case)}
        parts.append(render_prompt("agent/inline_handbook.md.j2", pages=[pages[one] for one in case.needed_pages]))
    return "\n\n".join(parts)


def _sample(task_set: TaskSet, case: Case, tools: Tools) -> Sample:
    files = {f"{RECORDS}/{name}": text for name, text in task_set.records(case).items()} if tools.code else None
    return Sample(
        id=case.id,
        input=prompt_for(task_set, case, tools),
        files=files,
        metadata={
            "chain": case.chain,
            "kind": case.kind,
            "k": case.k,
            "group": f"k{case.k}" if case.kind == "chain" else "twin",
            "skills": case.skills,
            "domain": case.domain,
            "joint_entropy": case.sampler.joint_entropy,
            "coherence": case.sampler.coherence,
        },
    )
