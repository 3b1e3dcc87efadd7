"""The scoring function: an independent table, and the invariants of the design."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from skillbench.judge.observations import Status
from skillbench.judge.profile import load_rules
from skillbench.judge.score import Evidence, Share, score

RULES = load_rules()
CHECKS = ("parses", "validates", "rounded", "measures", "form", "decision", "note")
WEIGHTS = dict(zip(CHECKS, (2, 3, 2, 4, 2, 10, 1), strict=True))
PARTS = {"decision": 8, "values": 5, "flags": 4, "facts": 3}


def by_hand(evidence: Evidence) -> Fraction:
    """The rubric written a second time: exact fractions, no shared code, no rules file."""
    absent = sum(1 for s in evidence.skills.values() if s == "absent")
    nominal = sum(1 for s in evidence.skills.values() if s == "nominal")
    made, declared = list(evidence.handoffs.values()).count(True), len(evidence.handoffs)
    p1 = Fraction(0)
    if absent + nominal < len(evidence.skills):
        p1 = Fraction(8) + (Fraction(2 * made, declared) if declared else 2) - absent
        p1 = p1 if p1 > 0 else Fraction(0)
    held = sum(PARTS[part] for part in evidence.parts)
    p2 = sum((10 * PARTS[p] * Fraction(s.right) / s.asked / held for p, s in evidence.parts.items()), Fraction(0))
    if (evidence.generic or not evidence.grounded) and p2 > 5:
        p2 = Fraction(5)
    total = sum(WEIGHTS[name] for name in evidence.checks)
    p3 = Fraction(10 * sum(WEIGHTS[name] for name, ok in evidence.checks.items() if ok), total)
    points = (4 * p1 + 3 * p2 + 3 * p3) / 10 - absent - nominal
    points += 2 if evidence.tool else 0
    points -= 1 if evidence.generic else 0
    limit = 3 if evidence.hallucinations else 5 if evidence.generic or evidence.vague else 10
    return max(Fraction(0), min(points, Fraction(limit)))


def statuses(applied: int, nominal: int, absent: int) -> dict[str, Status]:
    """That many skills of each status."""
    every = [Status.APPLIED] * applied + [Status.NOMINAL] * nominal + [Status.ABSENT] * absent
    return {f"skill {place}": status for place, status in enumerate(every)}


def shares(**right: float) -> dict[str, Share]:
    """Parts with so many of twelve right."""
    return {part: Share(Decimal(str(points)), 12) for part, points in right.items()}


def test_equals_an_independent_table() -> None:
    """Over 100,000 states agree with the rubric written a second time in fractions, to 24 decimals."""
    skills = [statuses(k - n - a, n, a) for k in range(1, 8) for n in range(k + 1) for a in range(k + 1 - n)]
    handoffs = [dict(enumerate(made)) for made in ((), (True,), (False,), (True, False), (True, True, False))]
    checks = [dict(zip(CHECKS, made, strict=True)) for made in ((True,) * 7, (True, False) * 3 + (True,), (False,) * 7)]
    seen = 0
    for s, h, right, c, tool, generic, vague, grounded, lie in product(
        skills, handoffs, (5, 12), checks, *[(False, True)] * 4, ((), ("made up",))
    ):
        parts = shares(facts=right, values=12 - right) | (shares(decision=right) if len(s) > 1 else {})
        evidence = Evidence(s, h, parts, c, tool, generic, vague, grounded, lie)  # type: ignore[arg-type]  # keys are only counted
        assert abs(Fraction(score(evidence, RULES).score) - by_hand(evidence)) < Fraction(1, 10**24)
        seen += 1
    assert seen >= 100_000


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Any evidence that the types allow."""
    names = draw(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=16, unique=True))
    parts = draw(st.dictionaries(st.sampled_from(sorted(PARTS)), st.integers(0, 48), min_size=1))
    return Evidence(
        skills={name: draw(st.sampled_from(Status)) for name in names},
        handoffs=draw(st.dictionaries(st.text("xyz", max_size=3), st.booleans(), max_size=8)),
        parts=shares(**{part: quarters / 4 for part, quarters in parts.items()}),
        checks=draw(st.dictionaries(st.sampled_from(CHECKS), st.booleans(), min_size=1)),
        tool=draw(st.booleans()),
        generic=draw(st.booleans()),
        vague=draw(st.booleans()),
        grounded=draw(st.booleans()),
        hallucinations=draw(st.sampled_from([(), ("one",), ("one", "two")])),
    )


def points(evidence: Evidence) -> Decimal:
    """The score alone."""
    return score(evidence, RULES).score


@given(evidences())
def test_bounds_and_caps_dominate(evidence: Evidence) -> None:
    """A score lies in 0..10, below 3 with a hallucination, below 5 when generic or vague."""
    limit = 3 if evidence.hallucinations else 5 if evidence.generic or evidence.vague else 10
    assert 0 <= points(evidence) <= limit


