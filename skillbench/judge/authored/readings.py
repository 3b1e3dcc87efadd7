"""What a reader may say about an answer to an authored task: criteria, hand-overs and inventions, with quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from skillbench.core.authored import Authored, Criterion
from skillbench.judge.observations import Name, Observation, Quote, Report, Vagueness, at_most
from skillbench.judge.reading import check_complete, read_report


class CriterionSeen(Observation):
    """Whether a criterion's statement is true of the answer, with the words that show it; none where it is not."""

    id: Name
    verdict: Literal["met", "not_met"]
    quote: Quote


class HandoverSeen(Observation):
    """The words of the answer in which one skill works on another's result; none where there are none."""

    id: Name
    quote: Quote


class Invention(Observation):
    """A claim of the answer that the judge holds to be made up, and why."""

    claim_quote: Quote
    reason: Quote


class Reading(Report):
    """One judge's reading of one answer: exactly one record per criterion a reader decides, and per hand-over."""

    criteria: list[CriterionSeen]
    handovers: list[HandoverSeen]
    inventions: Annotated[list[Invention], at_most(20)]
    vague: Vagueness

    def said(self) -> dict[str, bool]:
        """Criteria met, hand-overs found, inventions and vagueness."""
        met = {one.id: one.verdict == "met" for one in self.criteria}
        handed = {one.id: bool(one.quote) for one in self.handovers}
        return met | handed | {"made up": bool(self.inventions), "vague": self.vague.flag}


def reader_criteria(task: Authored) -> list[Criterion]:
    """The criteria that a reader decides."""
    return [criterion for criterion in task.criteria if criterion.decided_by == "reader"]


def handover_ids(task: Authored) -> list[str]:
    """``h01`` and on, in the task's order."""
    return [f"h{number:02}" for number in range(1, len(task.handovers) + 1)]


def read_reading(text: str, criteria: Sequence[str], handovers: Sequence[str]) -> Reading:
    """A judge's reading with one record for every criterion and hand-over declared.

    Raises:
        JudgeError: no such report, or a record that is missing, doubled or of nothing declared.
    """
    seen = read_report(text, Reading)
    check_complete("criterion", (one.id for one in seen.criteria), criteria)
    check_complete("hand-over", (one.id for one in seen.handovers), handovers)
    return seen
