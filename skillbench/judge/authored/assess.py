"""From an answer and what was read in it to evidence, and by the scoring function to a score.

One function serves three purposes: the audit (code alone, what it cannot decide left out), a panel's verdict (with what
its judges read and code verified), and the floor (what code cannot decide counted as not met), which stands in where no
judge gave a verdict, so that silencing a judge is never a gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from skillbench.core.authored import Authored, Criterion, Handover
from skillbench.core.errors import InputError
from skillbench.core.schema import Case
from skillbench.judge.authored.criteria import form, is_limit, so
from skillbench.judge.authored.grounds import Grounds
from skillbench.judge.authored.held_figures import Held, hold
from skillbench.judge.authored.prose import read_prose
from skillbench.judge.authored.readings import handover_ids
from skillbench.judge.numbers import effective_calls
from skillbench.judge.observations import Status
from skillbench.judge.profile import Rules, load_rules
from skillbench.judge.score import ZERO, Evidence, Scored, Share, score
from skillbench.judge.transcript import Transcript

RULES = "steps-figure-7-authored"
"""The rubric's numbers with the parts and checks of answers to authored tasks."""


FIGURE_WEIGHT = 3
"""What a figure weighs beside a skill's criteria where none of them is about it: the middle of 1 to 5."""


@dataclass(frozen=True)
class Read:
    """What of a panel's reports stands.

    Attributes:
        met: ids of reader criteria whose statement is so.
        handed: ids of hand-overs shown in the answer.
        made_up: inventions that judges of two families found, each a sentence.
        vague: most judges find the answer vague and quote words for it.
    """

    met: frozenset[str] = frozenset()
    handed: frozenset[str] = frozenset()
    made_up: tuple[str, ...] = ()
    vague: bool = False


NOTHING = Read()
"""No statement so, no hand-over shown: the ground of the floor."""


@dataclass(frozen=True)
class SkillFound:
    """How far one skill was applied: status, and ``right``, ``local`` (something of it is not) or ``absent``."""

    tag: str
    status: Status
    label: str
    slip: None = None


@dataclass(frozen=True)
class Assessment:
    """Everything found about one answer.

    Attributes:
        scored: score, score without bonus, ledger and band.
        evidence: what the score was made from.
        skills: those that could be decided, in the task's order.
        figures: every figure held against the checker's value.
        criteria: whether each decided criterion's statement is so, by id.
        decided: share of the criteria's weight that code decides alone.
        tool_calls: ids of the calls whose results reappear in right figures.
        defects: what could not be read, each a sentence.
    """

    scored: Scored
    evidence: Evidence
    skills: tuple[SkillFound, ...]
    figures: tuple[Held, ...]
    criteria: Mapping[str, bool]
    decided: float
    tool_calls: tuple[str, ...]
    defects: tuple[str, ...]

    @property
    def score(self) -> Decimal:
        """0 to 10."""
        return self.scored.score

    @property
    def solve(self) -> bool:
        """Every figure that the task's data determine is right; code's alone, whoever reads the rest."""
        return all(one.verdict == "right" for one in self.figures)

    @property
    def coverage(self) -> float:
        """Share of the decided skills that were applied."""
        applied = sum(skill.status is Status.APPLIED for skill in self.skills)
        return applied / len(self.skills) if self.skills else 0.0

    @property
    def slips(self) -> dict[str, str]:
        """Named mistakes; authored tasks declare none."""
        return {}

    def as_metadata(self) -> dict[str, object]:
        """Flat and small, as the log viewer and the board take it."""
        points: dict[str, Decimal] = {}
        for entry in self.scored.ledger:
            points[entry.rule] = points.get(entry.rule, Decimal(0)) + entry.points
        asked = Counter(one.figure.skill for one in self.figures)
        right = Counter(one.figure.skill for one in self.figures if one.verdict == "right")
        return {
            "score": float(self.score),
            "without_bonus": float(self.scored.without_bonus),
            "band": self.scored.band,
            "solve": self.solve,
            "coverage": self.coverage,
            "decided": round(self.decided, 4),
            "status": {skill.tag: str(skill.status) for skill in self.skills},
            "correct": {tag: right[tag] == asked[tag] for tag in asked},
            "labels": {skill.tag: skill.label for skill in self.skills},
            "slips": {},
            "handoffs_made": sum(self.evidence.handoffs.values()),
            "handoffs_declared": len(self.evidence.handoffs),
            "figures": dict(Counter(one.verdict for one in self.figures)),
            "not_right": [one.figure.name for one in self.figures if one.verdict != "right"][:12],
            "criteria": {name: "met" if met else "not met" for name, met in self.criteria.items()},
            "parts": {part: round(float(share.right) / share.asked, 4) for part, share in self.evidence.parts.items()},
            "failed_checks": [name for name, passed in self.evidence.checks.items() if not passed],
            "effective_tool": self.evidence.tool,
            "generic": self.evidence.generic,
            "vague": self.evidence.vague,
            "hallucinations": _cut(self.evidence.hallucinations),
            "defects": _cut(self.defects),
            "ledger": {rule: float(value) for rule, value in points.items()},
        }


