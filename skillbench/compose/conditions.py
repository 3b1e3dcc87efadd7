"""What must hold of a composed chain: every condition returns a reason when it is broken, else an empty string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from skillbench.core.schema import Coupling, Settlement
from skillbench.skills.catalogue import moved, skill_named
from skillbench.skills.contract import Findings, Margins, Skill
from skillbench.skills.dataflow import AMOUNT_TOLERANCE, coupled_dials, settle

if TYPE_CHECKING:
    from skillbench.compose.chain import Link

MARGIN = 0.01
"""Smallest relative distance of any decision from its threshold."""

SLIP_TOLERANCES = 5.0
"""How many tolerances a slip, a dropped coupling or a foreign page must move something."""


def breaks_locally(skill: Skill, link: Link, upstream: Mapping[str, Findings]) -> str:
    """Conditions on one placed skill: stable, separating, and sensitive to every mistake we name."""
    dials = coupled_dials(link.base, link.incoming, upstream)
    margins = Margins()
    skill.solve(link.block, dials, margins=margins)
    if margins.smallest < MARGIN:
        return f"a decision lies {margins.smallest:.2%} from its threshold ({margins.where})"
    if not 0 < len(link.findings.flagged) < len(link.findings.values):
        return "the signal separates nothing"
    if not _survives_rounding(skill, link, upstream):
        return "carrying upstream values rounded changes the answer"
    weak = [
        name
        for name, answer in _wrong_answers(skill, link, upstream)
        if not moved(skill, link.findings, answer, SLIP_TOLERANCES)
    ]
    return f"changes too little: {weak[0]}" if weak else ""


def _wrong_answers(skill: Skill, link: Link, upstream: Mapping[str, Findings]) -> Iterator[tuple[str, Findings]]:
    """What each slip and each dropped coupling would give."""
    dials = coupled_dials(link.base, link.incoming, upstream)
    for slip in skill.slips:
        yield f"slip {slip!r}", skill.solve(link.block, dials, slip=slip)
    for coupling in link.incoming:
        rest = [other for other in link.incoming if other != coupling]
        yield f"coupling {coupling.id}", skill.solve(link.block, coupled_dials(link.base, rest, upstream))


def _survives_rounding(skill: Skill, link: Link, upstream: Mapping[str, Findings]) -> bool:
    carried = coupled_dials(link.base, link.incoming, {tag: rounded(tag, found) for tag, found in upstream.items()})
    answer = skill.solve(link.block, carried)
    near = not moved(skill, link.findings, answer, times=0.6)
    return near and answer.flagged == link.findings.flagged


def rounded(tag: str, findings: Findings) -> Findings:
    """Findings as an agent reports them: values to the measure's digits."""
    digits = skill_named(tag).measure.digits
    return Findings({code: round(value, digits) for code, value in findings.values.items()}, findings.flagged)


def breaks_downstream(links: Sequence[Link], settlements: Mapping[int, Settlement]) -> str:
    """Each slip and each dropped coupling must move the final amounts by five tolerances.

    Args:
        links: the chain.
        settlements: by k, the settlement over the first k measures.
    """
    key = {link.tag: link.findings for link in links}
    truth = {k: amounts(settlement, links, key) for k, settlement in settlements.items()}
    for place, link in enumerate(links):
        skill = skill_named(link.tag)
        wrong: list[tuple[str, str | None, Coupling | None]] = [(f"slip {slip!r}", slip, None) for slip in skill.slips]
        wrong += [(f"dropped coupling {coupling.id}", None, coupling) for coupling in link.incoming]
        for name, slip, dropped in wrong:
            found = replay(links, key, place, slip, dropped)
            for k, settlement in settlements.items():
                if k > place and not amounts_moved(truth[k], amounts(settlement, links, found)):
                    return f"{link.tag}: {name} leaves the Skill@{k} allocation unchanged"
    return ""


def replay(
    links: Sequence[Link],
    key: Mapping[str, Findings],
    place: int,
    slip: str | None,
    dropped: Coupling | None,
) -> dict[str, Findings]:
    """All findings when the skill at ``place`` makes a slip or misses a coupling and the rest goes on from there."""
    found = {link.tag: key[link.tag] for link in links[:place]}
    for offset, link in enumerate(links[place:]):
        incoming = [coupling for coupling in link.incoming if coupling != dropped]
        dials = coupled_dials(link.base, incoming, found)
        found[link.tag] = skill_named(link.tag).solve(link.block, dials, slip=slip if offset == 0 else None)
    return found


def amounts(settlement: Settlement, links: Sequence[Link], found: Mapping[str, Findings]) -> dict[str, float]:
    """The allocation that follows from findings, over the settlement's measures."""
    keys = {link.tag: skill_named(link.tag).measure.key for link in links}
    values = {keys[tag]: findings.values for tag, findings in found.items() if keys[tag] in settlement.favours}
    return settle(settlement, values)


def amounts_moved(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    """Whether any amount lies more than five tolerances from where it was."""
    return any(
        abs(after[code] - value) > SLIP_TOLERANCES * AMOUNT_TOLERANCE.at(value) for code, value in before.items()
    )
