"""Gate 3: every slip, every dropped coupling, every page that does not count and nearly every other block tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from skillbench.compose.conditions import idle_mistake, unmoved
from skillbench.compose.handbook import terms_with
from skillbench.compose.link import Link
from skillbench.core.streams import stream
from skillbench.skills.catalogue import moved, skill_named
from skillbench.skills.contract import Block, Findings
from skillbench.skills.dataflow import by_measure
from skillbench.verify.frozen import Frozen

RESAMPLES = 20
RESAMPLES_MOVED = 19


def gate_sensitive(frozen: Frozen) -> Iterator[str]:
    """Mistakes, pages and blocks that leave the final answer nearly as it was."""
    case = frozen.case
    if frozen.product is not None:
        idle = idle_mistake(frozen.product, frozen.mistakes)
        if idle:
            yield f"{idle.tag}: {idle.name} leaves the Skill@{case.k} decision as it was"
    for place, link in enumerate(frozen.links):
        reason = unmoved(link, [mistake for mistake in frozen.mistakes if mistake.tag == link.tag])
        if reason:
            yield f"{link.tag}: {reason}"
        changed = sum(_resampled(frozen, place, draw) for draw in range(RESAMPLES))
        if changed < RESAMPLES_MOVED:
            yield f"{link.tag}: only {changed} of {RESAMPLES} resampled blocks change the final answer"
        yield from _lookalikes(frozen, link)


def _lookalikes(frozen: Frozen, link: Link) -> Iterator[str]:
    """Withdrawn and foreign sheets of a skill that give nearly the same answer when read for the one in force."""
    skill = skill_named(link.tag)
    for page in frozen.pages:
        if page.skill == link.tag and page.id not in frozen.case.needed_pages:
            block = Block(link.block.records, terms_with(link.block.terms, page))
            wrong = replace(link, block=block).solved(frozen.key)
            if not moved(skill, link.findings, wrong):
                yield f"{link.tag}: page {page.id}, which does not count, gives nearly the same answer"


def _resampled(frozen: Frozen, place: int, draw: int) -> bool:
    """Whether other rows at one place change the final answer."""
    case, links = frozen.case, list(frozen.links)
    link = links[place]
    skill = skill_named(link.tag)
    rows = skill.records(stream("gates", case.id, link.tag, str(draw)), frozen.world, case.dials.level)
    links[place] = replace(link, block=Block(rows, link.block.terms))
    found: dict[str, Findings] = {tag: frozen.key[tag] for tag in case.skills[:place]}
    for later in links[place:]:
        found[later.tag] = later.solved(found)
    if frozen.product is None:
        return moved(skill, link.findings, found[link.tag])
    return frozen.product.moved(frozen.product.after(by_measure(found)))
