"""Planted weaknesses: what goes wrong in an answer, at which rate. Pure functions; the provider plays them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from skillbench.core.errors import InputError
from skillbench.core.schema import Case
from skillbench.core.streams import Stream
from skillbench.skills.catalogue import skill_named, slip_named
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import block_of, case_dials

MILLION = 1_000_000
NUDGE = 1.07
"""An unnamed mistake: one figure is off by 7 %, far beyond any tolerance."""

MOST_WASTE = 20

INFLATION = 1.37
"""A fabricated parameter: the page cited says something else."""


@dataclass(frozen=True)
class Weakness:
    """What is planted.

    Attributes:
        error: probability that a skill goes wrong, each skill on its own.
        tax: further probability for every skill after the first of a composed case.
        slips: whether a mistake is one of the skill's named slips; otherwise one figure is off.
        tools: whether tools are used.
        waste: pages opened in vain before each that is needed, which a purse has to pay.
        fabricate: probability that a case's answer attributes made-up parameters to its pages.
        misread: a complication's slip that is made wherever it can be, for instance ``"amendment/sheet-believed"``.

    Raises:
        InputError: a probability outside 0..1, or a switch that is neither true nor false.
    """

    error: float = 0.0
    tax: float = 0.0
    slips: bool = False
    tools: bool = True
    fabricate: float = 0.0
    waste: int = field(default=0, repr=False)  # not part of the name of its draws: it changes no mistake
    misread: str = field(default="", repr=False)  # nor this, which needs no draw

    def __post_init__(self) -> None:
        for name in ("error", "tax", "fabricate"):
            given = getattr(self, name)
            if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
                raise InputError(f"-M {name}={given}: give a probability from 0 to 1")
        for name in ("slips", "tools"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"-M {name}={getattr(self, name)}: give true or false")

        if isinstance(self.waste, bool) or not isinstance(self.waste, int) or not 0 <= self.waste <= MOST_WASTE:
            raise InputError(f"-M waste={self.waste}: give a whole number from 0 to {MOST_WASTE}")

    def opened(self, needed: Sequence[str], idle: Sequence[str]) -> list[str]:
        """Page numbers in the order they are opened: before each needed one the next few that are not."""
        spare = iter(idle)
        return [one for page in needed for one in (*islice(spare, self.waste), page)]

    def solve_rate(self, k: int) -> float:
        """The planted probability that a Skill@k case is solved: (1-error)^k (1-tax)^(k-1) (1 at k = 1 without tax)."""
        return (1 - self.error) ** k * (1 - self.tax) ** (k - 1)

    def goes_wrong(self, draw: Stream, place: int) -> bool:
        """Whether the skill at this place of a case goes wrong; draws the same number of words either way."""
        slipped = draw.integer(1, MILLION) <= self.error * MILLION
        taxed = draw.integer(1, MILLION) <= self.tax * MILLION
        return slipped or (taxed and place > 0)


def check_misread(weakness: Weakness, cases: Iterable[Case]) -> None:
    """Refuse a slip of a complication that no case of a set has: nothing would be misread.

    Raises:
        InputError: names the slips there are.
    """
    known = {name for case in cases for point in case.checkpoints for name in point.misread}
    if weakness.misread and weakness.misread not in known:
        there = f"there are: {', '.join(sorted(known))}" if known else "it has no complications (docs/complications.md)"
        raise InputError(f"-M misread={weakness.misread}: no case of this set can be misread so; {there}")


def findings_with(weakness: Weakness, case: Case, truth: Mapping[str, str], draw: Stream) -> dict[str, Findings]:
    """Findings of an agent with this weakness: its own mistakes, carried on through its own upstream values."""
    found: dict[str, Findings] = {}
    for place, tag in enumerate(case.skills):
        skill = skill_named(tag)
        dials = case_dials(case, tag, found)
        wrong = weakness.goes_wrong(draw, place)
        slip = draw.choice(sorted(case.checkpoint(tag).slips))
        victim = draw.choice(case.entities)
        named = slip_named(tag, slip) if wrong and weakness.slips else None
        misread = weakness.misread if weakness.misread in case.checkpoint(tag).misread else ""
        answer = skill.solve(block_of(case, tag, truth, found, misread), dials, slip=named)
        if wrong and not weakness.slips:
            off = max(answer.values.values()) * (NUDGE - 1)
            answer = Findings({**answer.values, victim: answer.values[victim] + off}, answer.flagged)
        found[tag] = answer
    return found


def fabricated(weakness: Weakness, answer: dict[str, Any], draw: Stream) -> dict[str, Any]:
    """The answer, with made-up parameters attributed to real pages at the planted rate: one alone might be a slip."""
    if draw.integer(1, MILLION) > weakness.fabricate * MILLION:
        return answer
    for section in answer["measures"].values():
        parameters = section["basis"]["parameters"]
        for name, value in parameters.items():
            if isinstance(value, int | float) and value:
                parameters[name] = round(value * INFLATION + 0.5, 3)
    return answer