def part_of(case: Case) -> Authored:
    """The authored part of a case.

    Raises:
        InputError: it is a keyed case.
    """
    if case.authored is None:
        raise InputError(f"case {case.id} is a {case.kind} case of the keyed track; the audit judges it by its key")
    return case.authored


def share_by_code(task: Authored) -> float:
    """Share of the criteria's weight that code decides alone."""
    weight = sum(criterion.weight for criterion in task.criteria)
    return sum(criterion.weight for criterion in task.criteria if criterion.decided_by == "code") / weight


def assess(
    case: Case, records: Mapping[str, str], transcript: Transcript, read: Read | None = None, rules: Rules | None = None
) -> Assessment:
    """Judge an answer to an authored task; total over any answer and transcript.

    Should the judging itself fail on an answer, it scores 0 with the reason, as on the keyed track.

    Args:
        case: the case, its authored part included.
        records: its files by name.
        transcript: the session, the answer among it.
        read: what judges read and code verified; None leaves out what code cannot decide.
        rules: the rubric; the paper's by default.

    Raises:
        InputError: the case is keyed or has not been through its gates, or the rules are at fault.
    """
    rules = rules or load_rules(RULES)
    try:
        return _assess(case, records, transcript, read, rules)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, the sample must keep its place in the mean
        blank = _assess(case, records, Transcript((), "", ""), NOTHING, rules)
        return replace(blank, defects=(f"the audit failed: {type(error).__name__}: {str(error)[:200]}",))


def _assess(
    case: Case, records: Mapping[str, str], transcript: Transcript, read: Read | None, rules: Rules
) -> Assessment:
    task, answer = part_of(case), read_prose(transcript.answer_text)
    held = hold(task.figures, answer.figures)
    by_name = {one.figure.name: one for one in held}
    verdicts = {
        one.id: so(one, answer, by_name) if one.decided_by == "code" else one.id in (read or NOTHING).met
        for one in task.criteria
        if one.decided_by == "code" or read is not None
    }
    decided = [criterion for criterion in task.criteria if criterion.id in verdicts]
    skills = _skills(case, decided, verdicts, held)
    statuses = {skill.tag: skill.status for skill in skills}
    grounds = Grounds(case, records, transcript)
    tools = tuple(effective_calls(transcript, _right_figures(held)))
    generic = not any(one.credit for one in held) and grounds.generic(answer)
    applied = [status for status in statuses.values() if status is Status.APPLIED]
    evidence = Evidence(
        skills=statuses,
        handoffs=_handoffs(task, decided, verdicts, statuses, read),
        parts=_parts(decided, verdicts, held, rules),
        checks=form(task, answer, held),
        tool=bool(tools) and 2 * sum(one.verdict == "right" for one in held) >= len(held),
        generic=generic,
        vague=not applied or (read is not None and read.vague and 2 * len(applied) < len(statuses)),
        grounded=not generic,
        hallucinations=(*grounds.made_up(answer), *(read.made_up if read else ())),
    )
    return Assessment(
        scored=score(evidence, rules),
        evidence=evidence,
        skills=skills,
        figures=held,
        criteria=verdicts,
        decided=share_by_code(task),
        tool_calls=tools,
        defects=answer.defects,
    )


