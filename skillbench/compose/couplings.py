"""Which findings act on which later work: drawn from the domain's reviewed causal graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from skillbench.compose.conditions import splits
from skillbench.compose.domain import Domain
from skillbench.core.errors import CompositionError
from skillbench.core.schema import Coupling
from skillbench.core.streams import Stream
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Findings, Skill

MOST_INCOMING = 6
"""Hand-overs that may come into one skill, whatever the density: of more, none is decisive."""

MOST_EXCEPTIONS = 2
"""Exceptions that may come into one skill: more drown each other, and nothing would compose."""


def number_links(domain: Domain, src: str, dst: Skill, page: str) -> Iterator[Coupling]:
    """Every way in which a skill's measure may move a quantity that another reads, in this domain."""
    skill = skill_named(src)
    for quantity, drive in domain.drives(skill).items():
        if quantity in dst.reads:
            yield Coupling(src=src, dst=dst.tag, quantity=quantity, raises=drive.raises, page=page)


def carries(domain: Domain, tags: Sequence[str]) -> bool:
    """Whether every skill after the first reads something that an earlier one moves in this domain."""
    return all(
        any(True for src in tags[:place] for _ in number_links(domain, src, skill_named(tag), ""))
        for place, tag in enumerate(tags)
        if place
    )


def domain_for(tags: Sequence[str], domains: Sequence[Domain], place: int) -> Domain:
    """The domain whose turn it is, or the next one in which this order of skills hangs together.

    Raises:
        CompositionError: no domain carries it.
    """
    turn = place % len(domains)
    for domain in (*domains[turn:], *domains[:turn]):
        if carries(domain, tags):
            return domain
    raise CompositionError(
        f"{', '.join(tags)}: in no domain does every skill after the first read what an earlier one moves; "
        "give the skill more drives, or another order"
    )


def draw_couplings(
    draw: Stream,
    domain: Domain,
    skill: Skill,
    before: Sequence[str],
    page: str,
    density: float,
    truth: Mapping[str, Findings] | None = None,
) -> tuple[Coupling, ...]:
    """One number from an earlier skill, then cross-rules up to the density: their count grows with the place.

    Args:
        draw: the source of randomness.
        domain: whose causal graph allows what.
        skill: the one that receives.
        before: tags of the skills before it, in order.
        page: id of the page that states the rules.
        density: share of the earlier skills that hand over, of six at most.
        truth: their findings; exceptions are drawn only from signals whose union splits the entities.

    Raises:
        CompositionError: no earlier skill drives a quantity that this one reads.
    """
    if not before:
        return ()
    numbers = [coupling for src in before for coupling in number_links(domain, src, skill, page)]
    if not numbers:
        raise CompositionError(f"{skill.tag} reads nothing that {', '.join(before)} move in the domain {domain.name}")
    nearest = [coupling for coupling in numbers if coupling.src == before[-1]]
    chosen = [draw.choice(nearest if nearest and draw.chance(2, 3) else numbers)]
    exceptions = [
        Coupling(src=src, dst=skill.tag, quantity=None, raises=None, page=page)
        for src in before
        if domain.flags_into(skill_named(src), skill)
    ]
    while len(chosen) < max(1, round(density * min(len(before), MOST_INCOMING))):
        taken = {coupling.src for coupling in chosen}
        pool = [one for one in numbers if one.src not in taken]
        strange = [one for one in exceptions if one.src not in taken and _fits(one, chosen, truth)]
        if strange and (not pool or draw.chance(1, 2)):
            pool = strange
        if not pool:
            break
        chosen.append(draw.choice(pool))
    order = {tag: place for place, tag in enumerate(before)}
    return tuple(sorted(chosen, key=lambda coupling: (order[coupling.src], str(coupling.quantity))))


def _fits(one: Coupling, chosen: Sequence[Coupling], truth: Mapping[str, Findings] | None) -> bool:
    """Whether one more exception is allowed, and leaves every exception decisive and the union within bounds."""
    held = [coupling for coupling in chosen if coupling.quantity is None]
    if len(held) >= MOST_EXCEPTIONS or truth is None:
        return len(held) < MOST_EXCEPTIONS
    signals = [truth[coupling.src].flagged for coupling in (*held, one)]
    union = frozenset[str]().union(*signals)
    others = [frozenset[str]().union(*(s for s in signals if s is not signal)) for signal in signals]
    return splits(union, truth[one.src].values) and all(other != union for other in others)
