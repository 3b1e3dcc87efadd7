"""A case is determined by what an agent can read: its brief, its files and the pages in force."""

from __future__ import annotations

import json

from whole_case import answered

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.skills.catalogue import skill_named
from skillbench.verify.scored import judged


def right(case: Case) -> dict[str, dict[str, str]]:
    """The clauses in force."""
    return {point.tag: dict(point.clauses) for point in case.checkpoints}


def test_second_solvers_strung_together_solve_every_case(small_set: TaskSet) -> None:
    """Hand-over pages, register and settlement page fix the dataflow: no coupling is read, and every case is solved."""
    for case in small_set.cases:
        answer = answered(case, small_set.records(case), small_set.handbook(case), right(case))
        verdict = judged(small_set, case, json.dumps(answer))
        assert verdict.solve, (case.id, verdict.defects)


def test_circulars_read_as_text_solve_every_amended_case(amended_set: TaskSet) -> None:
    """Scope, day, repeal and wording of circulars fix the terms: no amendment is read, and every case is solved."""
    for case in amended_set.cases:
        answer = answered(case, amended_set.records(case), amended_set.handbook(case), right(case))
        verdict = judged(amended_set, case, json.dumps(answer))
        assert verdict.solve, (case.id, verdict.defects)


def test_another_alternative_everywhere_solves_nothing(small_set: TaskSet) -> None:
    """The same program with the next alternative in every slot meets no checkpoint, so it is the clauses that count."""
    for case in small_set.cases:
        slots = {point.tag: skill_named(point.tag).slots() for point in case.checkpoints}
        other = {
            tag: {slot: texts[(texts.index(held[slot]) + 1) % len(texts)] for slot, texts in slots[tag].items()}
            for tag, held in right(case).items()
        }
        answer = answered(case, small_set.records(case), small_set.handbook(case), other)
        verdict = judged(small_set, case, json.dumps(answer))
        assert not any(skill.correct for skill in verdict.skills), case.id
