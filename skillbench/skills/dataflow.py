"""How results travel along a case: from reported upstream values to the dials of the next skill.

The composer computes keys with it, the audit re-computes a skill on an agent's own upstream values, and the
planted agents make their mistakes with it: one dataflow, three users.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from skillbench.core.schema import Case, Coupling, Settlement, Tolerance
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Block, Dials, Findings
from skillbench.skills.standing import standing

AMOUNT_DIGITS = 2
AMOUNT_TOLERANCE = Tolerance(absolute=0.01, relative=1e-3)
"""What a case freezes for its decision: a cent, or 0.1 %."""


def block_of(case: Case, tag: str, records: Mapping[str, str]) -> Block:
    """A skill's block in a frozen case, from the case's record files."""
    checkpoint = case.checkpoint(tag)
    return Block({name: records[name] for name in checkpoint.files}, checkpoint.params)


def base_dials(case: Case, tag: str) -> Dials:
    """What the register alone says about a skill's input."""
    quantities = {quantity: case.register_values[quantity] for quantity in skill_named(tag).reads}
    return Dials(quantities, frozenset(case.checkpoint(tag).exceptions))


def coupled_dials(base: Dials, couplings: Iterable[Coupling], upstream: Mapping[str, Findings]) -> Dials:
    """The dials of one skill after every hand-over into it.

    Args:
        base: what the register says.
        couplings: rules whose ``dst`` is the skill; multiplication makes their order irrelevant.
        upstream: findings by skill tag; a coupling whose source is absent is left out.
    """
    quantities = {quantity: dict(values) for quantity, values in base.quantities.items()}
    exceptions = set(base.exceptions)
    for coupling in couplings:
        findings = upstream.get(coupling.src)
        if findings is None:
            continue
        if coupling.quantity is None:
            exceptions |= findings.flagged
            continue
        for code, factor in standing(findings.values).items():
            quantities[coupling.quantity][code] *= factor if coupling.raises else 1 / factor
    return Dials(quantities, frozenset(exceptions))


def case_dials(case: Case, tag: str, upstream: Mapping[str, Findings], *, without: Coupling | None = None) -> Dials:
    """The dials of a skill of a case, given findings of the skills before it; ``without`` drops one rule."""
    incoming = [coupling for coupling in case.couplings if coupling.dst == tag and coupling != without]
    return coupled_dials(base_dials(case, tag), incoming, upstream)


def key_findings(case: Case) -> dict[str, Findings]:
    """The key of every skill as findings."""
    return {point.tag: Findings(point.values, frozenset(point.flagged)) for point in case.checkpoints}


def settle(settlement: Settlement, values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Share the fund: claim = priority times the square roots of standings (or divided by them) over the measures.

    The root keeps seven standings from piling up on one entity; it halves an error's reach and hides none.

    Args:
        settlement: fund, directions and priorities.
        values: per measure key, the value of every entity.

    Returns:
        The amount of every entity, full precision; sums to the fund.
    """
    claims = {code: float(points) for code, points in settlement.priority.items()}
    for key, measured in values.items():
        for code, factor in standing(measured).items():
            claims[code] *= math.sqrt(factor if settlement.favours[key] else 1 / factor)
    total = math.fsum(claims.values())
    return {code: settlement.fund * claim / total for code, claim in claims.items()}
