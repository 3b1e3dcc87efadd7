"""Who a case is about: the entities in play, and the decoys that stand in the records beside them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """One site, ward, depot or vendor: its code (the key in every record) and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Roster:
    """The entities of one organisation.

    Attributes:
        active: the entities in play; a deliverable holds a number for each of them.
        decoys: closed, sold or sister entities that the records mention and no deliverable may hold.
    """

    active: tuple[Entity, ...]
    decoys: tuple[Entity, ...]

    @property
    def everyone(self) -> tuple[Entity, ...]:
        """Active entities and decoys, in code order, so position says nothing about scope."""
        return tuple(sorted(self.active + self.decoys, key=lambda entity: entity.code))
