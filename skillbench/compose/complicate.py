"""Let complications act on a placed skill: what they need of skills is handed to them, what they make is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skillbench.complications.base.contract import MOST_PAGES, Clause, Ground, Rules, Signal, slip_of
from skillbench.complications.base.registry import complication_named
from skillbench.compose.domain import Domain
from skillbench.compose.link import Link
from skillbench.compose.scoping import parts
from skillbench.core.quantities import Words
from skillbench.core.schema import Amendment
from skillbench.core.streams import stream
from skillbench.core.world import World
from skillbench.skills.catalogue import moved, render, skill_named
from skillbench.skills.contract import Findings, Skill, Terms

CLEARLY = 6.0
"""Tolerances by which a circular moves the measure; a slip must move it by five."""


def guide_role(complication: str) -> str:
    """What the number of a complication's guide is kept under."""
    return f"guide:{complication}"


def notice_roles(complication: str, tags: Sequence[str]) -> list[str]:
    """What the numbers of the pages are kept under that a complication may write about some skills."""
    return [f"{complication}{place}:{tag}" for tag in tags for place in range(MOST_PAGES)]


@dataclass(frozen=True)
class Setting:
    """What a chain lends to the complications of its skills.

    Attributes:
        names: stream name parts.
        world: who and when it is about.
        domain: whose voice it speaks with.
        pages: page numbers by role.
    """

    names: tuple[str, ...]
    world: World
    domain: Domain
    pages: Mapping[str, str]


def complicated(
    link: Link, truth: Mapping[str, Findings], setting: Setting, levels: Mapping[str, int]
) -> tuple[Link, str]:
    """A link with its complications and the key that follows, or why one that should act on it does not.

    Args:
        link: the placed skill, without any.
        truth: findings of the skills before it.
        setting: the chain it stands in.
        levels: level by name of the complication.
    """
    for name, level in levels.items():
        draw = stream(*setting.names, link.tag, f"{name}-{link.attempt}")
        numbers = [setting.pages[role] for role in notice_roles(name, [link.tag])]
        effect = complication_named(name).act(draw, _ground(link, truth, setting, numbers), level)
        if effect is None:
            return link, f"no {name} of level {level} bites"
        link = replace(
            link,
            amendments=(*link.amendments, *effect.amendments),
            misread={**link.misread, **{slip_of(name, slip): held for slip, held in effect.misread.items()}},
            notices=(*link.notices, *effect.notices),
        )
    return replace(link, findings=link.solved(truth)), ""


def touched(names: tuple[str, ...], tag: str, place: int, levels: Mapping[str, int]) -> dict[str, int]:
    """The complications that act on the skill at a place: drawn once, whatever is drawn again there."""
    return {
        name: level
        for name, level in levels.items()
        if complication_named(name).touches(stream(*names, tag, name), place, level)
    }


def _ground(link: Link, truth: Mapping[str, Findings], setting: Setting, numbers: Sequence[str]) -> Ground:
    skill, dials = skill_named(link.tag), link.dials(truth)
    sources = sorted({coupling.src for coupling in link.incoming})

    known: dict[str, Findings] = {}

    def found(amendments: Sequence[Amendment]) -> Findings:
        # What is in force already is asked about again with every change that is tried.
        name = "".join(one.model_dump_json() for one in amendments)
        if name not in known:
            known[name] = skill.solve(link.under(amendments, truth), dials)
        return known[name]

    return Ground(
        world=setting.world,
        rules=rules_of(skill, link.block.terms, setting.world.words),
        reads=frozenset(skill.reads),
        signals=tuple(Signal(src, skill_named(src).measure.title, truth[src].flagged) for src in sources),
        sisters=setting.domain.sisters,
        pages=numbers,
        bites=lambda one, other: moved(skill, found(one), found(other), CLEARLY),
        parts=lambda amendments: parts(link, amendments, truth),
    )


def rules_of(skill: Skill, terms: Terms, words: Words) -> Rules:
    """A skill's rules as a complication may read them."""
    clauses = tuple(
        Clause(slot, number, sheet.title, terms.clauses[slot], {a: render(text, words) for a, text in texts.items()})
        for sheet in skill.sheets
        for number, (slot, texts) in enumerate(sheet.clauses.items(), start=1)
        if len(texts) > 1
    )
    return Rules(
        tag=skill.tag,
        title=skill.measure.title,
        clauses=clauses,
        params=terms.params,
        table=skill.sheets[0].title,
        redrawn=skill.draw_params,
    )
