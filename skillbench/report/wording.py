"""Numbers and findings in words: computed, with their uncertainty, never written by hand."""

from __future__ import annotations

import math

from skillbench.evidence.tally import AUTHORED, TWINS, shortfall
from skillbench.report.board import Line
from skillbench.stats import Contrast, Estimate
from skillbench.stats.estimate import LEAST_CHAINS

UNKNOWN = "—"
MOST_REASONS = 3


def figure(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """A number with fixed decimals; a dash where it is unknown, and no negative zero."""
    if not math.isfinite(value):
        return UNKNOWN if math.isnan(value) else ("∞" if value > 0 else "−∞")
    rounded = round(value, digits) + 0.0
    return f"{rounded:{'+' if sign and rounded else ''}.{digits}f}".replace("-", "−")


def span(estimate: Estimate, digits: int = 2, *, sign: bool = False, scale: float = 1) -> str:
    """The interval as ``low to high``; where chains do not differ, it says so instead of a width of zero."""
    if math.isnan(estimate.low) or math.isnan(estimate.high):
        return UNKNOWN
    if estimate.low == estimate.high:
        return "all equal"
    return " to ".join(figure(scale * end, digits, sign=sign) for end in (estimate.low, estimate.high))


def percent(share: float, *, sign: bool = False) -> str:
    """A share as whole percent."""
    return UNKNOWN if math.isnan(share) else f"{figure(100 * share, 0, sign=sign)} %"


def rank_text(line: Line) -> str:
    """``1`` or ``2–4``: ties are shown, not broken; a dash for an unranked run."""
    if not line.rank.best:
        return UNKNOWN
    return str(line.rank.best) if line.rank.best == line.rank.worst else f"{line.rank.best}–{line.rank.worst}"


def amount(value: float) -> str:
    """A count of tokens, short: 842, 31.4k, 1.2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if round(value / size, 1) >= 1 and value >= 999.5:
            return f"{value / size:.1f}{letter}"
    return figure(value, 0)


def money(value: float) -> str:
    """US dollars, with the decimals small sums need; no sum above 0 reads as 0."""
    if math.isnan(value):
        return UNKNOWN
    if 0 < value < 0.00005:
        return "< $0.0001"
    return f"${value:.2f}" if value >= 0.1 or value == 0 else f"${value:.4f}"


def many(n: int, noun: str, plural: str = "") -> str:
    """A number of things: ``1 chain``, ``12 chains``.

    Example:
        >>> many(1, "chain"), many(0, "case")
        ('1 chain', '0 cases')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def left_out(line: Line) -> str:
    """What a run's scores leave out, k by k and why; empty where every expected sample was scored.

    Samples that a log lacks are told apart from those that failed and those that no judge scored.
    """
    if line.counts.whole:
        return ""
    rows = [
        f"{'twins' if k == TWINS else f'k = {k}'}: {shortfall(counts)}"
        for k, counts in sorted(line.counts_by_k.items())
        if not counts.whole
    ]
    unplaced = line.counts.missing - sum(counts.missing for counts in line.counts_by_k.values())
    rows += [f"{unplaced} missing of unknown k"] if unplaced else []
    why = "; ".join(f"{n} × {reason}" for reason, n in list(line.counts.reasons.items())[:MOST_REASONS])
    more = len(line.counts.reasons) - MOST_REASONS
    told = f" Why: {why}{f'; and {more} other reasons' if more > 0 else ''}." if why else ""
    return f"{line.run} leaves samples out. {'; '.join(rows)}.{told}"


def verdict(line: Line) -> str:
    """How far a run's solve rate falls and whether that is real, in a sentence made from its estimates."""
    if line.facts.get("track") == AUTHORED:
        return _written(line)
    drop = line.solve_drop
    if drop is None or math.isnan(drop.estimate):
        return f"{line.run}: a fall needs two k; run it with -T k=2-7."
    first, last = min(line.solve_by_k), max(line.solve_by_k)
    ends = (line.solve_by_k[first], line.solve_by_k[last])
    start, end = percent(ends[0].estimate), percent(ends[1].estimate)
    moved = f"solves {start} of cases at k = {first} and {end} at k = {last}"
    chains = many(drop.chains, "chain")
    if any(one.chains != drop.chains for one in ends):
        chains += " scored at both"
    change = f"{points(drop.estimate)} (95 % interval {points_span(drop)}, {chains})"
    if math.isnan(drop.low):
        said = f"{moved}; {chains} can give no interval"
    elif drop.chains < LEAST_CHAINS:
        said = f"{moved}: {change}; {chains} are too few to call that a change"
    elif drop.low == drop.high:
        said = f"{moved}, in all {chains} alike: no spread, so no test"
    elif drop.high < 0:
        said = f"{moved}: {change}, the fall is real"
    elif drop.low > 0:
        said = f"{moved}: {change}, a rise"
    else:
        said = f"{moved}: {change}, no fall shown; {_would_show(drop)}"
    return f"{line.run} {said}."


def _written(line: Line) -> str:
    """A run of written tasks: every k has tasks of its own and there are no twins, so no fall and no gap are told."""
    rates = [f"{percent(one.estimate)} at k = {k}" for k, one in sorted(line.solve_by_k.items())]
    return (
        f"{line.run} scores {figure(line.overall.estimate)} on written tasks and has every figure right in "
        f"{', '.join(rates)}; each k has tasks of its own and none has twins, so neither a fall within a chain nor a "
        "composition gap can be shown."
    )


def _would_show(drop: Contrast) -> str:
    if not drop.detectable < 1:
        return "these chains could show none"
    return f"these chains would show one of {figure(100 * drop.detectable, 0)} points or more"


def reason(line: Line) -> str:
    """How much of the failing is composition: solve against what the same skills give alone; empty without twins."""
    gap = line.gap
    if gap is None or math.isnan(gap.gap.estimate):
        return ""
    said = (
        f"Its skills one at a time would give {percent(gap.expected)} at k = {gap.gap.k} "
        f"(gap {points(gap.gap.estimate)}, 95 % interval {points_span(gap.gap)})"
    )
    if math.isnan(gap.gap.low) or gap.gap.chains < LEAST_CHAINS:
        return f"{said}: {many(gap.gap.chains, 'chain')} cannot tell whether combining costs anything."
    if gap.gap.high < 0:
        return f"{said}: combining skills costs more than the skills themselves."
    return f"{said}: no cost of combining beyond the skills themselves is shown."


def beside(line: Line) -> str:
    """The score, and how much of its fall is arithmetic: one sentence; empty with one k or without twins."""
    null = line.null("score")
    if len(line.by_k) < 2 or not null:
        return ""
    first, last = min(line.by_k), max(line.by_k)
    if first not in null or last not in null:
        return ""
    moved = f"from {figure(line.by_k[first].estimate)} to {figure(line.by_k[last].estimate)}"
    arithmetic = f"from {figure(null[first].null.estimate)} to {figure(null[last].null.estimate)}"
    return f"Its score goes {moved}; its skills' own rates would take it {arithmetic} by arithmetic alone."


def points(share: float) -> str:
    """A difference of two shares, in percentage points."""
    return f"{figure(100 * share, 0, sign=True)} points"


def points_span(estimate: Estimate) -> str:
    """Its interval, in points."""
    return span(estimate, 0, sign=True, scale=100)


def short(name: str, most: int = 34) -> str:
    """A run's name cut in the middle, where its provider and its settings both stay readable."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-(most // 2 - 1) :]}"
