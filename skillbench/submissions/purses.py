"""A purse held against the tool calls: what was bought adds up to what was spent, and no more than was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.core.purse import Act, Purse
from skillbench.evidence.session import Use, WholeSample

ACTS = {"search": Act.SEARCH, "open": Act.PAGE, "python": Act.PROGRAM, "bash": Act.PROGRAM}
"""What a call of each tool buys."""

_LEFT = re.compile(r"\n\[purse: (\d+) of (\d+) points left\]\Z")
_UNPAID = re.compile(r"\n\[[\d,]+ more characters could not be paid\]\Z")
_REFUSED = re.compile(r"Refused: this [a-z]+ costs \d+, and the purse holds \d+\. Nothing refills it\.")


def of_purse(sample: WholeSample, purse: Purse | None, given: int | None) -> Iterator[str]:
    """Every way in which a sample spent what it did not have, or did not pay for what it got, each a clause.

    Args:
        sample: the sample with its events.
        purse: the case's prices.
        given: points its run gave it; None where nothing had a price.
    """
    uses = [use for use in sample.session.uses if use.function in ACTS]
    lines = [_LEFT.search(use.result) for use in uses]
    if given is None or purse is None:
        if any(lines):
            yield "was told of a purse that its log does not name (forged purse)"
        return
    if any(line is None and not use.failed for line, use in zip(lines, uses, strict=True)):
        yield "has results without the purse's line (purse bypassed)"
    found = [(int(line[1]), int(line[2])) for line in lines if line]
    if any(of != given for _, of in found):
        yield f"was told of another purse than {given} points (forged purse)"
    # Acts that failed tell no line, so the last line knows nothing of those behind it.
    last = max((at for at, line in enumerate(lines) if line), default=-1)
    left = given - sum(_price(use, purse) for use in uses[: last + 1])
    told = min((of_it for of_it, _ in found), default=left)
    if told != left or left < 0:
        yield f"has {left} points left by its calls and {told} by its purse (forged purse)"


def _price(use: Use, purse: Purse) -> int:
    """What a call cost: its act, and the characters it showed; a refused one nothing."""
    act = ACTS[use.function]
    if use.failed:
        return purse.prices.of(act)
    shown = _LEFT.sub("", use.result)
    if _REFUSED.fullmatch(shown):
        return 0
    return purse.prices.total(act, len(_UNPAID.sub("", shown)))
