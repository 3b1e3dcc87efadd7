"""Fabrication is neither evaded nor imputed: what is made up meets the ceiling, notation and slips do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pytest
from judge.forging import FORGED, HONEST, SLIPS, Edit, edited

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.transcript import Transcript


@cache
def shipped() -> TaskSet:
    """The task set of the repository."""
    return load_task_set("v0")


def composed(most: int) -> list[Case]:
    """So many composed cases, of every k and of different chains."""
    every = [case for case in shipped().cases if case.kind == "chain"]
    return every[:: max(1, len(every) // most)][:most]


def verdict_on(case: Case, edit: Edit) -> Verdict:
    """The audit of the perfect answer after an edit, no tool called."""
    text = json.dumps(edited(case, edit))
    return audit(case, shipped().material(case), shipped().handbook(case), text, Transcript((), text, case.prompt))


def evaded(case: Case) -> Iterator[str]:
    """Inventions that the audit lets pass."""
    for name, edit in FORGED.items():
        found = verdict_on(case, edit)
        if found.score > 3 or found.scored.band != "Failure" or not found.solve:
            yield f"{case.id}: {name}: {found.score}"


def imputed(case: Case) -> Iterator[str]:
    """Honest answers that lose their score, and slips that meet the ceiling."""
    for name, edit in HONEST.items():
        found = verdict_on(case, edit)
        unused = [fact for fact in found.facts if fact.use != "used"]
        # Some notations are no valid JSON numbers: the form suffers, the facts do not.
        if found.evidence.hallucinations or unused or not found.solve or found.score < 9:
            yield f"{case.id}: {name}: {found.score} {unused[:2]} {found.evidence.hallucinations[:1]}"
    for name, edit in SLIPS.items():
        found = verdict_on(case, edit)
        if found.evidence.hallucinations or not found.solve or found.score < 7:
            yield f"{case.id}: {name}: {found.score} {found.evidence.hallucinations[:2]}"


def test_nothing_made_up_passes() -> None:
    """Every invention on two cases: at most 3 points."""
    assert [fault for case in composed(2) for fault in evaded(case)] == []


def test_nothing_honest_is_sunk() -> None:
    """Every notation and slip on two cases keeps its score."""
    assert [fault for case in composed(2) for fault in imputed(case)] == []


@pytest.mark.slow
def test_both_families_on_fifty_cases() -> None:
    """Every invention, notation and slip on fifty composed cases."""
    assert [fault for case in composed(50) for fault in (*evaded(case), *imputed(case))] == []
    assert len(composed(50)) == 50


def test_the_families_are_large() -> None:
    """At least 48 inventions and 48 honest answers, more than thirty of them notations."""
    assert len(FORGED) >= 48
    assert len(HONEST) >= 30
    assert len(HONEST) + len(SLIPS) >= 48
