"""The small shared vocabulary in which skills meet: six quantities per entity.

Every entity of an organisation carries a base value of each quantity in the register. A skill reads some
and drives others, so n skills compose in n² ways with n reasons written (DESIGN section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Quantity(StrEnum):
    """What one skill may hand to another, per entity; the value is the register's column name."""

    DEMAND = "demand"
    EXPOSURE = "exposure"
    CAPACITY = "capacity"
    CREW = "crew"
    UNIT_COST = "unit_cost"
    LEAD_TIME = "lead_time"


class Group(StrEnum):
    """Pairs of quantities; a skill drives two whole groups and reads from at least two of the three.

    Two of three groups always meet, so any skill can hand a number to any other.
    """

    LOAD = "load"
    MEANS = "means"
    TERMS = "terms"


@dataclass(frozen=True)
class BaseRange:
    """The register's range of a quantity: decimal bounds (strings, exact) and places after the point."""

    group: Group
    low: str
    high: str
    places: int


QUANTITIES: dict[Quantity, BaseRange] = {
    Quantity.DEMAND: BaseRange(Group.LOAD, "140", "920", 0),
    Quantity.EXPOSURE: BaseRange(Group.LOAD, "35", "480", 0),
    Quantity.CAPACITY: BaseRange(Group.MEANS, "160", "1150", 0),
    Quantity.CREW: BaseRange(Group.MEANS, "4.0", "38.0", 1),
    Quantity.UNIT_COST: BaseRange(Group.TERMS, "6.50", "88.00", 2),
    Quantity.LEAD_TIME: BaseRange(Group.TERMS, "3.0", "27.0", 1),
}


@dataclass(frozen=True)
class Words:
    """How one domain speaks: what an entity is called and what each quantity means there.

    Attributes:
        entity: singular noun, for instance ``"pumping station"``.
        entities: its plural.
        labels: the domain's name of each quantity, without unit, for instance ``"inflow forecast"`` for
            :attr:`Quantity.DEMAND`; units stand in the handbook's list of register columns.
        work: the unit in which demand and capacity count, for instance ``"ML"``.
        currency: ISO 4217 code of every amount of money.
    """

    entity: str
    entities: str
    labels: dict[Quantity, str]
    work: str
    currency: str

    def namespace(self) -> dict[str, str]:
        """The names a rules template may use."""
        words = {"entity": self.entity, "entities": self.entities, "work": self.work}
        return words | {"currency": self.currency} | {str(q): label for q, label in self.labels.items()}
