"""A small written task that passes every gate, and ways to spoil it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skillbench.authoring.draft import Exam
from skillbench.authoring.plan import PlanRow
from skillbench.authoring.reading import read_draft
from skillbench.harness.written import task_completion

WRITTEN = Path(__file__).parent / "authoring" / "written"
ROW = PlanRow(
    name="t01",
    k=2,
    skills=["Data Cleaning", "Project Scheduling"],
    method="sweet-spot",
    schedule="affinity",
    start="Data Cleaning",
    seed="tests",
    joint_entropy=1.5,
    coherence=1.0,
)


def completion() -> dict[str, Any]:
    """What an author gives, as plain JSON."""
    return dict(json.loads(task_completion(WRITTEN / "t01")))


def exam(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Exam:
    """The task before the gates, changed."""
    task = completion()
    change(task)
    return Exam(ROW, read_draft(json.dumps(task)))