def _earned(criteria: Iterable[Criterion], verdicts: Mapping[str, bool]) -> tuple[int, int]:
    """Weight met less weight broken, and weight asked; a limit that is kept earns nothing and is not asked."""
    earned = asked = 0
    for criterion in criteria:
        held = verdicts[criterion.id] != criterion.must_not
        if is_limit(criterion):
            earned -= 0 if held else criterion.weight
        else:
            asked += criterion.weight
            earned += criterion.weight if held else 0
    return max(0, earned), asked


def _skills(
    case: Case, decided: Sequence[Criterion], verdicts: Mapping[str, bool], held: Sequence[Held]
) -> tuple[SkillFound, ...]:
    """Every skill that has a figure or a decided criterion: its own, or where it has none, those it shares.

    Applied is a skill of whose weight, criteria and figures together, half holds.
    """
    found = []
    for tag in case.skills:
        figures = [one for one in held if one.figure.skill == tag]
        own = [criterion for criterion in decided if criterion.of == [tag]]
        if not figures and not any(not is_limit(criterion) for criterion in own):
            own = [criterion for criterion in decided if tag in criterion.of]
        named = {criterion.target for criterion in own if criterion.check == "figure"}
        free = [one for one in figures if one.figure.name not in named]  # a criterion's weight is its figure's too
        met, weight = _earned(own, verdicts)
        earned = met + FIGURE_WEIGHT * sum((one.credit for one in free), ZERO)
        asked = weight + FIGURE_WEIGHT * len(free)
        if not asked:
            continue
        work = earned or any(one.credit for one in figures)
        status = Status.APPLIED if earned and 2 * earned >= asked else Status.NOMINAL if work else Status.ABSENT
        label = "absent" if status is Status.ABSENT else "right" if earned == asked else "local"
        found.append(SkillFound(tag, status, label))
    return tuple(found)


def _handoffs(
    task: Authored,
    decided: Sequence[Criterion],
    verdicts: Mapping[str, bool],
    statuses: Mapping[str, Status],
    read: Read | None,
) -> dict[str, bool]:
    """Every hand-over that can be decided: made where the receiver is applied, the giver shows work, and it shows.

    Code's criteria of the pair decide first, then a judge's quote; without a judge, the two skills' own work.
    """
    found = {}
    for name, handover in zip(handover_ids(task), task.handovers, strict=True):
        if handover.src not in statuses or handover.dst not in statuses:
            continue
        carried = statuses[handover.dst] is Status.APPLIED and statuses[handover.src] is not Status.ABSENT
        pair = [one for one in decided if one.decided_by == "code" and _joins(one, handover)]
        earned, asked = _earned(pair, verdicts)
        shown = 2 * earned >= asked if asked else read is None or name in read.handed
        found[f"{name}: {handover.src} -> {handover.dst}"] = carried and shown
    return found


def _joins(criterion: Criterion, handover: Handover) -> bool:
    return set(criterion.of) == {handover.src, handover.dst} and not is_limit(criterion)


def _parts(
    decided: Sequence[Criterion], verdicts: Mapping[str, bool], held: Sequence[Held], rules: Rules
) -> dict[str, Share]:
    """Figures, and the weight of criteria."""
    earned, asked = _earned(decided, verdicts)
    parts = {
        "figures": Share(sum((one.credit for one in held), ZERO), len(held)),
        "criteria": Share(Decimal(earned), asked),
    }
    return {part: share for part, share in parts.items() if share.asked and part in rules.fidelity}


def _right_figures(held: Sequence[Held]) -> dict[int, list[float]]:
    """Right numbers by the decimals they are reported with."""
    found: dict[int, list[float]] = {}
    for one in held:
        if one.verdict == "right" and isinstance(one.reported, float):
            places = max(0, -int(Decimal(repr(one.reported)).normalize().as_tuple().exponent))
            found.setdefault(min(places, 12), []).append(one.reported)
    return found


def _cut(sentences: Sequence[str]) -> list[str]:
    """As many sentences as fit a summary, each cut to a line, and how many more there are."""
    kept = [sentence[:100].encode("utf-8", "replace").decode() for sentence in sentences[:6]]
    return [*kept, f"and {len(sentences) - len(kept)} more"] if len(sentences) > len(kept) else kept
