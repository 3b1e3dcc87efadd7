"""The scoring function: verified evidence in, points out; the rules of the paper's figure 7 in Decimal.

Nothing here reads an answer and no judge reaches this arithmetic except through :class:`Evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from skillbench.judge.observations import Status
from skillbench.judge.profile import Rules

ZERO = Decimal(0)


@dataclass(frozen=True)
class Share:
    """How much of something is right: points of so many; a near miss is half a point."""

    right: Decimal
    asked: int


@dataclass(frozen=True)
class Evidence:
    """What was verified about one answer.

    Attributes:
        skills: status of every required skill, by tag.
        handoffs: per declared hand-over, whether it was verified.
        parts: facts, values, flags and the decision: how much of each is right, those that apply to the case.
        checks: technical checks, by name, those that apply to the case.
        tool: an effective tool use was verified.
        generic: no requested structure, or no datum of the task used.
        vague: nothing was carried out.
        grounded: a page or parameter of the task was used.
        hallucinations: verified fabrications, each a sentence.
    """

    skills: Mapping[str, Status]
    handoffs: Mapping[str, bool]
    parts: Mapping[str, Share]
    checks: Mapping[str, bool]
    tool: bool
    generic: bool
    vague: bool
    grounded: bool = True
    hallucinations: tuple[str, ...] = ()

    @property
    def right(self) -> Decimal:
        """Facts, values, flags and amounts that are right, near ones as a half."""
        return sum((share.right for share in self.parts.values()), ZERO)

    @property
    def asked(self) -> int:
        """How many there are."""
        return sum(share.asked for share in self.parts.values())

    def with_more(self, part: str, points: Decimal) -> Evidence:
        """The same with so many more points right in one part."""
        share = self.parts[part]
        return replace(self, parts={**self.parts, part: Share(share.right + points, share.asked)})


@dataclass(frozen=True)
class Entry:
    """One line of the ledger; the lines add up to the score."""

    rule: str
    points: Decimal
    reason: str


@dataclass(frozen=True)
class Scored:
    """A score and how it came about.

    Attributes:
        score: 0 to 10.
        without_bonus: the same without the tool bonus.
        ledger: every point, line by line; sums to ``score``.
        band: label of the gradient; ``Failure`` whenever a hallucination was verified.
    """

    score: Decimal
    without_bonus: Decimal
    ledger: tuple[Entry, ...]
    band: str


def score(evidence: Evidence, rules: Rules) -> Scored:
    """Points for the evidence: three weighted pillars, bonus, penalties, and the ceiling last."""
    full, weights = rules.full_marks, rules.pillars
    statuses = list(evidence.skills.values())
    absent, applied = statuses.count(Status.ABSENT), statuses.count(Status.APPLIED)
    made, declared = sum(evidence.handoffs.values()), len(evidence.handoffs)
    # Pillar 1: isolated work is capped at 8, the rest is earned by hand-overs; a twin has none to make.
    woven = rules.isolated + (full - rules.isolated) * (Decimal(made) / declared if declared else 1)
    # Deducting alone would leave 8 - k for doing nothing, hence the zero rule.
    synthesis = max(ZERO, woven - rules.missing_skill * absent) if applied else ZERO
    # Pillar 2: the task's own figures; text without them is low quality however it reads.
    fidelity = full * _fidelity(evidence, rules)
    fidelity = min(fidelity, rules.generic_fidelity) if evidence.generic or not evidence.grounded else fidelity
    # Pillar 3: deliverable as asked.
    held = {name: rules.checks[name] for name in evidence.checks}
    passed = sum((weight for name, weight in held.items() if evidence.checks[name]), ZERO)
    precision = full * passed / sum(held.values(), ZERO) if held else ZERO

    lines = [
        Entry("synthesis", weights.synthesis * synthesis, f"{applied} of {len(statuses)} skills, {made} of {declared}"),
        Entry(
            "fidelity",
            weights.fidelity * fidelity,
            f"{evidence.right.normalize():f} of {evidence.asked} facts and values right",
        ),
        Entry("precision", weights.precision * precision, f"failed: {_failed(evidence) or 'none'}"),
    ]
    # Rule 3, once.  Rule 4: a skill not actively applied, named or not.
    if evidence.generic:
        lines.append(Entry("generic", -rules.generic_penalty, "no datum of the task in a requested structure"))
    idle = [(tag, status) for tag, status in evidence.skills.items() if status is not Status.APPLIED]
    lines += [Entry("omission", -rules.omission_penalty, f"{tag}: {status}") for tag, status in idle]
    without_bonus = _settled(lines, evidence, rules)
    # Rule 2: before the ceiling, so that it lifts no fabricated or generic answer.
    if evidence.tool:
        lines.append(Entry("tool", rules.tool_bonus, "a tool result reappears in a passing part"))
    final = _settled(lines, evidence, rules)
    total = final[-1].points
    band = "Failure" if evidence.hallucinations else next(b for b, least in rules.bands.items() if total >= least)
    return Scored(total, without_bonus[-1].points, tuple(final[:-1]), band)


def _fidelity(evidence: Evidence, rules: Rules) -> Decimal:
    """Share right, the parts weighted; a part that the case does not have leaves its weight to the others."""
    held = {part: share for part, share in evidence.parts.items() if share.asked}
    earned = sum((rules.fidelity[part] * share.right / share.asked for part, share in held.items()), ZERO)
    return earned / sum(rules.fidelity[part] for part in held) if held else ZERO


def _settled(lines: list[Entry], evidence: Evidence, rules: Rules) -> list[Entry]:
    """The lines with ceiling and floor as lines of their own, and the total behind them."""
    raw = sum((line.points for line in lines), ZERO)
    # Rule 1 stands "regardless of other strengths": the ceiling is applied last.
    if evidence.hallucinations:
        ceiling, why = rules.hallucination_ceiling, "verified hallucination"
    elif evidence.generic or evidence.vague:
        ceiling, why = rules.generic_ceiling, "generic or vague"
    else:
        ceiling, why = rules.full_marks, "full marks"
    total = max(ZERO, min(raw, ceiling))
    out = list(lines)
    if total < raw:
        out.append(Entry("ceiling", total - raw, f"{why}: at most {ceiling}"))
    if total > raw:
        out.append(Entry("floor", total - raw, "no score is below 0"))
    return [*out, Entry("total", total, "")]


def _failed(evidence: Evidence) -> str:
    return ", ".join(name for name, passed in evidence.checks.items() if not passed)
