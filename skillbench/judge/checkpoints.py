"""Was each skill applied? Every checkpoint is recomputed on the agent's own upstream figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from skillbench.core.closeness import Closeness, agree, closeness, distances
from skillbench.core.schema import Case, Checkpoint, Coupling
from skillbench.judge.answer import Answer, Section
from skillbench.judge.observations import Status
from skillbench.judge.opening import check_arithmetic
from skillbench.skills.catalogue import skill_named, slip_named
from skillbench.skills.contract import Block, Findings
from skillbench.skills.dataflow import case_dials, key_findings, sheets_of, terms_of

Label = Literal["right", "restored", "propagated", "local", "absent"]


@dataclass(frozen=True)
class SkillVerdict:
    """What became of one skill.

    Attributes:
        tag: the skill.
        status: ``applied`` when half of the values at least hold, by the key or by what follows from the
            agent's own upstream figures; ``nominal`` when the values show other work; ``absent`` when they show
            none, whatever stands there.
        correct: values and flags agree with the key.
        followed: values and flags agree with what the skill gives on the agent's own upstream figures.
        upstream_wrong: a figure it should have built on was reported wrong.
        label: ``right``; ``restored`` when right in spite of what the agent reported upstream; ``propagated``
            when wrong only because upstream was; ``local`` when wrong in itself; ``absent`` when nothing stands there.
        slip: the named mistake whose result the answer shows, or the hand-over left out; ``""`` when none does.
        to_key: the values held against the key.
        worked: the values show work: others may build on them, and stated facts led to something.
        flags_right: the flags are the key's, and the values show work.
    """

    tag: str
    status: Status
    correct: bool
    followed: bool
    upstream_wrong: bool
    label: Label
    slip: str
    to_key: Closeness
    worked: bool
    flags_right: bool


@dataclass(frozen=True)
class _Reading:
    """What a section is held against besides the key.

    Attributes:
        expected: what follows from the agent's own upstream figures; None when there is nothing to follow.
        to_own: the values held against it.
    """

    expected: Findings | None = None
    to_own: Closeness | None = None


class Examination:
    """One answer held against one case: reads sections once, solves each skill on demand.

    Args:
        case: the case.
        truth: its rows by skill tag.
        answer: what was submitted.

    Raises:
        TaskSetError: the case was frozen with other solvers than the installed ones.

    Attributes:
        sections: by tag, as handed in; an empty one where there is none.
        skills: a verdict per skill, in chain order.
    """

    def __init__(self, case: Case, truth: Mapping[str, str], answer: Answer) -> None:
        check_arithmetic((case,), case.id, case.provenance.get("generator", "an unknown release"))
        self.case = case
        self.sections = {point.tag: answer.sections.get(point.key, Section()) for point in case.checkpoints}
        entities = tuple(case.entities)
        self.reported = {tag: found for tag, section in self.sections.items() if (found := section.findings(entities))}
        self.keys = key_findings(case)
        self.sound: dict[str, Findings] = {}
        """Reported findings that others may build on: their values show work."""
        self._truth = truth
        self._blocks: dict[str, Block] = {}
        self._own: dict[str, _Reading] = {}
        self.skills = tuple(self._skill(point) for point in case.checkpoints)

    def handoffs(self) -> dict[str, bool]:
        """Per declared hand-over: the receiving skill is applied and could not read so without it."""
        by_tag = {verdict.tag: verdict for verdict in self.skills}
        return {
            coupling.id: self._handed_over(coupling, by_tag[coupling.src], by_tag[coupling.dst])
            for coupling in self.case.couplings
        }

    def explained(self) -> dict[str, Findings]:
        """Reported findings that are right, follow from the agent's own, or show a known mistake throughout."""
        return {s.tag: self.reported[s.tag] for s in self.skills if s.correct or s.followed or s.slip}

    def _skill(self, point: Checkpoint) -> SkillVerdict:
        tag, section, key = point.tag, self.sections[point.tag], self.keys[point.tag]
        found, upstream_wrong = self.reported.get(tag), self._upstream_wrong(tag)
        to_key = closeness(distances(point.tolerance, key.values, section.values), key.values)
        correct = found is not None and agree(point.tolerance, key, found)
        own = _Reading()
        # Right figures built on right figures need no recomputation; a gate has proved that rounding changes nothing.
        if upstream_wrong:
            own = self._own[tag] = self._follow(point, section)
        followed = (
            bool(found and own.expected and agree(point.tolerance, own.expected, found)) if upstream_wrong else correct
        )
        slip = self._slip(point, found) if found and not (correct or followed) else ""
        by_own = own.to_own or to_key
        worked = to_key.worked or by_own.worked or bool(slip)
        if worked and found:
            self.sound[tag] = found
        applied = to_key.mostly_held or by_own.mostly_held
        return SkillVerdict(
            tag=tag,
            status=Status.APPLIED if applied else Status.NOMINAL if worked else Status.ABSENT,
            correct=correct,
            followed=followed,
            upstream_wrong=upstream_wrong,
            label=_label(correct=correct, followed=followed) if section.values else "absent",
            slip=slip,
            to_key=to_key,
            worked=worked,
            # A list of flags alone is soon guessed.
            flags_right=worked and section.flagged == key.flagged,
        )

    def _follow(self, point: Checkpoint, section: Section) -> _Reading:
        """What follows from the agent's own upstream figures, where all of them show work.

        The key never stands in for a figure that was left out or made up: then only the key itself counts.
        """
        sources = {coupling.src for coupling in self.case.couplings if coupling.dst == point.tag}
        if not sources <= set(self.sound):
            return _Reading()
        expected = self._solved(point.tag, self.sound)
        return _Reading(
            expected, closeness(distances(point.tolerance, expected.values, section.values), expected.values)
        )

    def _solved(
        self, tag: str, upstream: Mapping[str, Findings], slip: str | None = None, *, without: Coupling | None = None
    ) -> Findings:
        if tag not in self._blocks:
            self._blocks[tag] = sheets_of(self.case, tag, self._truth)
        point = self.case.checkpoint(tag)
        misread = slip if slip in point.misread else ""
        block = replace(self._blocks[tag], terms=terms_of(point, upstream, misread or ""))
        named = slip_named(tag, slip) if slip and not misread else None
        return skill_named(tag).solve(block, case_dials(self.case, tag, upstream, without=without), slip=named)

    def _upstream_wrong(self, tag: str) -> bool:
        sources = {coupling.src for coupling in self.case.couplings if coupling.dst == tag}
        return any(
            src in self.reported and not agree(self.case.checkpoint(src).tolerance, self.keys[src], self.reported[src])
            for src in sources
        )

    def _slip(self, point: Checkpoint, found: Findings) -> str:
        """The slip whose result the answer shows: within tolerance, and closer than the right answer.

        A diagnosis, so that here the key does stand in for what was not reported.
        """
        upstream = {**self.keys, **self.sound}
        best, least = "", _distance(point, self._solved(point.tag, upstream), found)
        for name, wrong in self._mistakes(point, upstream):
            far = _distance(point, wrong, found)
            if far < least and max(distances(point.tolerance, wrong.values, found.values).values()) <= 1:
                best, least = name, far
        return best

    def _mistakes(self, point: Checkpoint, upstream: Mapping[str, Findings]) -> Iterator[tuple[str, Findings]]:
        """What each usual mistake gives: the skill's, its complications', a hand-over or what was left out ignored."""
        for name in (*point.slips, *point.misread):
            yield name, self._solved(point.tag, upstream, name)
        incoming = [coupling for coupling in self.case.couplings if coupling.dst == point.tag]
        for coupling in incoming:
            yield f"without {coupling.src}", self._solved(point.tag, upstream, without=coupling)
        if any(coupling.src not in self.sound for coupling in incoming):
            yield "without what was left out", self._solved(point.tag, self.sound)
        if len(incoming) > 1:
            yield "without any hand-over", self._solved(point.tag, {})

    def _handed_over(self, coupling: Coupling, src: SkillVerdict, dst: SkillVerdict) -> bool:
        carried = src.worked and (coupling.quantity is not None or self._flags_stand(src.tag))
        if dst.status is not Status.APPLIED or not carried:
            return False
        if dst.to_key.all_right:
            # A case is frozen only if dropping any coupling moves the key by five tolerances (gate 3).
            return True
        own, values = self._own.get(dst.tag, _Reading()), self.sections[dst.tag].values
        upstream, full = (self.sound, own.to_own) if own.to_own else (self.keys, dst.to_key)
        if not full.mostly_right:
            upstream, full = self.keys, dst.to_key
        if not full.mostly_right:
            return False
        less = self._solved(dst.tag, upstream, without=coupling)
        bare = closeness(distances(self.case.checkpoint(dst.tag).tolerance, less.values, values), less.values)
        return bare.right < full.right

    def _flags_stand(self, tag: str) -> bool:
        """Whether the flags reported are the key's or follow from the agent's own upstream figures."""
        own = self._own.get(tag, _Reading()).expected
        return self.sections[tag].flagged in {self.keys[tag].flagged, *([own.flagged] if own else [])}


def _distance(point: Checkpoint, expected: Findings, found: Findings) -> float:
    """Mean distance in tolerances; a differing flag counts as one tolerance."""
    far = sum(distances(point.tolerance, expected.values, found.values).values())
    return (far + len(expected.flagged ^ found.flagged)) / len(expected.values)


def _label(*, correct: bool, followed: bool) -> Label:
    if correct:
        return "right" if followed else "restored"
    return "propagated" if followed else "local"
