"""How far each run falls as skills combine: cases solved and score by k, each with what its twins alone would give."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skillbench.report.board import Board, Line
from skillbench.report.figures.lines import Axis, lines
from skillbench.report.figures.style import MOST_RUNS, Spec, best_of, framed, quieted
from skillbench.report.wording import many, percent
from skillbench.stats import Estimate
from skillbench.stats.estimate import LEAST_CHAINS

WIDE, HIGH = 410, 270
"""Pixels of each of the two panels."""


def degradation(board: Board) -> Spec:
    """The figure; its title is the largest fall that is shown, or that none is."""
    shown = board.lines[:MOST_RUNS]
    left = lines(
        {line.run: list(line.by_k.values()) for line in shown},
        Axis("mean score (0 to 10)", (0, 10), height=HIGH),
        {line.run: _null(line, "score") for line in shown},
        named=False,
    )
    right = lines(
        {line.run: list(line.fall.solve) for line in shown},
        Axis("cases solved", (0, 1), percent=True, height=HIGH),
        {line.run: _null(line, "solve") for line in shown},
    )
    panels = [{"width": WIDE, "height": HIGH, "layer": quieted(layers)} for layers in (left, right)]
    return framed(
        _finding(board.lines, shown), _reading(board, len(shown)), {"hconcat": panels, "spacing": 28}, 2 * WIDE
    )


def _null(line: Line, measure: str) -> Sequence[Estimate]:
    return [point.null for point in line.null(measure).values()]


def _finding(lines: tuple[Line, ...], shown: tuple[Line, ...]) -> str:
    """The largest fall shown; else how many of the others fall; else why none is shown."""
    falls = [(line.solve_drop.estimate, line) for line in shown if _falls(line) and line.solve_drop]
    if falls:
        _, line = min(falls, key=lambda fall: (fall[0], fall[1].run))
        rates = line.solve_by_k
        ends = f"{percent(rates[min(rates)].estimate)} of cases with {min(rates)} skills"
        return f"{line.run} solves {ends}, {percent(rates[max(rates)].estimate)} with {max(rates)}"
    others = sum(map(_falls, lines[len(shown) :]))
    if others:
        return f"{others} of {many(len(lines), 'run')} fall as skills combine, none of the best {len(shown)}"
    drops = [line.solve_drop for line in lines if line.solve_drop]
    if not drops:
        return "Results at one k: a fall needs two"
    if all(math.isnan(drop.low) or drop.chains < LEAST_CHAINS for drop in drops):
        return "Results by number of combined skills: too few chains, so no fall can be shown"
    return "No fall is shown as skills combine: every change may be none at all"


def _falls(line: Line) -> bool:
    drop = line.solve_drop
    return drop is not None and drop.chains >= LEAST_CHAINS and drop.high < 0


def _reading(board: Board, shown: int) -> list[str]:
    facts = board.facts
    chains, more = many(int(facts["chains"]), "chain"), best_of(shown, len(board.lines))
    single = " (none with one chain)" if int(facts["chains"]) == 1 else ""
    return [
        f"SkillBench {facts['task version']}, task set {facts['task set']}, {chains}.",
        f"Bars: 95 % intervals clustered by chain{single}.{more}",
        "Thin and dotted: what the run's own Skill@1 rates would give at that k if combining cost nothing.",
    ]
