"""The world of a chain: one organisation over a stated period, and every record a view of it (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from skillbench.core.quantities import Quantity, Words


@dataclass(frozen=True)
class Entity:
    """One site, ward, depot or vendor, with its identity in time.

    Attributes:
        code: the key in every record.
        name: its official name.
        colloquial: what staff call it; the official name where nobody calls it anything else.
        fate: what the register says of it today: ``active``, or what became of it.
        until: the day its fate befell it; None while it is active. It lies after the period, so records know it still.
    """

    code: str
    name: str
    colloquial: str = ""
    fate: str = "active"
    until: date | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who writes, signs or is spoken of.

    Attributes:
        name: first name and surname.
        role: what the person does.
        voice: how the person writes, in a few words.
        code: the entity the person works at; empty for the head office.
    """

    name: str
    role: str
    voice: str
    code: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened, to one entity or to all.

    Attributes:
        first: first day.
        last: last day.
        text: what happened, one sentence.
        code: the entity it befell; empty for all.
    """

    first: date
    last: date
    text: str
    code: str = ""


@dataclass(frozen=True)
class World:
    """One organisation over one period.

    Attributes:
        organisation: its name.
        words: how it speaks.
        first: first day of the period.
        last: last day of the period.
        active: the entities in play; a deliverable holds a number for each of them.
        decoys: entities that the records mention and no deliverable may hold.
        figures: base value per quantity and entity, decoys included, as the register prints it.
        priority: claim points per entity, decoys included.
        holidays: closing days in the period and what they are called.
        people: who writes and signs.
        events: what happened in the period.
    """

    organisation: str
    words: Words
    first: date
    last: date
    active: tuple[Entity, ...]
    decoys: tuple[Entity, ...]
    figures: Mapping[Quantity, Mapping[str, Decimal]]
    priority: Mapping[str, int]
    holidays: Mapping[date, str]
    people: tuple[Person, ...]
    events: tuple[Event, ...]

    @property
    def everyone(self) -> tuple[Entity, ...]:
        """Active entities and decoys, in code order, so that position says nothing about scope."""
        return tuple(sorted(self.active + self.decoys, key=lambda entity: entity.code))

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the period, in order."""
        return tuple(self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1))

    def figure(self, quantity: Quantity, code: str) -> float:
        """The register's base value of a quantity for one entity."""
        return float(self.figures[quantity][code])

    def base(self, quantity: Quantity) -> dict[str, float]:
        """The register's value of a quantity for every entity in play."""
        return {entity.code: self.figure(quantity, entity.code) for entity in self.active}
