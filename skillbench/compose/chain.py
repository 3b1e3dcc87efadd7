"""Compose a chain: draw an organisation, fabricate blocks, couple skills, and keep only what is stable.

Everything is drawn from named streams and redrawn under a new attempt number until the conditions of
:mod:`skillbench.compose.conditions` hold, so the same names always give the same chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skillbench.compose.conditions import breaks_downstream, breaks_locally
from skillbench.compose.domain import Domain
from skillbench.core.errors import CompositionError
from skillbench.core.quantities import QUANTITIES, Quantity
from skillbench.core.roster import Entity, Roster
from skillbench.core.schema import CaseDials, Coupling, Settlement
from skillbench.core.streams import Stream, stream
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Block, Dials, Findings, Skill
from skillbench.skills.dataflow import AMOUNT_DIGITS, AMOUNT_TOLERANCE, coupled_dials

LETTERS = "ABCDEFGHJKLMNPRSTUVWX"
SKILL_ATTEMPTS = 120
CHAIN_ATTEMPTS = 12


@dataclass(frozen=True)
class Organisation:
    """Who a chain is about.

    Attributes:
        domain: whose voice it speaks with.
        roster: entities in play and decoys.
        register: base value per quantity and entity, decoys included, as decimal text for the register file.
        priority: claim points per entity, decoys included.
        fund: amount to be shared.
    """

    domain: Domain
    roster: Roster
    register: Mapping[Quantity, Mapping[str, str]]
    priority: Mapping[str, int]
    fund: int

    def base(self, quantity: Quantity) -> dict[str, float]:
        """The register's value of a quantity for every entity in play."""
        return {entity.code: float(self.register[quantity][entity.code]) for entity in self.roster.active}


@dataclass(frozen=True)
class Link:
    """One skill placed in a chain.

    Attributes:
        tag: the skill.
        block: its records and parameters.
        base: what the register says about its input.
        incoming: couplings from earlier skills.
        findings: the key.
        attempt: number of the draw that held.
    """

    tag: str
    block: Block
    base: Dials
    incoming: tuple[Coupling, ...]
    findings: Findings
    attempt: int


@dataclass(frozen=True)
class Chain:
    """A composed chain.

    Attributes:
        name: cluster name.
        names: stream name parts, for provenance.
        links: skills in order; the first k are the Skill@k case.
        favours: per tag, True when a high standing raises the claim.
        pages: id of every handbook page that a rule refers to, by role.
    """

    name: str
    names: tuple[str, ...]
    organisation: Organisation
    links: tuple[Link, ...]
    favours: Mapping[str, bool]
    pages: Mapping[str, str]
    dials: CaseDials

    def link(self, tag: str) -> Link:
        """The link of a skill of this chain."""
        return next(link for link in self.links if link.tag == tag)

    def settlement(self, k: int) -> Settlement:
        """The settlement over the first ``k`` measures, without amounts (they are the key)."""
        keys = {link.tag: skill_named(link.tag).measure.key for link in self.links[:k]}
        active = self.organisation.roster.active
        return Settlement(
            fund=float(self.organisation.fund),
            currency=self.organisation.domain.currency,
            favours={key: self.favours[tag] for tag, key in keys.items()},
            priority={entity.code: self.organisation.priority[entity.code] for entity in active},
            digits=AMOUNT_DIGITS,
            tolerance=AMOUNT_TOLERANCE,
            amounts={},
            page=self.pages["settlement"],
        )


def compose_chain(name: str, tags: Sequence[str], domain: Domain, names: tuple[str, ...], dials: CaseDials) -> Chain:
    """Compose one chain that meets every condition.

    Args:
        name: the chain's name, unique in its set.
        tags: skills in order.
        domain: whose organisation it is about.
        names: stream name parts: version, set, salt.
        dials: difficulty settings.

    Raises:
        CompositionError: no draw met the conditions; names the skill that failed last and why.
    """
    reason = ""
    for attempt in range(CHAIN_ATTEMPTS):
        parts = (*names, name, f"attempt-{attempt}")
        try:
            return _compose(name, tags, domain, parts, dials)
        except CompositionError as error:
            reason = str(error)
    raise CompositionError(f"chain {name} over {', '.join(tags)}: {reason} ({CHAIN_ATTEMPTS} attempts)")


