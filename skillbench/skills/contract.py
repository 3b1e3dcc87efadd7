"""What a skill is: one class, five duties, all pure functions of their arguments (DESIGN section 4)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream

Param = int | float | str


@dataclass(frozen=True)
class Block:
    """The records of one skill in one case.

    Attributes:
        files: file name to text, exactly as an agent meets it; the solver reads nothing else.
        params: the rule parameters in force, by the name under which the handbook prints them.
    """

    files: Mapping[str, str]
    params: Mapping[str, Param]


@dataclass(frozen=True)
class Dials:
    """What upstream work may set.

    Attributes:
        quantities: for each quantity the skill reads, a positive number per entity in play.
        exceptions: codes of the entities under the skill's exception clause.
    """

    quantities: Mapping[Quantity, Mapping[str, float]]
    exceptions: frozenset[str] = frozenset()

    @property
    def entities(self) -> tuple[str, ...]:
        """Codes of the entities in play, sorted."""
        return tuple(sorted(next(iter(self.quantities.values()))))


@dataclass(frozen=True)
class Findings:
    """What a solver hands over.

    Attributes:
        values: the measure for every entity in play: finite, never negative, not all zero. A set or an
            argmax would hide most upstream errors; a number per entity hides none.
        flagged: entities that carry the skill's signal.
    """

    values: Mapping[str, float]
    flagged: frozenset[str]


@dataclass
class Margins:
    """Collects how far every decision stood from its threshold, so that a case can be refused as unstable.

    Attributes:
        smallest: the smallest relative distance seen, 1.0 when nothing was compared.
    """

    smallest: float = 1.0
    where: str = ""

    def above(self, name: str, value: float, threshold: float) -> bool:
        """Whether ``value > threshold``, noting the relative distance under ``name``."""
        distance = abs(value - threshold) / max(abs(threshold), abs(value), 1e-12)
        if distance < self.smallest:
            self.smallest, self.where = distance, name
        return value > threshold


@dataclass(frozen=True)
class Measure:
    """The number a skill reports per entity.

    Attributes:
        key: name of the deliverable's field, in snake case.
        title: how the house calls it; the handbook page carries it too.
        unit: unit as a template over the domain's words (``"{{ currency }}"``).
        digits: decimals to report. A checkpoint allows the larger of one unit of the last decimal and
            0.1 % of the value.
        meaning: one sentence that says what the number is good for, not how it is computed.
    """

    key: str
    title: str
    unit: str
    digits: int
    meaning: str


@dataclass(frozen=True)
class Drive:
    """Why a measure moves a quantity of later work.

    Attributes:
        raises: True when a higher measure means more of the quantity.
        reason: one sentence over the domain's words, printed on the hand-over page.
    """

    raises: bool
    reason: str


class Skill(ABC):
    """One skill: fabricate records, state the rules, solve, and know the usual mistakes.

    A subclass is the only class of its file ``skillbench/skills/<family>/<skill>.py``; the folder walk
    finds it, the docstring becomes its catalogue page. Rules, reasons and units are jinja2 templates over
    :meth:`skillbench.core.quantities.Words.namespace`.

    Attributes:
        tag: the skill's name in the taxonomy.
        measure: the number reported per entity.
        signal: what a flagged entity has in common, as one sentence.
        exception: what changes for an entity under exception, as one sentence.
        reads: per quantity read, what it does here, as one sentence.
        drives: per quantity driven, direction and reason.
        rules: page title to text. Together they fix every choice: definitions, inclusive bounds,
            tie-breaks, ddof, calendar. Every parameter is mentioned by its name in backticks.
        slips: name of a usual mistake to one sentence describing it.
    """

    tag: ClassVar[str]
    measure: ClassVar[Measure]
    signal: ClassVar[str]
    exception: ClassVar[str]
    reads: ClassVar[Mapping[Quantity, str]]
    drives: ClassVar[Mapping[Quantity, Drive]]
    rules: ClassVar[Mapping[str, str]]
    slips: ClassVar[Mapping[str, str]]

    @abstractmethod
    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Realistic records for every entity of the roster and its decoys, shuffled, hazards included.

        Args:
            stream: the only source of randomness.
            roster: entities in play and decoys.
            level: 1 to 3, the density of records and hazards.
        """

    @abstractmethod
    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """One set of rule parameters; sister sites and withdrawn revisions get draws of their own."""

    @abstractmethod
    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """The reference solution, total over well-typed dials.

        Args:
            block: the records and the parameters in force.
            dials: what upstream work set.
            slip: name of one of :attr:`slips` to make that mistake and no other.
            margins: collects the distance of every decision from its threshold.
        """
