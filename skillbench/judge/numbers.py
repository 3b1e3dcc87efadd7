"""Numbers in running text, and whether a tool's result reappears in the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from skillbench.judge.provenance import MAX_PROGRAM, Workbench, disguised
from skillbench.judge.transcript import SCANNED, Transcript

_PLAIN = re.compile(r"(?<![\w.])[-+]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,2})?")
_GROUPED = re.compile(r"(?<![\w.,])[-+]?[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{1,18})?(?![0-9]|,[0-9]{3})")
_WIDE = Context(prec=200)  # room for every number that the patterns admit, exponents included


def numbers_in(text: str) -> set[Decimal]:
    """Every number of a text; what may be a thousands comma or a separator is read both ways.

    Example:
        >>> sorted(numbers_in("1,204.50 of 2 (A12)"))
        [Decimal('1'), Decimal('2'), Decimal('204.50'), Decimal('1204.50')]
    """
    scanned = text[:SCANNED]
    grouped = {match.replace(",", "") for match in _GROUPED.findall(scanned)} if "," in scanned else set()
    return {Decimal(written) for written in grouped.union(_PLAIN.findall(scanned))}


def telling(value: float, digits: int) -> Decimal | None:
    """A value as reported, or None when it has fewer than three significant digits and may stand anywhere."""
    shown = rounded(Decimal(repr(value)), digits)
    return shown if len(shown.normalize().as_tuple().digits) >= 3 else None


def figures_of(reported: Mapping[int, Iterable[float]]) -> set[tuple[int, Decimal]]:
    """The telling ones of reported values, each with its decimals."""
    return {
        (digits, shown)
        for digits, values in reported.items()
        for value in values
        if (shown := telling(value, digits)) is not None
    }


def effective_calls(
    transcript: Transcript, figures: Mapping[int, Iterable[float]], least: int = 2
) -> dict[str, list[Decimal]]:
    """Calls whose results reappear, up to the one that makes it enough: id to the figures found.

    A result counts when the program, or an earlier one of the session, read something and what it prints rests on
    that. A figure that stands in the task, or that the agent typed into this call or an earlier one, plainly or in
    pieces, as a sum, reversed or encoded, is no result; nor is anything after a call too long to be read.

    Args:
        transcript: the session.
        figures: reported values of the passing parts, by their decimals.
        least: how many different figures must reappear over all calls; with fewer, nothing is returned.
    """
    wanted = figures_of(figures) if any(call.program for call in transcript.calls) else set()
    digits = sorted({places for places, _ in wanted})

    def lose(numbers: Iterable[Decimal]) -> None:
        nonlocal wanted
        wanted -= {(places, rounded(number, places)) for places in digits for number in numbers}

    if wanted:
        lose(numbers_in(transcript.task_text))
    found: dict[str, list[Decimal]] = {}
    bench, waiting = Workbench(), list[str]()
    for call in transcript.calls:
        if not wanted or len(call.written) > MAX_PROGRAM:
            break
        # What was typed into this call or an earlier one (written to a file, say) is no result of it.
        lose(numbers_in(call.written))
        waiting += [call.program or call.written]
        if not call.ok or not call.program:
            continue
        shown = {(places, rounded(number, places)) for places in digits for number in numbers_in(call.printed)}
        if not wanted & shown:
            continue
        for program in waiting:
            bench.add(program)
            numbers, row = disguised(program)
            lose(numbers)
            wanted = {(places, figure) for places, figure in wanted if _digits(figure) not in row}
        waiting = []
        if (hits := wanted & shown) and bench.derives(call.program):
            found[call.id] = sorted({figure for _, figure in hits})
            if len({figure for some in found.values() for figure in some}) >= least:
                return found
    return {}


def rounded(number: Decimal, digits: int) -> Decimal:
    """A number with so many decimals."""
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN, context=_WIDE)


def _digits(figure: Decimal) -> str:
    return "".join(map(str, figure.normalize().as_tuple().digits))
