"""The answer of a whole board in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skillbench.report.board import Line
from skillbench.report.wording import many, percent, reason, verdict
from skillbench.stats.estimate import LEAST_CHAINS


def headline(lines: Sequence[Line]) -> str:
    """Who solves most, how many runs fall beyond chance, and how many lose more than their skills' own errors."""
    if len(lines) == 1:
        return f"{verdict(lines[0])} {reason(lines[0])}".strip()
    best = max(lines, key=_place)
    told = [f"{best.run} solves most, {percent(best.solved.estimate)} of all cases"]
    falls = [line.solve_drop for line in lines if line.solve_drop and line.solve_drop.chains >= LEAST_CHAINS]
    if not falls:
        return f"{told[0]}; with fewer than {LEAST_CHAINS} chains scored at two k, no fall can be shown."
    fallen = sum(fall.high < 0 for fall in falls)
    verb = "falls" if fallen == 1 else "fall"
    told.append(f"{fallen or 'none'} of {many(len(lines), 'run')} {verb} beyond chance as skills combine")
    told += _paying(lines)
    return "; ".join(told) + "."


def _place(line: Line) -> tuple[bool, float]:
    return bool(line.rank.best), -1.0 if math.isnan(line.solved.estimate) else line.solved.estimate


def _paying(lines: Sequence[Line]) -> list[str]:
    """How many runs lose more than their skills' own errors explain, and which loses most."""
    gaps = [(line.gap.gap.estimate, line.run, line.gap) for line in lines if line.gap]
    paying = sorted(
        (found for found in gaps if found[2].gap.chains >= LEAST_CHAINS and found[2].gap.high < 0),
        key=lambda found: found[:2],
    )
    if not paying:
        return []
    _, run, gap = paying[0]
    verb = "loses" if len(paying) == 1 else "lose"
    most = f"{run} most: {percent(gap.observed)} solved at k = {gap.gap.k}, {percent(gap.expected)} expected"
    return [f"{len(paying)} {verb} more than the skills' own errors explain, {most}"]
