"""What a complication is: one class that takes the truth and gives what the agent meets (DESIGN section 5).

A complication sees no skill and no composer: what it needs of them is handed in as a :class:`Ground`. The truth stays
determined, because whatever it prints is accompanied by the rule under which it is read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.schema import Amendment
from skillbench.core.streams import Stream
from skillbench.core.world import World

Value = int | float | str

WRITTEN = date(2026, 9, 1)
"""The day of every brief: what stands on it counts."""

MOST_PAGES = 8
"""Pages that a complication may write about one skill."""


@dataclass(frozen=True)
class Clause:
    """One clause of a skill's sheets that could read otherwise.

    Attributes:
        slot: its name in the skill.
        number: its number on the sheet.
        sheet: title of the sheet.
        held: the alternative that the sheet states.
        texts: alternative to text, in the domain's words.
    """

    slot: str
    number: int
    sheet: str
    held: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Rules:
    """The rules of one skill as its sheets state them.

    Attributes:
        tag: the skill.
        title: its measure's title.
        clauses: those that vary.
        params: the parameters printed.
        table: title of the sheet with the table of parameters.
        redrawn: draws other parameters, as another house might have.
    """

    tag: str
    title: str
    clauses: tuple[Clause, ...]
    params: Mapping[str, Value]
    table: str
    redrawn: Callable[[Stream], Mapping[str, Value]]


@dataclass(frozen=True)
class Signal:
    """An upstream measure whose flags are looked up: its skill's tag, its title, the entities it flags."""

    tag: str
    title: str
    flagged: frozenset[str]


@dataclass(frozen=True)
class Ground:
    """What a complication finds where it acts: one placed skill, its world, and two questions it may ask.

    Attributes:
        world: the chain's world.
        rules: the skill's rules.
        reads: quantities of the register that the skill reads; a twin's register holds revised ones.
        signals: upstream measures that hand something to the skill.
        sisters: associated organisations, whose pages stand in the same handbook.
        pages: numbers for new pages.
        bites: whether going by the second amendments in place of the first moves the measure by more than five
            tolerances.
        parts: whether amendments can be applied entity by entity: everybody gets what they would get if their terms
            were everybody's, so that no reader can take them in two ways.
    """

    world: World
    rules: Rules
    reads: frozenset[Quantity]
    signals: tuple[Signal, ...]
    sisters: Sequence[str]
    pages: Sequence[str]
    bites: Callable[[Sequence[Amendment], Sequence[Amendment]], bool]
    parts: Callable[[Sequence[Amendment]], bool]


@dataclass(frozen=True)
class Notice:
    """A page that a complication writes.

    Attributes:
        id: its number.
        owner: organisation it applies to.
        issued: its date.
        body: text below the header.
        params: table of parameters it changes.
        needed: whether a solver who does not meet it would go wrong.
    """

    id: str
    owner: str
    issued: date
    body: str
    params: Mapping[str, Value] = field(default_factory=dict)
    needed: bool = False


@dataclass(frozen=True)
class Effect:
    """What became of one skill.

    Attributes:
        amendments: the terms that are in force beside the sheets', in order of effect.
        misread: per slip, the terms somebody goes by who makes it.
        notices: the pages that say so, and those that only look as if they did.
    """

    amendments: tuple[Amendment, ...]
    misread: Mapping[StrEnum, tuple[Amendment, ...]]
    notices: tuple[Notice, ...]


class Complication(ABC):
    """One complication; the only one of its file, whose docstring is its section of ``docs/complications.md``.

    Attributes:
        name: what ``skillbench build --complication NAME=LEVEL`` calls it.
        meets: what the agent meets, one sentence.
        levels: what each level holds, one sentence each.
        slips: what somebody does who misses a part of it, one sentence each.
        missed: the slip of somebody who does not notice it at all.
        cross_cutting: whether it must change the checkpoints of two skills at least.
        guide: title of the page that says how it is read.
        lead: what the page on scope says of it, before the guide's number.
    """

    name: ClassVar[str]
    meets: ClassVar[str]
    levels: ClassVar[tuple[str, str, str]]
    slips: ClassVar[Mapping[StrEnum, str]]
    missed: ClassVar[StrEnum]
    cross_cutting: ClassVar[bool]
    guide: ClassVar[str]
    lead: ClassVar[str]

    @abstractmethod
    def guide_text(self, world: World) -> str:
        """The body of the page that says how it is read: the rule that keeps the truth determined."""

    @abstractmethod
    def touches(self, stream: Stream, place: int, level: int) -> bool:
        """Whether it acts on the skill at this place of a chain, counted from 0."""

    @abstractmethod
    def act(self, stream: Stream, ground: Ground, level: int) -> Effect | None:
        """What it makes of one skill; None when nothing it drew bites, so that the composer draws again."""


def slip_of(complication: str, slip: str) -> str:
    """The name under which a case freezes a complication's slip, for instance ``"amendment/sheet-believed"``."""
    return f"{complication}/{slip}"
