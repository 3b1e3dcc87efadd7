"""What a gate looks at: one frozen case with its files, its truth and its handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from skillbench.compose.link import Link, Mistake, mistakes_along
from skillbench.compose.world import thawed_world
from skillbench.core.schema import Case, Page
from skillbench.core.taskset import TaskSet
from skillbench.core.world import World
from skillbench.deliverables.base.contract import Deliverable
from skillbench.deliverables.base.registry import product_of
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import base_dials, key_findings, sheets_of


@dataclass(frozen=True)
class Failure:
    """A gate that a case did not pass.

    Attributes:
        subject: id of the case, or the tag of the skill.
        gate: name of the gate.
        reason: what was found.
    """

    subject: str
    gate: str
    reason: str


@dataclass(frozen=True)
class Frozen:
    """A case with everything a gate looks at, read from the task set.

    Attributes:
        case: the case, key included.
        records: its files by sandbox name, as an agent meets them.
        truth: its rows by skill tag, and its world, as JSON.
        pages: its handbook.
    """

    case: Case
    records: Mapping[str, str]
    truth: Mapping[str, str]
    pages: tuple[Page, ...]

    @cached_property
    def key(self) -> dict[str, Findings]:
        """The frozen key."""
        return key_findings(self.case)

    @cached_property
    def product(self) -> Deliverable | None:
        """What the case hands in beside its measures; None for a twin."""
        return product_of(self.case)

    @cached_property
    def world(self) -> World:
        """The chain's world."""
        return thawed_world(self.truth["world"])

    @cached_property
    def links(self) -> list[Link]:
        """The case as the composer saw it."""
        return [
            Link(
                tag=tag,
                block=sheets_of(self.case, tag, self.truth),
                files={name: self.records[name] for name in self.case.checkpoint(tag).files},
                base=base_dials(self.case, tag),
                incoming=tuple(c for c in self.case.couplings if c.dst == tag),
                findings=self.key[tag],
                attempt=0,
                amendments=tuple(self.case.checkpoint(tag).amendments),
                misread={name: tuple(some) for name, some in self.case.checkpoint(tag).misread.items()},
            )
            for tag in self.case.skills
        ]

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """Every named mistake and what follows from it."""
        return mistakes_along(self.links)


def open_case(task_set: TaskSet, case: Case) -> Frozen:
    """A case of a task set, ready for the gates."""
    return Frozen(case, task_set.records(case), task_set.truth(case), task_set.handbook(case))
