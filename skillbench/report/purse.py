"""Runs that differ in nothing but their purse, put together: one curve for each agent."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skillbench.report.board import Board, Line
from skillbench.stats import PurseCurve, purse_curve

SAME = ("model", "model args", "generation", "agent", "tools", "context", "judge", "judge prompt", "version")
"""Facts in which the runs of one curve agree."""

_MARK = re.compile(r"(?P<before> \(|, )purse [\d.]+(?P<after>\)|, )")


def curves(board: Board) -> dict[str, PurseCurve]:
    """The curve of every agent that was run with at least two purses, best agent first.

    Purses given as a sum of points have no place on it: the same sum is another multiple in every case.
    """
    families: dict[tuple[str, ...], dict[float, Line]] = {}
    for line in board.lines:
        if (multiple := multiple_of(line)) is not None:
            families.setdefault(tuple(line.facts[name] for name in SAME), {})[multiple] = line
    found: dict[str, PurseCurve] = {}
    for lines in families.values():
        if len(lines) > 1:
            runs: Mapping[float, str] = {multiple: line.run for multiple, line in lines.items()}
            found[bare(lines[max(lines)].run)] = purse_curve(board.outcomes, runs)
    return found


def multiple_of(line: Line) -> float | None:
    """The purse of a run as a multiple of the perfect worker's spending; None for a sum, or without a purse."""
    try:
        return float(line.facts["purse"])
    except ValueError:
        return None


def bare(label: str) -> str:
    """A run's label without its purse.

    Example:
        >>> bare("lab/a (purse 2)"), bare("lab/a (tools code, purse 1.4)"), bare("lab/a (purse 1, judge x)")
        ('lab/a', 'lab/a (tools code)', 'lab/a (judge x)')
    """

    def joined(found: re.Match[str]) -> str:
        opens, closes = found["before"] == " (", found["after"] == ")"
        return "" if opens and closes else " (" if opens else ")" if closes else ", "

    return _MARK.sub(joined, label)
