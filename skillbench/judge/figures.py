"""Numbers in running text, and whether a tool's result reappears in the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from skillbench.judge.transcript import EFFECTIVE_TOOLS, Transcript

_PLAIN = re.compile(r"(?<![\w.])[-+]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,2})?")
_GROUPED = re.compile(r"(?<![\w.,])[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,18})?(?![0-9])")
_WIDE = Context(prec=200)  # room for every number that the patterns admit, exponents included
_SCANNED = 200_000
"""Characters of a tool result that are searched; a longer dump is no result that anyone read."""


def numbers_in(text: str) -> set[Decimal]:
    """Every number of a text; what may be a thousands comma or a separator is read both ways.

    Example:
        >>> sorted(numbers_in("1,204.50 of 2 (A12)"))
        [Decimal('1'), Decimal('2'), Decimal('204.50'), Decimal('1204.50')]
    """
    scanned = text[:_SCANNED]
    grouped = {match.replace(",", "") for match in _GROUPED.findall(scanned)} if "," in scanned else set()
    return {Decimal(written) for written in grouped.union(_PLAIN.findall(scanned))}


def telling(value: float, digits: int) -> Decimal | None:
    """A value as reported, or None when it has fewer than three significant digits and may stand anywhere."""
    rounded = _round(Decimal(repr(value)), digits)
    return rounded if len(rounded.normalize().as_tuple().digits) >= 3 else None


def effective_calls(
    transcript: Transcript, figures: Mapping[int, Iterable[float]], least: int = 2
) -> dict[str, list[Decimal]]:
    """Calls whose results reappear: id to the figures found, each call with at least one.

    Args:
        transcript: the session.
        figures: reported values of the passing parts, by their decimals.
        least: how many different figures must reappear over all calls; with fewer, nothing is returned.

    A figure that the agent typed into this call or an earlier one, or that stands in the task, is no result.
    """
    if not any(call.ok and call.function in EFFECTIVE_TOOLS for call in transcript.calls):
        return {}
    given = numbers_in(transcript.task_text)
    wanted = {
        (digits, rounded)
        for digits, values in figures.items()
        for value in values
        if (rounded := telling(value, digits)) is not None
    }
    digits = sorted({places for places, _ in wanted})
    wanted -= {(places, _round(number, places)) for places in digits for number in given}
    found: dict[str, list[Decimal]] = {}
    for call in transcript.calls:
        # What was typed into this call or an earlier one (written to a file, say) is no result of it.
        typed = numbers_in("\n".join(str(value) for value in call.arguments.values()))
        wanted -= {(places, _round(number, places)) for places in digits for number in typed}
        if not call.ok or call.function not in EFFECTIVE_TOOLS:
            continue
        printed = {(places, _round(number, places)) for places in digits for number in numbers_in(call.result)}
        if hits := {figure for _, figure in wanted & printed}:
            found[call.id] = sorted(hits)
    return found if len({figure for hits in found.values() for figure in hits}) >= least else {}


def _round(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN, context=_WIDE)
