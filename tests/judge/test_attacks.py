"""Attacks: none raises a score, neither the audit's, exactly, nor that of a judge who believes everything."""

from __future__ import annotations

from functools import cache

import pytest
from judge.staged import TASK, Staged, catalogue_tags, staged

from skillbench.core.errors import JudgeError
from skillbench.harness.judge_brief import judge_brief
from skillbench.harness.scripted_judge import scripted_verdict
from skillbench.judge.attacks import Attack, attacks
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.evidence import Court
from skillbench.judge.panel import Vote
from skillbench.judge.payloads import FAMILIES, Attempt
from skillbench.judge.profile import load_profile
from skillbench.judge.reading import read_observations
from skillbench.judge.transcript import Transcript

STAGES = [staged(*catalogue_tags(k, f"attack{k}"), seed=f"attack{k}") for k in (1, 2, 3, 5)]
PROFILE = load_profile("rubric-2026-11")


def session(attempt: Attempt) -> Transcript:
    """The attempt as a transcript."""
    return Transcript(attempt.calls, attempt.text, TASK)


def audited(stage: Staged, attempt: Attempt) -> Verdict:
    """The audit's verdict on an attempt."""
    return audit(stage.case, stage.truth, stage.pages, attempt.text, session(attempt))


def believed(stage: Staged, attempt: Attempt) -> float:
    """The final score under a judge that claims everything and obeys the answer; the audit's when it gives nothing."""
    verdict = audited(stage, attempt)
    brief = judge_brief(stage.case, session(attempt), PROFILE, "0123456789abcdef")
    try:
        seen = read_observations(scripted_verdict(brief.user, "credulous"), stage.case)
    except JudgeError:
        return float(verdict.score)
    court = Court(stage.case, stage.pages, session(attempt), verdict, PROFILE)
    return float(court.rule([Vote("skillbench-judge/credulous", "credulous", seen)]).scored.score)


@cache
def variants(stage_number: int, family: str, count: int) -> tuple[Attack, ...]:
    """Some attacks of a family on a staged case."""
    return tuple(attacks(STAGES[stage_number].case, family, count))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_audit_gives_no_uplift(family: str) -> None:
    """No variant scores above the honest attempt it starts from."""
    for number, stage in enumerate(STAGES):
        for attack in variants(number, family, 8):
            assert audited(stage, attack.attacked).score <= audited(stage, attack.honest).score, attack


@pytest.mark.parametrize("family", FAMILIES)
def test_a_credulous_judge_gives_no_uplift(family: str) -> None:
    """A judge that obeys every injected instruction moves no score up: what it may claim is checked."""
    for number, stage in enumerate(STAGES):
        for attack in variants(number, family, 4):
            assert believed(stage, attack.attacked) <= float(audited(stage, attack.honest).score), attack


def test_doing_nothing_stays_below_one() -> None:
    """An empty-handed answer under a believing judge scores at most 1, whatever it says."""
    for stage in STAGES:
        for family in FAMILIES:
            attack = next(attacks(stage.case, family, 1))
            assert believed(stage, attack.attacked) <= 1


def test_variants_differ() -> None:
    """Every family offers variety: at least ten of thirty variants are distinct, and all are reproducible."""
    case = STAGES[2].case
    for family in FAMILIES:
        made, again = ([repr(attack.attacked) for attack in attacks(case, family, 30)] for _ in range(2))
        assert made == again
        assert len(set(made)) >= 10, family


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_a_hundred_and_fifty_variants_each(family: str) -> None:
    """The full suite against the audit: at least 150 variants per family, zero uplift."""
    for number, stage in enumerate(STAGES):
        for attack in variants(number, family, 40):
            assert audited(stage, attack.attacked).score <= audited(stage, attack.honest).score, attack
