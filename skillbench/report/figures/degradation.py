"""How far each run falls as skills combine: mean score by k with chain-clustered intervals."""

from __future__ import annotations

import math

from skillbench.report.board import Board, Line
from skillbench.report.figures.lines import lines
from skillbench.report.figures.style import MOST_RUNS, Spec, best_of, figure
from skillbench.report.wording import figure as number
from skillbench.report.wording import many, short


def degradation(board: Board) -> Spec:
    """The figure; its title is the largest fall that is shown, or that none is."""
    shown = board.lines[:MOST_RUNS]
    curves = {line.run: list(line.by_k.values()) for line in shown}
    layers = lines(curves, "mean score (0 to 10)", (0, 10))
    return figure(_finding(board.lines, shown), _reading(board, len(shown)), layers)


def _finding(lines: tuple[Line, ...], shown: tuple[Line, ...]) -> str:
    """The largest fall shown; else how many of the others fall; else why none is shown."""
    falls = [(line.drop.estimate, line) for line in shown if line.drop and line.drop.high < 0]
    if falls:
        drop, line = min(falls, key=lambda fall: (fall[0], fall[1].run))
        ks = sorted(line.by_k)
        return f"{short(line.run)} loses {number(-drop, 1)} points from {ks[0]} to {ks[-1]} combined skills"
    others = sum(1 for line in lines[len(shown) :] if line.drop and line.drop.high < 0)
    if others:
        return f"{others} of {many(len(lines), 'run')} fall as skills combine, none of the best {len(shown)}"
    drops = [line.drop for line in lines if line.drop]
    if not drops:
        return "Scores at one k: a fall needs two"
    if all(math.isnan(drop.low) for drop in drops):
        return "Scores by number of combined skills: too few chains for an interval, so no fall can be shown"
    return "No fall is shown as skills combine: every change may be none at all"


def _reading(board: Board, shown: int) -> list[str]:
    facts = board.facts
    chains, more = many(int(facts["chains"]), "chain"), best_of(shown, len(board.lines))
    bars = "Bars: 95 % intervals clustered by chain"
    single = " (none with one chain)" if int(facts["chains"]) == 1 else ""
    return [
        f"SkillBench {facts['task version']}, task set {facts['task set']}, {chains}.{more}",
        f"{bars}{single}. Lines stand beside each other only to keep bars apart.",
    ]
