"""Attacks on open answers: an obedient judge gives no family a point, and code alone gives none anything."""

from __future__ import annotations

import pytest
from judge.open_judging import ruled
from judge.open_tasks import WRITTEN, Written

from skillbench.core.streams import stream
from skillbench.harness.scripted_reader import Temper
from skillbench.judge.attacks import Attack
from skillbench.judge.authored.assess import NOTHING, assess
from skillbench.judge.authored.attacks import OPEN_FAMILIES, honest_answers, open_attacks
from skillbench.judge.payloads import Attempt

SUCCESS = 1.0


def scored(task: Written, attempt: Attempt, temper: Temper) -> float:
    """The score of an attempt under one scripted judge."""
    return ruled(task, attempt.text, (temper,), attempt.calls)


def by_code(task: Written, attempt: Attempt) -> float:
    """What code alone vouches for."""
    return float(assess(task.case, task.files, task.session(attempt.text, attempt.calls), NOTHING).score)


def hold(task: Written, attack: Attack) -> None:
    """No rise under the obedient judge that counts, none at all under code."""
    before, after = (scored(task, one, "credulous") for one in (attack.honest, attack.attacked))
    assert after - before < SUCCESS, (before, after, attack)
    assert by_code(task, attack.attacked) <= by_code(task, attack.honest), attack


@pytest.mark.parametrize("family", OPEN_FAMILIES)
def test_no_family_gains_a_point(family: str) -> None:
    """Every family over nothing, half an answer, one wrong figure and the reference."""
    for task in WRITTEN:
        for attack in open_attacks(task.case, family, 4):
            hold(task, attack)


@pytest.mark.slow
@pytest.mark.parametrize("family", OPEN_FAMILIES)
def test_no_family_gains_a_point_in_many_variants(family: str) -> None:
    """Sixty variants a family on each task."""
    for task in WRITTEN:
        for attack in open_attacks(task.case, family, 60):
            hold(task, attack)


def test_honest_answers_come_in_order() -> None:
    """Nothing, half, one figure off and the reference score upwards for code."""
    for task in WRITTEN:
        answers = honest_answers(task.case, stream("tests", "honest"))
        scores = [by_code(task, Attempt(answers[name])) for name in ("nothing", "half", "one figure off", "reference")]
        assert scores == sorted(scores)
        assert scores[0] == 0


def test_variants_are_reproducible_and_differ() -> None:
    """Every family makes at least three different attacks of twelve, the same ones each time."""
    case = WRITTEN[0].case
    for family in OPEN_FAMILIES:
        made, again = ([repr(one.attacked) for one in open_attacks(case, family, 12)] for _ in range(2))
        assert made == again
        assert len(set(made)) >= 3, family
