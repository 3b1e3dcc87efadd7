"""Gate 2: the key can be computed again, every decision is clear of its threshold, rounding changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator

from skillbench.compose.conditions import unsound
from skillbench.skills.dataflow import by_measure
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
    work = frozen.product
    if work is None:
        return
    again = work.after(by_measure(key))
    if work.moved(again, 1e-6):
        yield f"the frozen key of the {work.kind} is not what follows from the measures"
    if reason := work.doubt():
        yield reason
