"""Figures as Vega-Lite specifications: one module per kind, each a pure function of the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from skillbench.report.board import Board
from skillbench.report.figures.degradation import degradation
from skillbench.report.figures.style import Spec

KINDS: Final[Mapping[str, Callable[[Board], Spec]]] = {
    "degradation": degradation,
}
"""Every kind of figure, in the order of the page."""

CAPTIONS: Final[Mapping[str, str]] = {
    "degradation": "Mean score by number of combined skills. A fall is real where the paired difference's interval is below 0.",
}
"""What each figure is for, in a sentence."""


def draw(kind: str, board: Board) -> Spec:
    """The figure of this kind; :data:`KINDS` names them."""
    return KINDS[kind](board)