def _compose(name: str, tags: Sequence[str], domain: Domain, parts: tuple[str, ...], dials: CaseDials) -> Chain:
    organisation = draw_organisation(stream(*parts, "organisation"), domain, dials.entities)
    roles = [
        "scope",
        "basics",
        "settlement",
        *(f"{role}:{tag}" for tag in tags for role in ("rules", "detail", "handover")),
    ]
    numbers = stream(*parts, "pages").sample(range(100, 10000), len(roles))
    pages = {role: f"HB-{number:04d}" for role, number in zip(roles, numbers, strict=True)}
    coin = stream(*parts, "settlement")
    favours = {tag: coin.chance(2, 3) for tag in tags}
    chain = Chain(name, parts, organisation, (), favours, pages, dials)
    for tag in tags:
        chain = replace(chain, links=(*chain.links, _place(tag, chain)))
    broken = breaks_downstream(chain.links, {k: chain.settlement(k) for k in range(2, len(tags) + 1)})
    if broken:
        raise CompositionError(broken)
    return chain


def _place(tag: str, chain: Chain) -> Link:
    """The next link of a chain: redrawn until it is sound by itself and moves the decision at this k."""
    skill, parts, k = skill_named(tag), chain.names, len(chain.links) + 1
    upstream = {link.tag: link.findings for link in chain.links}
    reason = "no attempt was made"
    for attempt in range(SKILL_ATTEMPTS):
        draw = stream(*parts, tag, f"draw-{attempt}")
        roster = chain.organisation.roster
        block = skill.fabricate(stream(*parts, tag, f"block-{attempt}"), roster, chain.dials.level)
        clauses = frozenset(entity.code for entity in roster.active if draw.chance(1, 8))
        base = Dials({quantity: chain.organisation.base(quantity) for quantity in skill.reads}, clauses)
        incoming = draw_couplings(draw, skill, list(upstream), chain.pages[f"handover:{tag}"], chain.dials)
        findings = skill.solve(block, coupled_dials(base, incoming, upstream))
        link = Link(tag, block, base, incoming, findings, attempt)
        longer = replace(chain, links=(*chain.links, link))
        settlements = {k: longer.settlement(k)} if k > 1 else {}
        reason = breaks_locally(skill, link, upstream) or breaks_downstream(longer.links, settlements)
        if not reason:
            return link
    raise CompositionError(f"{tag}: {reason}")


def draw_couplings(
    draw: Stream, skill: Skill, before: Sequence[str], page: str, dials: CaseDials
) -> tuple[Coupling, ...]:
    """One number from an earlier skill, then cross-rules up to the density: their count grows with the place.

    Raises:
        CompositionError: no earlier skill drives a quantity that this one reads.
    """
    if not before:
        return ()
    numbers = [
        Coupling(src=src, dst=skill.tag, quantity=quantity, raises=skill_named(src).drives[quantity].raises, page=page)
        for src in before
        for quantity in sorted(skill.reads)
        if quantity in skill_named(src).drives
    ]
    if not numbers:
        raise CompositionError(f"{skill.tag} reads nothing that {', '.join(before)} drive")
    nearest = [coupling for coupling in numbers if coupling.src == before[-1]]
    chosen = [draw.choice(nearest if nearest and draw.chance(2, 3) else numbers)]
    exceptions = [Coupling(src=src, dst=skill.tag, quantity=None, raises=None, page=page) for src in before]
    for _ in range(int(dials.coupling_density * len(before))):
        taken = {coupling.src for coupling in chosen}
        pool = [c for c in (exceptions if draw.chance(2, 3) else numbers) if c.src not in taken]
        pool = pool or [c for c in exceptions if c.src not in taken]
        if pool:
            chosen.append(draw.choice(pool))
    order = {tag: place for place, tag in enumerate(before)}
    return tuple(sorted(chosen, key=lambda coupling: (order[coupling.src], str(coupling.quantity))))


def draw_organisation(draw: Stream, domain: Domain, entities: int) -> Organisation:
    """Entities, decoys, register and fund; codes and names say nothing about values or scope."""
    decoys = 3
    names = draw.sample(domain.names, entities + decoys)
    letters = draw.sample(LETTERS, 3)
    numbers = draw.sample(range(11, 99), entities + decoys)
    everyone = [Entity(f"{draw.choice(letters)}{number}", name) for number, name in zip(numbers, names, strict=True)]
    active = tuple(sorted(everyone[:entities], key=lambda entity: entity.code))
    roster = Roster(active, tuple(sorted(everyone[entities:], key=lambda entity: entity.code)))
    codes = [entity.code for entity in roster.everyone]
    register = {
        quantity: {code: str(draw.decimal(base.low, base.high, base.places)) for code in codes}
        for quantity, base in QUANTITIES.items()
    }
    priority = {code: draw.integer(2, 9) for code in codes}
    steps = draw.integer(domain.fund.low // domain.fund.step, domain.fund.high // domain.fund.step)
    return Organisation(domain, roster, register, priority, steps * domain.fund.step)
