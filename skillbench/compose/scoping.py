"""Which terms can be amended for some entities alone: those under which everybody's figure is a matter of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from skillbench.compose.link import Link
from skillbench.compose.world import trial_world
from skillbench.core.schema import Amendment
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Findings, Skill, Terms
from skillbench.skills.trials import Trials

DRAWS = 4
"""Draws of a skill on which its clauses are tried."""


def parts(link: Link, amendments: Sequence[Amendment], truth: Mapping[str, Findings]) -> bool:
    """Whether amendments part a skill's work by entity: everybody gets what they would get under uniform terms.

    Where they do not, because all entities share one network or one order, a rule for some of them says too little.
    """
    block, dials, skill = link.under(amendments, truth), link.dials(truth), skill_named(link.tag)
    together = skill.solve(block, dials)
    sheets = Terms(block.terms.params, block.terms.clauses)
    for terms in (sheets, *block.terms.scoped.values()):
        alone = skill.solve(replace(block, terms=terms), dials)
        for code in (code for code in dials.entities if block.terms.scoped.get(code, sheets) == terms):
            same = math.isclose(alone.values[code], together.values[code], rel_tol=1e-9, abs_tol=1e-12)
            if not same or (code in alone.flagged) != (code in together.flagged):
                return False
    return True


@cache
def shared_clauses(skill: Skill) -> Mapping[str, int]:
    """Clauses that some entities cannot have to themselves, and in how many of :data:`DRAWS` draws they could not.

    The first half of the entities is given another alternative of one clause at a time, on trial draws. A composer asks
    :func:`parts` of every amendment it draws; this is what a reader may expect.
    """
    trials, found = Trials(skill, trial_world, "scoping"), dict[str, int]()
    for draw in (trials.draw(str(seed)) for seed in range(DRAWS)):
        link = Link(skill.tag, draw.block, draw.files, draw.dials, (), Findings({}, frozenset()), 0)
        some = list(draw.dials.entities[: len(draw.dials.entities) // 2])
        for slot, texts in skill.slots().items():
            other = texts[(texts.index(draw.block.terms.clauses[slot]) + 1) % len(texts)]
            amendment = Amendment(codes=some, flagged_by="", clauses={slot: other}, params={}, page="")
            together, everybody = (
                amendment if codes == some else amendment.model_copy(update={"codes": codes})
                for codes in (some, list(draw.dials.entities))
            )
            if not parts(link, [together], {}) or _deaf(link, together, everybody):
                found[slot] = found.get(slot, 0) + 1
    return found


def _deaf(link: Link, some: Amendment, everybody: Amendment) -> bool:
    """Whether a skill reads a clause for everybody, and leaves what is said of some unread."""
    skill, dials = skill_named(link.tag), link.dials({})
    plain, partly, wholly = (skill.solve(link.under(held, {}), dials) for held in ([], [some], [everybody]))
    return partly == plain and any(wholly.values[code] != plain.values[code] for code in some.codes)
