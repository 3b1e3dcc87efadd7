"""The register of entities: as a case states it, and as it stands for one skill alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skillbench.compose.link import Link
from skillbench.core.quantities import Quantity
from skillbench.core.streams import stream
from skillbench.core.world import World
from skillbench.deliverables.base.contract import Unseen
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Block, Dials, Findings
from skillbench.skills.formats import csv_text

REGISTER = "register.csv"


def register_text(
    world: World,
    links: Sequence[Link],
    revised: Mapping[Quantity, Mapping[str, float]],
    clauses: Mapping[str, frozenset[str]] | None = None,
    flags: Mapping[str, frozenset[str]] | None = None,
) -> str:
    """The register of entities as CSV; a twin's carries revised figures and clauses, and flags where it needs them."""
    by_key = {skill_named(link.tag).measure.key: link.base.exceptions for link in links} | dict(clauses or {})
    active = {entity.code for entity in world.active}
    rows = []
    for entity in world.everyone:
        figures = [
            str(revised[quantity][entity.code])
            if quantity in revised and entity.code in active
            else str(world.figures[quantity][entity.code])
            for quantity in Quantity
        ]
        under = ";".join(sorted(key for key, codes in by_key.items() if entity.code in codes))
        flagging = [";".join(key for key, codes in flags.items() if entity.code in codes)] if flags else []
        rows.append([entity.code, entity.name, entity.fate, *figures, world.priority[entity.code], under, *flagging])
    header = ["code", "name", "status", *(str(quantity) for quantity in Quantity), "priority", "clauses"]
    return csv_text([*header, *(["flags"] if flags else [])], rows)


def as_stated(dials: Dials) -> Dials:
    """Dials as a register prints them, to eight significant digits."""
    quantities = {
        quantity: {code: float(f"{value:.8g}") for code, value in values.items()}
        for quantity, values in dials.quantities.items()
    }
    return Dials(quantities, dials.exceptions)


def register_alone(world: World, links: Sequence[Link], place: int, stated: Dials) -> str:
    """The register for one skill of a chain by itself: it carries what upstream skills hand over."""
    link = links[place]
    named = {one.flagged_by for changes in link.every_amendment for one in changes} - {""}
    flagged = {other.tag: other.findings.flagged for other in links}
    flags = {skill_named(tag).measure.key: flagged[tag] for tag in sorted(named)}
    return register_text(world, links, stated.quantities, {skill_named(link.tag).measure.key: stated.exceptions}, flags)


def unseen(names: tuple[str, ...], world: World, level: int, links: Sequence[Link], number: int) -> Unseen:
    """Other records of the last skill, in the same world and under the same rules.

    Args:
        names: stream name parts of the chain.
        world: who and when the records are about.
        level: density of records and hazards.
        links: the skills of a case; the last is meant.
        number: of the draw.
    """
    upstream: dict[str, Findings] = {link.tag: link.findings for link in links[:-1]}
    link, skill = links[-1].alone(), skill_named(links[-1].tag)
    stated = as_stated(link.dials(upstream))
    rows = skill.records(stream(*names, skill.tag, f"unseen-rows-{number}"), world, level)
    files = skill.render(stream(*names, skill.tag, f"unseen-render-{number}"), rows)
    block = Block(rows, link.ground({}).terms)
    missed = [skill.solve(block, stated, slip=slip) for slip in skill.live_slips(link.block.terms)]
    register = register_alone(world, links, len(links) - 1, stated)
    return Unseen({REGISTER: register, **files}, skill.solve(block, stated), missed)
