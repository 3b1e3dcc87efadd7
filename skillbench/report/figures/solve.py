"""Solve rate by k with Wilson's intervals, and the k at which it has halved."""

from __future__ import annotations

import math

from skillbench.report.board import Board, Line
from skillbench.report.figures.lines import Axis, lines
from skillbench.report.figures.style import MOST_RUNS, Spec, best_of, figure
from skillbench.report.wording import figure as number
from skillbench.report.wording import short


def solve(board: Board) -> Spec:
    """The figure; runs whose solve rate halves within the k that were run are named with that k."""
    shown = board.lines[:MOST_RUNS]
    curves = {line.run: list(line.fall.solve) for line in shown}
    halves = [_half(line) for line in shown if not line.fall.half_life.beyond]
    title = "Solved cases by number of combined skills"
    subtitle = [
        "Share with every checkpoint and the decision right. Bars: 95 % Wilson intervals over chains."
        + best_of(len(shown), len(board.lines))
    ]
    found = [half for half in halves if half]
    subtitle.append(
        "Half-life: " + "; ".join(found[:3]) if found else "No solve rate halves within the k that were run."
    )
    return figure(title, subtitle, lines(curves, Axis("solve rate", (0, 1), percent=True)))


def _half(line: Line) -> str:
    k_half = line.fall.half_life.k_half
    if not math.isfinite(k_half.estimate):
        return ""
    sure = math.isfinite(k_half.low) or math.isfinite(k_half.high)
    interval = f"{number(k_half.low, 1)} to {number(k_half.high, 1)}" if sure else "no interval"
    return f"{short(line.run)} k = {number(k_half.estimate, 1)} ({interval})"
