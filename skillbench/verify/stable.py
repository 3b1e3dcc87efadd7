"""Gate 2: the key can be computed again, every decision is clear of its threshold, rounding changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator

from skillbench.compose.conditions import amounts, overtaken, unsound
from skillbench.verify.frozen import Frozen


def gate_stable(frozen: Frozen) -> Iterator[str]:
    """What of the key does not follow from rows and rules, or lies too near a threshold."""
    key = frozen.key
    for place, link in enumerate(frozen.links):
        answer = link.solved(key)
        if any(not math.isclose(answer.values[c], v, rel_tol=1e-9) for c, v in link.findings.values.items()):
            yield f"{link.tag}: the frozen key is not what the reference solver finds"
        if answer.flagged != link.findings.flagged:
            yield f"{link.tag}: frozen flags differ from the reference solver's"
        reason = unsound(link, {tag: key[tag] for tag in frozen.case.skills[:place]})
        if reason:
            yield f"{link.tag}: {reason}"
    settlement = frozen.case.settlement
    if settlement is None:
        return
    shares = amounts(settlement, key)
    held = settlement.amounts
    if shares.keys() != held.keys() or any(not math.isclose(held[c], v, rel_tol=1e-9) for c, v in shares.items()):
        yield "the frozen amounts are not what the settlement gives"
    if reason := overtaken(settlement, key):
        yield reason
