"""How results travel along a case: from reported upstream values to the dials of the next skill.

The composer computes keys with it, the audit re-computes a skill on an agent's own upstream values, and the
planted agents make their mistakes with it: one dataflow, three users.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from skillbench.core.quantities import Quantity
from skillbench.core.schema import Case, Checkpoint, Coupling
from skillbench.core.standing import standing
from skillbench.skills.amending import amended
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Block, Dials, Findings, Terms
from skillbench.skills.freezing import thawed


def block_of(
    case: Case, tag: str, truth: Mapping[str, str], upstream: Mapping[str, Findings] | None = None, misread: str = ""
) -> Block:
    """A skill's rows and rules in a frozen case, from the truth frozen beside its key.

    Args:
        case: the case.
        tag: the skill.
        truth: rows by skill tag, as JSON.
        upstream: findings of the skills before it, where amendments go by their flags; the key's where they are absent.
        misread: slip of a complication under whose amendments the rules are read; empty for those in force.
    """
    block = sheets_of(case, tag, truth)
    return replace(block, terms=terms_of(case.checkpoint(tag), upstream or {}, misread))


def sheets_of(case: Case, tag: str, truth: Mapping[str, str]) -> Block:
    """A skill's rows in a frozen case, and its rules as the sheets state them."""
    point = case.checkpoint(tag)
    return Block(thawed(skill_named(tag), truth[tag]), Terms(point.params, point.clauses))


def terms_of(point: Checkpoint, upstream: Mapping[str, Findings], misread: str = "") -> Terms:
    """The rules of a frozen checkpoint, amendments included; see :func:`block_of`."""
    amendments = point.misread[misread] if misread else point.amendments
    return amended(Terms(point.params, point.clauses), amendments, sorted(point.values), upstream)


def base_dials(case: Case, tag: str) -> Dials:
    """What the register alone says about a skill's input."""
    quantities = {quantity: case.register_values[quantity] for quantity in skill_named(tag).reads}
    return Dials(quantities, frozenset(case.checkpoint(tag).exceptions))


def coupled_dials(base: Dials, couplings: Iterable[Coupling], upstream: Mapping[str, Findings]) -> Dials:
    """The dials of one skill after every hand-over into it.

    Args:
        base: what the register says.
        couplings: rules whose ``dst`` is the skill, in any order; several on one quantity act by their geometric mean,
            so that many hand-overs never pile up on one entity.
        upstream: findings by skill tag; a coupling whose source is absent is left out.
    """
    exceptions = set(base.exceptions)
    factors: dict[Quantity, list[dict[str, float]]] = {}
    for coupling in couplings:
        findings = upstream.get(coupling.src)
        if findings is None:
            continue
        if coupling.quantity is None:
            exceptions |= findings.flagged
            continue
        place = standing(findings.values)
        factors.setdefault(coupling.quantity, []).append(
            place if coupling.raises else {code: 1 / factor for code, factor in place.items()}
        )
    quantities = {quantity: dict(values) for quantity, values in base.quantities.items()}
    for quantity, several in factors.items():
        for code in quantities[quantity]:
            # Sorted, so that the order of couplings leaves no trace in the last bit.
            product = math.prod(sorted(one[code] for one in several))
            quantities[quantity][code] *= product if len(several) == 1 else product ** (1 / len(several))
    return Dials(quantities, frozenset(exceptions))


def case_dials(case: Case, tag: str, upstream: Mapping[str, Findings], *, without: Coupling | None = None) -> Dials:
    """The dials of a skill of a case, given findings of the skills before it; ``without`` drops one rule."""
    incoming = [coupling for coupling in case.couplings if coupling.dst == tag and coupling != without]
    return coupled_dials(base_dials(case, tag), incoming, upstream)


def key_findings(case: Case) -> dict[str, Findings]:
    """The key of every skill as findings."""
    return {point.tag: Findings(point.values, frozenset(point.flagged)) for point in case.checkpoints}


def by_measure(found: Mapping[str, Findings]) -> dict[str, Findings]:
    """Findings by measure key, from findings by skill."""
    return {skill_named(tag).measure.key: findings for tag, findings in found.items()}
