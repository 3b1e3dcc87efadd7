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


GROUPS: dict[Quantity, Group] = {
    Quantity.DEMAND: Group.LOAD,
    Quantity.EXPOSURE: Group.LOAD,
    Quantity.CAPACITY: Group.MEANS,
    Quantity.CREW: Group.MEANS,
    Quantity.UNIT_COST: Group.TERMS,
    Quantity.LEAD_TIME: Group.TERMS,
}
"""The group of every quantity; how large one is belongs to a domain."""


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
