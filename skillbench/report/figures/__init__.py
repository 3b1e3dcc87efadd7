"""Figures as Vega-Lite specifications: one module per kind, each a pure function of the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from skillbench.report.board import Board
from skillbench.report.figures.cost import cost
from skillbench.report.figures.degradation import degradation
from skillbench.report.figures.errors import errors
from skillbench.report.figures.gap import gap
from skillbench.report.figures.heatmap import heatmap
from skillbench.report.figures.purse import purse
from skillbench.report.figures.slips import slips
from skillbench.report.figures.slopes import slopes
from skillbench.report.figures.solve import solve
from skillbench.report.figures.style import Spec
from skillbench.report.figures.taxonomy import taxonomy
from skillbench.report.figures.tools import tools


@dataclass(frozen=True)
class Kind:
    """A kind of figure: how it is drawn, and what it answers."""

    draw: Callable[[Board], Spec]
    caption: str


KINDS: Final[Mapping[str, Kind]] = {
    "degradation": Kind(
        degradation, "How far does each run fall? Real where the paired difference's interval is below 0."
    ),
    "slopes": Kind(slopes, "Does a run fall on every chain, or on a few?"),
    "gap": Kind(gap, "Is it composition, or are the skills themselves hard? Compare observed with expected."),
    "solve": Kind(solve, "How many cases are wholly right, and at which k has that halved?"),
    "purse": Kind(purse, "How much of the work survives when searching, opening and running have a price?"),
    "cost": Kind(cost, "What does a point cost?"),
    "tools": Kind(tools, "Do cases whose tool results reached the answer score higher, at equal k?"),
    "heatmap": Kind(heatmap, "Which skills hold?"),
    "taxonomy": Kind(taxonomy, "In which communities of skills does composition fail?"),
    "slips": Kind(slips, "Which known mistakes were made?"),
    "errors": Kind(errors, "Where do errors begin, and do they travel?"),
}
"""Every kind of figure, in the order of the page."""
