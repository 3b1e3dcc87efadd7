"""Draws on which a skill is tried: worlds, rows, clauses and dials from named streams.

Worlds come from the caller, who may import the composer; :func:`plain_world` is the one that needs nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from skillbench.core.quantities import Quantity, Words
from skillbench.core.streams import Stream, stream
from skillbench.core.world import Entity, World
from skillbench.skills.contract import Block, Dials, Skill

Worlds = Callable[[str], World]
"""A world for every seed."""


@dataclass(frozen=True)
class Draw:
    """One trial: a world, a block under drawn clauses, the files an agent would meet, and dials."""

    world: World
    block: Block
    files: Mapping[str, str]
    dials: Dials


@dataclass
class Trials:
    """Draws of one skill, each made once.

    Attributes:
        skill: the skill on trial.
        worlds: where its worlds come from.
        series: first part of every stream's name.
    """

    skill: Skill
    worlds: Worlds
    series: str = "tests"
    _drawn: dict[tuple[str, int], Draw] = field(default_factory=dict)

    def draw(self, seed: str, level: int = 1) -> Draw:
        """The draw of this seed and level; the same for every caller."""
        key = (seed, level)
        if key not in self._drawn:
            self._drawn[key] = self.fresh(seed, level)
        return self._drawn[key]

    def fresh(self, seed: str, level: int = 1) -> Draw:
        """:meth:`draw`, made anew and not kept."""
        name = (self.series, seed, self.skill.tag)
        world = self.worlds(seed)
        records = self.skill.records(stream(*name, str(level)), world, level)
        files = self.skill.render(stream(*name, "render"), records)
        block = Block(records, self.skill.draw_terms(stream(*name, "terms")))
        return Draw(world, block, files, random_dials(self.skill, world, stream(*name, "dials")))


def random_dials(skill: Skill, world: World, draw: Stream) -> Dials:
    """Random dials: base value times a factor of 0.6 to 1.7 with awkward decimals, about one exception in five."""
    quantities = {
        quantity: {code: value * draw.number("0.6", "1.7", 5) for code, value in world.base(quantity).items()}
        for quantity in skill.reads
    }
    exceptions = frozenset(entity.code for entity in world.active if draw.chance(1, 5))
    return Dials(quantities, exceptions)


def record_files(skill: Skill) -> frozenset[str]:
    """The names of the files that a skill renders."""
    draw = stream("record files", skill.tag)
    return frozenset(skill.render(draw, skill.records(draw, plain_world(draw), 1)))


def plain_world(draw: Stream) -> World:
    """A world of eight entities and three decoys in nobody's words, for what any world would tell."""
    first, last = date(2026, 3, 2), date(2026, 5, 31)
    entities = [Entity(f"A{number}", f"Site {number}", f"Site {number}") for number in range(11, 22)]
    figures = {
        quantity: {entity.code: draw.decimal("20.0", "200.0", 1) for entity in entities} for quantity in Quantity
    }
    return World(
        organisation="House",
        words=Words("site", "sites", {q: str(q).replace("_", " ") for q in Quantity}, "units", "EUR"),
        first=first,
        last=last,
        active=tuple(entities[:8]),
        decoys=tuple(entities[8:]),
        figures=figures,
        priority={entity.code: draw.integer(2, 9) for entity in entities},
        holidays={},
        people=(),
        events=(),
    )
