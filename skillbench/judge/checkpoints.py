"""Was each skill applied? Every checkpoint is recomputed on the agent's own upstream figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from skillbench.core.schema import Case, Checkpoint, Coupling, Tolerance
from skillbench.judge.answer import Answer, Section
from skillbench.judge.observations import Status
from skillbench.skills.catalogue import skill_named, slip_named
from skillbench.skills.contract import Block, Dials, Findings
from skillbench.skills.dataflow import block_of, case_dials, key_findings
from skillbench.skills.revision import check_solvers

Label = Literal["right", "restored", "propagated", "local", "absent"]


@dataclass(frozen=True)
class SkillVerdict:
    """What became of one skill.

    Attributes:
        tag: the skill.
        status: applied, nominal or absent.
        correct: values and flags agree with the key.
        followed: values and flags agree with what the skill gives on the agent's own upstream figures.
        upstream_wrong: a figure it should have built on was reported wrong.
        label: ``right``; ``restored`` when right in spite of what the agent reported upstream; ``propagated``
            when wrong only because upstream was; ``local`` when wrong in itself; ``absent``.
        slip: the named mistake whose result the answer shows, ``""`` when none does.
        readable: the section gave a number for exactly the entities in play.
        values_right: how many values agree with the key, zero for a section that only guesses.
    """

    tag: str
    status: Status
    correct: bool
    followed: bool
    upstream_wrong: bool
    label: Label
    slip: str
    readable: bool
    values_right: int


class Examination:
    """One answer held against one case: reads sections once, solves each skill on demand.

    Args:
        case: the case.
        records: its record files.
        answer: what was submitted.

    Raises:
        TaskSetError: the case was frozen with other solvers than the installed ones.
    """

    def __init__(self, case: Case, records: Mapping[str, str], answer: Answer) -> None:
        check_solvers((case,), case.id, case.provenance.get("generator", "an unknown release"))
        self.case = case
        self.sections = {point.tag: answer.sections.get(point.key, Section()) for point in case.checkpoints}
        entities = tuple(case.entities)
        self.reported = {tag: found for tag, section in self.sections.items() if (found := section.findings(entities))}
        self.keys = key_findings(case)
        self._upstream = {**self.keys, **self.reported}
        self._blocks: dict[str, Block] = {tag: block_of(case, tag, records) for tag in case.skills}

    def skills(self) -> tuple[SkillVerdict, ...]:
        """A verdict per skill, in chain order."""
        return tuple(self._skill(point) for point in self.case.checkpoints)

    def handoffs(self, verdicts: tuple[SkillVerdict, ...]) -> dict[str, bool]:
        """Per declared hand-over: the receiving skill is applied and could not read so without it."""
        by_tag = {verdict.tag: verdict for verdict in verdicts}
        return {coupling.id: self._handed_over(coupling, by_tag[coupling.dst]) for coupling in self.case.couplings}

    def _skill(self, point: Checkpoint) -> SkillVerdict:
        tag, section = point.tag, self.sections[point.tag]
        found = self.reported.get(tag)
        wrong = self._upstream_wrong(tag)
        right = _values_right(point, self.keys[tag], section)
        if found is None:
            return SkillVerdict(
                tag=tag,
                status=Status.NOMINAL if section.values else Status.ABSENT,
                correct=False,
                followed=False,
                upstream_wrong=wrong,
                label="local" if section.values else "absent",
                slip="",
                readable=False,
                values_right=right,
            )
        correct = agree(point.tolerance, self.keys[tag], found)
        # Right figures built on right figures need no recomputation; a gate has proved that rounding changes nothing.
        followed, slip = correct, ""
        if wrong or not correct:
            dials = case_dials(self.case, tag, self._upstream)
            expected = skill_named(tag).solve(self._blocks[tag], dials)
            followed = agree(point.tolerance, expected, found)
            slip = "" if correct or followed else self._slip(point, dials, expected, found)
        return SkillVerdict(
            tag=tag,
            status=Status.APPLIED if correct or followed else Status.NOMINAL,
            correct=correct,
            followed=followed,
            upstream_wrong=wrong,
            label=_label(correct=correct, followed=followed),
            slip=slip,
            readable=True,
            values_right=right,
        )

    def _upstream_wrong(self, tag: str) -> bool:
        sources = {coupling.src for coupling in self.case.couplings if coupling.dst == tag}
        return any(
            src in self.reported and not agree(self.case.checkpoint(src).tolerance, self.keys[src], self.reported[src])
            for src in sources
        )

    def _slip(self, point: Checkpoint, dials: Dials, expected: Findings, found: Findings) -> str:
        """The slip whose result the answer shows: within tolerance, and closer than the right answer."""
        best, least = "", _distance(point, expected, found)
        for name in point.slips:
            wrong = skill_named(point.tag).solve(self._blocks[point.tag], dials, slip=slip_named(point.tag, name))
            far = _distance(point, wrong, found)
            if far < least and all(
                point.tolerance.covers(wrong.values[code], value) for code, value in found.values.items()
            ):
                best, least = name, far
        return best

    def _handed_over(self, coupling: Coupling, dst: SkillVerdict) -> bool:
        if dst.status is not Status.APPLIED or coupling.src not in self.reported:
            return False
        if dst.correct:
            # A case is frozen only if dropping any coupling moves the key by five tolerances (gate 3).
            return True
        point, skill = self.case.checkpoint(coupling.dst), skill_named(coupling.dst)
        dials = case_dials(self.case, coupling.dst, self._upstream, without=coupling)
        return not agree(point.tolerance, skill.solve(self._blocks[coupling.dst], dials), self.reported[coupling.dst])


def agree(tolerance: Tolerance, expected: Findings, reported: Findings) -> bool:
    """Whether every value is within a checkpoint's frozen tolerance and the flags are the same."""
    return expected.flagged == reported.flagged and all(
        tolerance.covers(value, reported.values[code]) for code, value in expected.values.items()
    )


def engaged(right: Mapping[str, float], key: Mapping[str, float]) -> bool:
    """Whether values that agree with a key show work: a constant hits one value, so two different ones are asked."""
    asked = min(2, len({value for value in key.values() if value}))
    return len({value for code, value in key.items() if value and code in right}) >= max(asked, 1)


def _values_right(point: Checkpoint, key: Findings, section: Section) -> int:
    right = {
        code: section.values[code]
        for code, value in key.values.items()
        if code in section.values and point.tolerance.covers(value, section.values[code])
    }
    return len(right) if engaged(right, key.values) else 0


def _distance(point: Checkpoint, expected: Findings, found: Findings) -> float:
    """Mean distance in tolerances; a differing flag counts as one tolerance."""
    far = sum(abs(found.values[code] - value) / point.tolerance.at(value) for code, value in expected.values.items())
    return (far + len(expected.flagged ^ found.flagged)) / len(expected.values)


def _label(*, correct: bool, followed: bool) -> Label:
    if correct:
        return "right" if followed else "restored"
    return "propagated" if followed else "local"