@given(evidences())
def test_ledger_adds_up(evidence: Evidence) -> None:
    """The lines of the ledger sum to the score."""
    scored = score(evidence, RULES)
    assert abs(sum((line.points for line in scored.ledger), Decimal(0)) - scored.score) < Decimal("1e-24")


@given(evidences(), st.data())
def test_status_order(evidence: Evidence, data: st.DataObject) -> None:
    """Applied is never worth less than nominal, nominal never less than absent."""
    tag = data.draw(st.sampled_from(sorted(evidence.skills)))
    order = [
        points(replace(evidence, skills={**evidence.skills, tag: status}))
        for status in (Status.ABSENT, Status.NOMINAL, Status.APPLIED)
    ]
    assert order == sorted(order)


@given(evidences(), st.data())
def test_monotone_in_every_pillar(evidence: Evidence, data: st.DataObject) -> None:
    """One more hand-over, fact or passed check never lowers the score."""
    before = points(evidence)
    if evidence.handoffs:
        coupling = data.draw(st.sampled_from(sorted(evidence.handoffs)))
        assert points(replace(evidence, handoffs={**evidence.handoffs, coupling: True})) >= points(
            replace(evidence, handoffs={**evidence.handoffs, coupling: False})
        )
    part = data.draw(st.sampled_from(sorted(evidence.parts)))
    assert points(evidence.with_more(part, 12 - evidence.parts[part].right)) >= before
    assert points(replace(evidence, grounded=True)) >= before
    check = data.draw(st.sampled_from(sorted(evidence.checks)))
    assert points(replace(evidence, checks={**evidence.checks, check: True})) >= before


@given(evidences())
def test_adverse_findings_never_raise(evidence: Evidence) -> None:
    """Generic, vague or a hallucination never raises a score; a second hallucination changes nothing."""
    clean = replace(evidence, generic=False, vague=False, hallucinations=())
    assert points(replace(clean, generic=True)) <= points(clean)
    assert points(replace(clean, vague=True)) <= points(clean)
    assert points(replace(clean, hallucinations=("x",))) <= points(clean)
    assert points(replace(clean, hallucinations=("x", "x"))) == points(replace(clean, hallucinations=("x",)))


@given(evidences())
def test_tool_bonus_is_bounded(evidence: Evidence) -> None:
    """A tool use adds 0 to 2, nothing at the cap; the score without bonus is the score of no tool."""
    without, with_tool = replace(evidence, tool=False), replace(evidence, tool=True)
    gain = points(with_tool) - points(without)
    limit = 3 if evidence.hallucinations else 5 if evidence.generic or evidence.vague else 10
    assert 0 <= gain <= 2
    assert gain == 0 or points(without) < limit
    assert score(with_tool, RULES).without_bonus == points(without)


@given(evidences())
def test_order_is_irrelevant(evidence: Evidence) -> None:
    """Skills, hand-overs and checks may stand in any order."""
    shuffled = {name: evidence.skills[name] for name in sorted(evidence.skills, reverse=True)}
    turned = replace(
        evidence,
        skills=shuffled,
        handoffs=dict(reversed(evidence.handoffs.items())),
        checks=dict(reversed(evidence.checks.items())),
        parts=dict(reversed(evidence.parts.items())),
    )
    assert abs(points(turned) - points(evidence)) < Decimal("1e-24")


@given(evidences())
def test_exact_steps_below_the_caps(evidence: Evidence) -> None:
    """Where no cap or floor binds, applied to nominal costs exactly 1.0 and nominal to absent 0.4."""
    skills = {**evidence.skills, "first": Status.APPLIED, "second": Status.APPLIED}
    clean = replace(evidence, skills=skills, generic=False, vague=False, hallucinations=(), tool=False, handoffs={})
    one = replace(clean, skills={**skills, "second": Status.NOMINAL})
    two = replace(clean, skills={**skills, "second": Status.ABSENT})
    if points(one) > 0:
        assert points(clean) - points(one) == 1
    absent = list(skills.values()).count(Status.ABSENT)
    if points(two) > 0 and absent + 1 <= 10:
        assert points(one) - points(two) == Decimal("0.4")


def test_bands() -> None:
    """The gradient's labels: 8.5 is proficient, and a hallucination is a failure whatever the score."""
    perfect = Evidence(
        statuses(2, 0, 0), {"a": True}, shares(facts=12), {"parses": True}, tool=False, generic=False, vague=False
    )
    assert score(perfect, RULES).band == "Elite"
    assert score(replace(perfect, handoffs={"a": False, "b": False}, parts=shares(facts=0)), RULES).band == "Proficient"
    assert score(replace(perfect, hallucinations=("x",)), RULES).band == "Failure"


def test_isolated_work_is_capped() -> None:
    """All skills, no hand-over: the synthesis pillar is worth 8, so dropping a skill never lifts it."""
    isolated = Evidence(
        statuses(3, 0, 0), {"a": False}, shares(facts=12), {"parses": True}, tool=False, generic=False, vague=False
    )
    assert points(isolated) == Decimal("9.2")
    assert points(replace(isolated, skills=statuses(2, 0, 1))) == Decimal("7.8")
