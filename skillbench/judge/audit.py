"""The audit: a deterministic, free judge. Code fills every observation and the rubric's arithmetic follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from skillbench.core.errors import InputError
from skillbench.core.schema import Case, Page
from skillbench.deliverables.base.contract import Decision, Part
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.answer import Answer, read_answer
from skillbench.judge.basis import Fact, Handbook, fabrications, facts_of, inventions
from skillbench.judge.checkpoints import Examination, SkillVerdict
from skillbench.judge.computing import false_claims
from skillbench.judge.numbers import effective_calls
from skillbench.judge.observations import Status
from skillbench.judge.profile import Rules, load_rules
from skillbench.judge.score import ZERO, Evidence, Scored, Share, score
from skillbench.judge.technical import technical_checks
from skillbench.judge.transcript import Transcript
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import by_measure

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
        decision: the product held against the key; None for a twin, which has none.
        tool_calls: ids of the calls whose results reappear in passing parts.
        defects: what could not be read, each a sentence.
    """

    scored: Scored
    evidence: Evidence
    skills: tuple[SkillVerdict, ...]
    facts: tuple[Fact, ...]
    decision: Decision | None
    tool_calls: tuple[str, ...]
    defects: tuple[str, ...]

    @property
    def score(self) -> Decimal:
        """0 to 10."""
        return self.scored.score

    @property
    def decision_right(self) -> bool:
        """Every part of the product agrees with the key; True for a twin."""
        return self.decision is None or self.decision.right

    @property
    def solve(self) -> bool:
        """Every checkpoint and the product agree with the key."""
        return self.decision_right and all(skill.correct for skill in self.skills)

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
            "decision_right": self.decision_right,
            "handoffs_made": made,
            "handoffs_declared": len(self.evidence.handoffs),
            "facts": dict(Counter(fact.use for fact in self.facts)),
            "right": float(self.evidence.right),
            "asked": self.evidence.asked,
            "parts": {part: round(float(share.right) / share.asked, 4) for part, share in self.evidence.parts.items()},
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
    material: Mapping[str, str],
    pages: Sequence[Page],
    answer_text: str,
    transcript: Transcript,
    rules: Rules | None = None,
) -> Verdict:
    """Judge an answer without a model; total over any answer and transcript.

    Should the audit itself fail on one, the answer scores 0 with the reason: an error would take the sample out of
    the mean, which is a gain for whoever provokes it.

    Args:
        case: the case, key included.
        material: its records by file name and the truth behind them by skill tag; see
            :meth:`skillbench.core.taskset.TaskSet.material`.
        pages: its handbook.
        answer_text: what was submitted.
        transcript: the session, for tool use and claims about it.
        rules: the rubric; the paper's by default.

    Raises:
        InputError: the task set or the rules are at fault, never the answer.
    """
    rules = rules or load_rules()
    try:
        return _audit(case, material, pages, answer_text, transcript, rules)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, the sample must keep its place in the mean
        blank = _audit(case, material, pages, "", Transcript((), "", ""), rules)
        return replace(blank, defects=(f"the audit failed: {type(error).__name__}: {str(error)[:200]}",))


def _audit(
    case: Case,
    material: Mapping[str, str],
    pages: Sequence[Page],
    answer_text: str,
    transcript: Transcript,
    rules: Rules,
) -> Verdict:
    answer = read_answer(answer_text)
    examination = Examination(case, material, answer)
    skills, product = examination.skills, product_of(case)
    part = product.read(answer.document or {}) if product else Part()
    part = replace(part, runs=transcript.runs)
    decision = product.compare(part, _own(case, examination)) if product else None
    book = Handbook(pages, [case.prompt, transcript.task_text, *material.values()])
    facts = facts_of(case, examination.sections, {skill.tag: skill.worked for skill in skills}, book)
    checks = technical_checks(case, answer, skills, decision)
    tools = effective_calls(transcript, _passing(examination, skills, decision))
    evidence = Evidence(
        skills={skill.tag: skill.status for skill in skills},
        handoffs=examination.handoffs(),
        parts=_parts(case, skills, facts, decision),
        checks=checks,
        # A session whose results reach no decision of its own was no effective one.
        tool=bool(tools) and checks.get("decision", True),
        generic=not any(skill.worked for skill in skills) and not (decision and decision.worked),
        vague=all(skill.status is not Status.APPLIED for skill in skills),
        grounded=any(fact.use == "used" for fact in facts),
        hallucinations=_hallucinations(examination, answer, decision, facts, book, transcript),
    )
    return Verdict(
        scored=score(evidence, rules),
        evidence=evidence,
        skills=skills,
        facts=facts,
        decision=decision,
        tool_calls=tuple(tools),
        defects=(*answer.defects, *part.defects),
    )


def _own(case: Case, examination: Examination) -> dict[str, Findings] | None:
    """The agent's own findings by measure; None where one of them is missing or comes from nowhere."""
    explained = examination.explained()
    return by_measure(explained) if set(explained) == set(case.skills) else None


def _parts(
    case: Case, skills: Sequence[SkillVerdict], facts: Sequence[Fact], decision: Decision | None
) -> dict[str, Share]:
    """Facts used, values, flags and amounts right, and how many there are to get right."""
    parts = {
        "values": Share(sum((skill.to_key.credit for skill in skills), ZERO), len(case.entities) * case.k),
        "flags": Share(Decimal(sum(skill.flags_right for skill in skills)), case.k),
        "facts": Share(Decimal(sum(fact.use == "used" for fact in facts)), len(facts)),
    }
    return parts | ({"decision": Share(decision.to_key.credit, decision.to_key.asked)} if decision else {})


def _passing(
    examination: Examination, skills: Sequence[SkillVerdict], decision: Decision | None
) -> dict[int, list[float]]:
    """Reported figures of the passing parts, by their decimals."""
    figures: dict[int, list[float]] = {}
    for skill, point in zip(skills, examination.case.checkpoints, strict=True):
        if skill.status is Status.APPLIED:
            figures.setdefault(point.digits, []).extend(examination.sections[skill.tag].values.values())
    if decision and decision.right:
        for digits, reported in decision.figures.items():
            figures.setdefault(digits, []).extend(reported)
    return figures


def _hallucinations(
    examination: Examination,
    answer: Answer,
    decision: Decision | None,
    facts: Sequence[Fact],
    book: Handbook,
    transcript: Transcript,
) -> tuple[str, ...]:
    case, asked = examination.case, {point.key for point in examination.case.checkpoints}
    strangers = {key: section for key, section in answer.sections.items() if key not in asked}
    reported = {digits: list(values) for digits, values in decision.figures.items()} if decision else {}
    for point in case.checkpoints:
        reported.setdefault(point.digits, []).extend(examination.sections[point.tag].values.values())
    claims = false_claims(answer.sections, transcript, reported)
    found = [f"{key[:40]}: said to be computed with code, but no code ran" for key in claims]
    return (*found, *fabrications(inventions(case, examination.sections, strangers, answer.note, book), facts))


def _shortened(sentences: Sequence[str]) -> list[str]:
    """As many sentences as fit a summary, each cut to a line, and how many more there are."""
    # A lone surrogate, which JSON may spell, would break the log it is written to.
    kept = [sentence[:100].encode("utf-8", "replace").decode() for sentence in sentences[:6]]
    return [*kept, f"and {len(sentences) - len(kept)} more"] if len(sentences) > len(kept) else kept
