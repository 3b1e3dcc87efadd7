"""The audit: a deterministic, free judge. Code fills every observation and the rubric's arithmetic follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from skillbench.core.schema import Case, Page, Settlement
from skillbench.judge.answer import Answer, read_answer
from skillbench.judge.basis import Fact, Handbook, facts_of, false_computing
from skillbench.judge.checkpoints import Examination, SkillVerdict, engaged
from skillbench.judge.figures import effective_calls
from skillbench.judge.observations import Status
from skillbench.judge.profile import Rules, load_rules
from skillbench.judge.score import Evidence, Scored, score
from skillbench.judge.technical import technical_checks
from skillbench.judge.transcript import Transcript

LARGEST_METADATA = 1_000
"""JSON characters; Inspect drops longer top-level values from its summaries."""


@dataclass(frozen=True)
class Verdict:
    """Everything the audit found about one answer.

    Attributes:
        scored: score, score without bonus, ledger and band.
        evidence: what the score was made from.
        skills: per skill, in chain order.
        facts: per rule parameter and page.
        amounts_right: how many amounts of the allocation agree with the key.
        allocation_right: all of them do; True for a twin, which has none.
        tool_calls: ids of the calls whose results reappear in passing parts.
        defects: what could not be read, each a sentence.
    """

    scored: Scored
    evidence: Evidence
    skills: tuple[SkillVerdict, ...]
    facts: tuple[Fact, ...]
    amounts_right: int
    allocation_right: bool
    tool_calls: tuple[str, ...]
    defects: tuple[str, ...]

    @property
    def score(self) -> Decimal:
        """0 to 10."""
        return self.scored.score

    @property
    def solve(self) -> bool:
        """Every checkpoint and the allocation agree with the key."""
        return self.allocation_right and all(skill.correct for skill in self.skills)

    @property
    def coverage(self) -> float:
        """Share of the skills that were applied; comparable over k."""
        return sum(skill.status is Status.APPLIED for skill in self.skills) / len(self.skills)

    @property
    def follow_through(self) -> float | None:
        """Of the skills whose upstream was reported wrong, the share that used it as reported; None without any."""
        burdened = [skill.followed for skill in self.skills if skill.upstream_wrong]
        return sum(burdened) / len(burdened) if burdened else None

    @property
    def slips(self) -> dict[str, str]:
        """Named mistakes by skill."""
        return {skill.tag: skill.slip for skill in self.skills if skill.slip}

    def as_metadata(self) -> dict[str, object]:
        """Flat and small: each value stays below :data:`LARGEST_METADATA` characters of JSON."""
        points: dict[str, Decimal] = {}
        for entry in self.scored.ledger:
            points[entry.rule] = points.get(entry.rule, Decimal(0)) + entry.points
        made = sum(self.evidence.handoffs.values())
        return {
            "score": float(self.score),
            "without_bonus": float(self.scored.without_bonus),
            "band": self.scored.band,
            "solve": self.solve,
            "coverage": self.coverage,
            "follow_through": self.follow_through,
            "status": {skill.tag: str(skill.status) for skill in self.skills},
            "correct": {skill.tag: skill.correct for skill in self.skills},
            "labels": {skill.tag: skill.label for skill in self.skills},
            "slips": self.slips,
            "allocation_right": self.allocation_right,
            "handoffs_made": made,
            "handoffs_declared": len(self.evidence.handoffs),
            "facts": dict(Counter(fact.use for fact in self.facts)),
            "right": self.evidence.right,
            "asked": self.evidence.asked,
            "failed_checks": [name for name, passed in self.evidence.checks.items() if not passed],
            "effective_tool": self.evidence.tool,
            "generic": self.evidence.generic,
            "vague": self.evidence.vague,
            "hallucinations": _shortened(self.evidence.hallucinations),
            "defects": _shortened(self.defects),
            "ledger": {rule: float(value) for rule, value in points.items()},
        }


def audit(
    case: Case,
    records: Mapping[str, str],
    pages: Sequence[Page],
    answer_text: str,
    transcript: Transcript,
    rules: Rules | None = None,
) -> Verdict:
    """Judge an answer without a model; total over any answer and transcript.

    Args:
        case: the case, key included.
        records: its record files, by sandbox name.
        pages: its handbook.
        answer_text: what was submitted.
        transcript: the session, for tool use and claims about it.
        rules: the rubric; the paper's by default.
    """
    rules = rules or load_rules()
    answer = read_answer(answer_text)
    examination = Examination(case, records, answer)
    skills = examination.skills()
    amounts = _amounts_right(case.settlement, answer)
    working = {skill.tag: skill.values_right > 0 or skill.status is Status.APPLIED for skill in skills}
    facts = facts_of(case, examination.sections, working, Handbook(pages))
    right, asked = _fidelity(case, skills, facts, amounts)
    allocation_right = case.settlement is None or (
        amounts == len(case.entities) and set(answer.allocation or {}) == set(case.entities)
    )
    tools = effective_calls(transcript, _passing(examination, skills, answer, allocation_right=allocation_right))
    idle = not any(working.values()) and not amounts
    evidence = Evidence(
        skills={skill.tag: skill.status for skill in skills},
        handoffs=examination.handoffs(skills),
        right=right,
        asked=asked,
        checks=technical_checks(case, answer),
        tool=bool(tools),
        generic=idle or not any(section.values for section in examination.sections.values()),
        vague=all(skill.status is not Status.APPLIED for skill in skills),
        hallucinations=_hallucinations(examination, facts, transcript),
    )
    return Verdict(
        scored=score(evidence, rules),
        evidence=evidence,
        skills=skills,
        facts=facts,
        amounts_right=amounts,
        allocation_right=allocation_right,
        tool_calls=tuple(tools),
        defects=answer.defects,
    )


def _amounts_right(settlement: Settlement | None, answer: Answer) -> int:
    if settlement is None or answer.allocation is None:
        return 0
    right = {
        code: answer.allocation[code]
        for code, amount in settlement.amounts.items()
        if code in answer.allocation and settlement.tolerance.covers(amount, answer.allocation[code])
    }
    return len(right) if engaged(right, settlement.amounts) else 0


def _fidelity(case: Case, skills: Sequence[SkillVerdict], facts: Sequence[Fact], amounts: int) -> tuple[int, int]:
    """Facts used, values, flag lists and amounts right, and how many there are to get right."""
    entities = len(case.entities)
    right = sum(fact.use == "used" for fact in facts) + amounts
    right += sum(skill.values_right + skill.correct for skill in skills)
    asked = len(facts) + (entities + 1) * case.k + (entities if case.settlement else 0)
    return right, asked


def _passing(
    examination: Examination, skills: Sequence[SkillVerdict], answer: Answer, *, allocation_right: bool
) -> dict[int, list[float]]:
    """Reported figures of the passing parts, by their decimals."""
    figures: dict[int, list[float]] = {}
    for skill, point in zip(skills, examination.case.checkpoints, strict=True):
        if skill.status is Status.APPLIED:
            figures.setdefault(point.digits, []).extend(examination.sections[skill.tag].values.values())
    settlement = examination.case.settlement
    if settlement and allocation_right and answer.allocation:
        figures.setdefault(settlement.digits, []).extend(answer.allocation.values())
    return figures


def _hallucinations(examination: Examination, facts: Sequence[Fact], transcript: Transcript) -> tuple[str, ...]:
    claims = false_computing(examination.sections, transcript)
    found = [f"{tag}: said to be computed with code, but no code ran" for tag in claims]
    found += [f"{fact.tag}: {fact.name} is not on the page cited" for fact in facts if fact.use == "altered"]
    return tuple(found)


def _shortened(sentences: Sequence[str]) -> list[str]:
    """As many sentences as fit a summary, each cut to a line, and how many more there are."""
    kept = [sentence[:100] for sentence in sentences[:6]]
    return [*kept, f"and {len(sentences) - len(kept)} more"] if len(sentences) > len(kept) else kept
