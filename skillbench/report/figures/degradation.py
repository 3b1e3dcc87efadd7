"""How far each run falls as skills combine: mean score by k with chain-clustered intervals."""

from __future__ import annotations

from skillbench.report.board import Board, Line
from skillbench.report.figures.lines import lines
from skillbench.report.figures.style import MOST_RUNS, Spec, figure
from skillbench.report.wording import figure as number


def degradation(board: Board) -> Spec:
    """The figure; its title is the largest fall that is shown, or that none is."""
    shown = board.lines[:MOST_RUNS]
    curves = {line.run: list(line.by_k.values()) for line in shown}
    layers = lines(curves, "mean score (0 to 10)", (0, 10))
    return figure(_finding(shown), _reading(board, len(shown)), layers)


def _finding(shown: tuple[Line, ...]) -> str:
    falls = [(line.drop.estimate, line) for line in shown if line.drop and line.drop.high < 0]
    if not falls:
        return "No fall is shown as skills combine: every interval of a change includes none"
    drop, line = min(falls, key=lambda fall: (fall[0], fall[1].run))
    ks = sorted(line.by_k)
    return f"{line.run} loses {number(-drop, 1)} points from {ks[0]} to {ks[-1]} combined skills"


def _reading(board: Board, shown: int) -> list[str]:
    facts = board.facts
    more = f"; the best {shown} of {len(board.lines)} runs" if shown < len(board.lines) else ""
    return [
        f"SkillBench {facts['task version']}, task set {facts['task set']}, {facts['chains']} chains{more}",
        "Bars: 95 % intervals clustered by chain. Lines stand beside each other only to keep bars apart.",
    ]
