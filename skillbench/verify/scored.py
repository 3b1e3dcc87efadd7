"""Gate 1: the reference answer scores full marks, and agents that do nothing useful score next to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base.contract import Harm
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.gold import perfect_answer
from skillbench.judge.technical import validates
from skillbench.judge.transcript import Transcript
from skillbench.verify.frozen import Failure

GATE = "1 scored"
MOST_FOR_NOTHING = Decimal(1)


def list_everything(case: Case) -> str:
    """A well-formed answer that flags everybody, gives everybody the same, and cites the first page."""
    measures: dict[str, Any] = {
        point.key: {
            "values": dict.fromkeys(case.entities, 1.0),
            "flagged": case.entities,
            "basis": {"page": case.needed_pages[0], "parameters": dict.fromkeys(point.params, 1)},
            "computed_with": "hand",
        }
        for point in case.checkpoints
    }
    answer: dict[str, Any] = {"measures": measures, "note": "All figures are given. All entities matter. See above."}
    if product := product_of(case):
        answer |= product.harmed(Harm.WORTHLESS)
    return json.dumps(answer)


TRIVIAL: Mapping[str, Callable[[Case], str]] = {
    "empty": lambda _: "",
    "echo": lambda case: case.prompt.partition("## Records")[0],
    "copy-the-prompt": lambda case: case.prompt,
    "list-everything": list_everything,
}


def judged(task_set: TaskSet, case: Case, answer: str) -> Verdict:
    """The audit's verdict on an answer given without any session."""
    session = Transcript((), answer, case.prompt)
    return audit(case, task_set.material(case), task_set.handbook(case), answer, session)


def check_scores(task_set: TaskSet, case: Case) -> list[Failure]:
    """Failures of gate 1 on one case."""
    failures = []
    gold = judged(task_set, case, json.dumps(perfect_answer(case)))
    whole = validates(perfect_answer(case), case.deliverable, complete=True)
    if gold.score != Decimal(10) or not gold.solve or not whole:
        failures.append(
            Failure(case.id, GATE, f"the reference answer scores {gold.score}, solve {gold.solve}, valid {whole}")
        )
    for name, answer in TRIVIAL.items():
        verdict = judged(task_set, case, answer(case))
        if verdict.solve or verdict.score > MOST_FOR_NOTHING:
            failures.append(Failure(case.id, GATE, f"the {name} agent scores {verdict.score}, solve {verdict.solve}"))
    return failures
