"""What a skill is: one class, five duties, all pure functions of their arguments (DESIGN section 4)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from skillbench.core.findings import Findings, Unsettled
from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World

__all__ = [
    "Block",
    "Dials",
    "Drive",
    "Fact",
    "Findings",
    "Margins",
    "Measure",
    "Param",
    "Sheet",
    "Skill",
    "Terms",
    "Unsettled",
]

Param = int | float | str


@dataclass(frozen=True)
class Sheet:
    """One sheet of house rules: numbered clauses, each with one or several alternatives.

    Attributes:
        title: headline, without the measure's name (a search must read, not match titles).
        clauses: slot to alternative to text. A slot with one alternative is a clause that never varies, but in its
            words: ``<< one || another >>`` gives wordings that say the same. Of the others one alternative is drawn
            per chain, and the solver branches on it.
    """

    title: str
    clauses: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Terms:
    """The rules in force: parameters, and which alternative of every clause.

    Attributes:
        params: parameter name to value, as the handbook prints it.
        clauses: slot to alternative, for the slots that have several.
        scoped: terms of single entities, where an amendment's scope says so.
    """

    params: Mapping[str, Param]
    clauses: Mapping[str, str]
    scoped: Mapping[str, Terms] = field(default_factory=dict)

    def at(self, code: str) -> Terms:
        """The terms in force for one entity."""
        return self.scoped.get(code, self)

    def number(self, name: str) -> float:
        """A parameter as a number."""
        return float(self.params[name])

    def says(self, slot: str, alternative: str) -> bool:
        """Whether a clause reads like this."""
        return self.clauses[slot] == alternative


@dataclass(frozen=True)
class Block:
    """What a solver works on.

    Attributes:
        records: the skill's typed rows, the truth behind the files an agent meets.
        terms: the rules in force.
    """

    records: Any
    terms: Terms


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
class Fact:
    """One fact of the records that can be told, withheld, corrected, retracted or renamed.

    Attributes:
        table: field of the records that holds the rows.
        row: place in that table.
        field: field of the row.
        value: what it says.
        code: the entity it is about.
        day: the day it is about; None for what has no day.
        noun: what a person would call it, for instance ``"the delivery of 4 March"``.
    """

    table: str
    row: int
    field: str
    value: Any
    code: str
    day: date | None
    noun: str


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
    """One skill: records, their look, the rules, the solver, and the usual mistakes.

    A subclass is the only :class:`Skill` of its file ``skillbench/skills/<family>/<skill>.py``; the folder walk
    finds it, the docstring becomes its catalogue page. Clauses, reasons and units are jinja2 templates over
    :meth:`skillbench.core.quantities.Words.namespace`.

    Attributes:
        tag: the skill's name in the taxonomy.
        measure: the number reported per entity.
        signal: what a flagged entity has in common, as one sentence.
        exception: what changes for an entity under exception, as one sentence.
        reads: per quantity read, what it does here, as one sentence.
        drives: per quantity driven, direction and reason; a domain's reviewed causal graph comes before it.
        sheets: two sheets or more, 6 to 10 slots with alternatives in all. Together they fix every choice: definitions,
            inclusive bounds, tie-breaks, ddof, calendar. Every parameter is mentioned by its name in backticks.
        slips: usual mistakes, members of one enum, to one sentence each.
        kind: dataclass of the records.
    """

    tag: ClassVar[str]
    measure: ClassVar[Measure]
    signal: ClassVar[str]
    exception: ClassVar[str]
    reads: ClassVar[Mapping[Quantity, str]]
    drives: ClassVar[Mapping[Quantity, Drive]]
    sheets: ClassVar[tuple[Sheet, ...]]
    slips: ClassVar[Mapping[StrEnum, str]]
    kind: ClassVar[type]

    @abstractmethod
    def records(self, stream: Stream, world: World, level: int) -> Any:
        """The truth: typed rows for every entity and decoy, drawn from the world, hazards included.

        Args:
            stream: the only source of randomness.
            world: entities, base figures, calendar and people the rows must agree with.
            level: 1 to 3, the density of records and hazards.

        Returns:
            An instance of :attr:`kind`, a frozen dataclass whose fields are tuples of frozen dataclasses.
        """

    @abstractmethod
    def render(self, stream: Stream, records: Any) -> dict[str, str]:
        """The files an agent meets, by name: the rows in a real format, shuffled, with the mess real records have."""

    @abstractmethod
    def facts(self, records: Any) -> Sequence[Fact]:
        """What may be corrected in the rows; at least one fact per entity."""

    @abstractmethod
    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """One set of parameters; sister sites and withdrawn revisions get draws of their own."""

    @abstractmethod
    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """The reference solution, total over well-typed dials and any alternatives of the clauses.

        Args:
            block: the rows and the rules in force.
            dials: what upstream work set.
            slip: one of :attr:`slips` to make that mistake and no other.
            margins: collects the distance of every decision from its threshold.
        """

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """The slips that can be made under these terms; a clause may leave one without effect."""
        del terms
        return list(self.slips)

    def slots(self) -> dict[str, tuple[str, ...]]:
        """Every clause that varies, with its alternatives in order."""
        clauses = [item for sheet in self.sheets for item in sheet.clauses.items()]
        return {slot: tuple(texts) for slot, texts in clauses if len(texts) > 1}

    def draw_terms(self, stream: Stream) -> Terms:
        """One set of rules: parameters, and one alternative of every clause that varies."""
        return Terms(self.draw_params(stream), {slot: stream.choice(texts) for slot, texts in self.slots().items()})
