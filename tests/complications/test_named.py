"""Whoever misses a part of a complication is named for it, on their own upstream figures."""

from __future__ import annotations

import json

import pytest

from skillbench.core.errors import InputError
from skillbench.core.schema import Case
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet
from skillbench.harness.weakness import Weakness, check_misread, findings_with
from skillbench.judge.audit import Verdict
from skillbench.judge.gold import perfect_answer
from skillbench.verify.scored import judged

SHEET = "amendment/sheet-believed"


@pytest.fixture(scope="module")
def chain(amended_set: TaskSet) -> Case:
    """A Skill@3 case two of whose skills are amended at least."""
    return next(case for case in amended_set.cases if case.k == 3)


def played(task_set: TaskSet, case: Case, slip: str) -> Verdict:
    """The verdict on an agent who makes one slip wherever it can be made, and carries it on."""
    found = findings_with(Weakness(misread=slip), case, task_set.material(case), stream("tests", case.id))
    return judged(task_set, case, json.dumps(perfect_answer(case, found=found)))


def test_every_slip_is_named_where_it_was_made(amended_set: TaskSet, chain: Case) -> None:
    """Skills that have the slip show it by name, all others follow from what was reported; nothing is solved."""
    for slip in sorted({slip for point in chain.checkpoints for slip in point.misread}):
        verdict = played(amended_set, chain, slip)
        assert verdict.slips == {point.tag: slip for point in chain.checkpoints if slip in point.misread}
        assert not verdict.solve
        assert all(skill.followed for skill in verdict.skills if skill.tag not in verdict.slips)


def test_stating_a_circulars_parameter_is_no_fabrication(amended_set: TaskSet) -> None:
    """The sheet's own table is asked for; a circular's value stands on a page, so it is wrong there and no more."""
    changed = 0
    for case in amended_set.cases:
        answer = perfect_answer(case)
        for point in case.checkpoints:
            for one in (one for some in point.misread.values() for one in some):
                answer["measures"][point.key]["basis"]["parameters"].update(one.params)
                changed += len(one.params)
        verdict = judged(amended_set, case, json.dumps(answer))
        assert verdict.solve
        assert verdict.score > 9
    assert changed


def test_a_slip_that_no_case_has_is_refused(small_set: TaskSet, amended_set: TaskSet) -> None:
    """A set without complications says so; another name is met with those there are."""
    check_misread(Weakness(misread=SHEET), amended_set.cases)
    with pytest.raises(InputError, match="it has no complications"):
        check_misread(Weakness(misread=SHEET), small_set.cases)
    with pytest.raises(InputError, match="there are: amendment/other-house-believed"):
        check_misread(Weakness(misread="amendment/asleep"), amended_set.cases)
