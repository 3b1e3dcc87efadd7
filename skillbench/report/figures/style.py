"""One look for every figure: colours, marks, fonts and axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from skillbench.report.figures.metrics import wrapped

PALETTE: Final = ("#0072b2", "#c44601", "#70323d", "#6a0ac9", "#c96d5b", "#820707", "#323d70", "#650794")
"""Series colours on white, chosen greedily to stay apart under simulated colour deficiencies at a contrast of 3:1
(tests/report/test_figures.py holds them to it); each series has a mark and a dash of its own besides."""

DARK: Final = ("#5db4ee", "#ff8f4f", "#ff4080", "#8a73ff", "#ffd70d", "#ad7e4e", "#40ff9f", "#509908")
"""The same series on the dark page."""

SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
DASHES: Final = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 2), (10, 4), (1, 3), (12, 3, 3, 3))

INK: Final = "#1c2733"
MUTED: Final = "#5a6773"
GRID: Final = "#e3e8ec"
PAPER: Final = "#ffffff"
DARK_INK: Final = {INK: "#e8edf2", MUTED: "#a7b3be", GRID: "#2c3843", PAPER: "#11181f"}
"""What the page's ink becomes in dark mode."""

FONT: Final = "Liberation Sans, Helvetica, Arial, sans-serif"
WIDTH: Final = 400
HEIGHT: Final = 290
TITLE: Final = 560
"""Pixels of a line of a title or subtitle."""

TITLE_SIZE: Final = 16
SMALL: Final = 12
MOST_RUNS: Final = len(PALETTE)
"""Runs a figure can tell apart; a figure of more shows the best and says so."""

Spec = dict[str, Any]


def figure(title: str, subtitle: Sequence[str], layers: Sequence[Spec], **parts: Any) -> Spec:
    """A whole figure of one panel: title, subtitle (what the marks mean), layers."""
    return framed(title, subtitle, {"width": WIDTH, "height": HEIGHT, "layer": quieted(layers), **parts})


PANEL_NAME: Final = 170
"""Pixels of a panel's heading, three to a row."""


def panels(
    title: str, subtitle: Sequence[str], rows: Sequence[Mapping[str, Any]], layers: Sequence[Spec], *, by: str = "run"
) -> Spec:
    """A figure with one small panel for each value of ``by``, in order of first appearance, on shared scales."""
    names = list(dict.fromkeys(row[by] for row in rows))
    columns = min(len(names), 3)
    header = {"title": None, "labelFontSize": 12, "labelFontWeight": "bold", "labelLimit": 0, "labelExpr": SPLIT}
    # Axes shared by column would stand below an empty place where the last row is not full.
    ragged = {"resolve": {"axis": {"x": "independent"}}} if len(names) % columns else {}
    return framed(
        title,
        subtitle,
        {
            "data": data(rows),
            "facet": {"field": by, "type": "nominal", "sort": names, "header": header},
            "columns": columns,
            "spec": {"width": {1: 360, 2: 240}.get(columns, PANEL_NAME), "height": 170, "layer": quieted(layers)},
            **ragged,
        },
    )


def run_axis(names: Sequence[str]) -> Spec:
    """The horizontal axis of a figure with a column for each run: upright names where they are few.

    Args:
        names: of :func:`run_names`, with the width of :func:`column` of as many.
    """
    upright: Spec = {"labelAngle": 0} if len(names) <= FEW_COLUMNS else {"labelAngle": -90, "labelBaseline": "middle"}
    axis = {**upright, "labelLimit": 0, "labelExpr": SPLIT, "orient": "bottom", "labelLineHeight": LINE_HEIGHT}
    return {"field": "run", "type": "nominal", "sort": list(names), "title": None, "axis": axis}


def column(runs: int) -> tuple[float, int]:
    """Pixels of a run's column, and how many lines its name has room for."""
    return (88, 6) if runs <= FEW_COLUMNS else (34, 2)


def column_names(runs: Sequence[str]) -> dict[str, str]:
    """Names of runs that head columns."""
    width, most = column(len(runs))
    return run_names(runs, width - 4 if len(runs) <= FEW_COLUMNS else UPRIGHT, SMALL, most=most)


FEW_COLUMNS: Final = 3
UPRIGHT: Final = 220
"""Pixels of a line of a name that stands upright."""

LINE_HEIGHT: Final = 14
SPLIT: Final = "split(datum.label, '\\n')"
"""How an axis or a heading reads a name of several lines."""


def run_names(runs: Sequence[str], width: float, size: float, *, bold: bool = False, most: int = 4) -> dict[str, str]:
    r"""Each run's name in lines no wider than ``width``, joined by line ends; no two of them are alike.

    Example:
        >>> run_names(["lab/a", "lab/a"[:5] + " "], 90, 12)
        {'lab/a': 'lab/a', 'lab/a ': 'lab/a\n(2)'}
    """
    names: dict[str, str] = {}
    for run in runs:
        lines = wrapped(run, width, size, bold=bold, most=most)
        same = sum(1 for name in names.values() if name.split("\n(")[0] == "\n".join(lines))
        names[run] = "\n".join([*lines, f"({same + 1})"] if same else lines)
    return names


def quieted(layers: Sequence[Spec]) -> list[Spec]:
    """The layers, with those that only repeat another's figures (text, lines, intervals) hidden from readers."""
    return [
        layer if "description" in layer["encoding"] else {**layer, "mark": {**layer["mark"], "aria": False}}
        for layer in layers
    ]


def best_of(shown: int, total: int) -> str:
    """That a figure shows only some of the runs; empty where it shows all."""
    return f" The best {shown} of {total} runs." if shown < total else ""


def framed(title: str, subtitle: Sequence[str], body: Spec, width: float = TITLE) -> Spec:
    """Title and subtitle around a specification, in lines that end within ``width`` in any face."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {
            "text": wrapped(title, width, TITLE_SIZE, bold=True),
            "subtitle": wrapped(" ".join(subtitle), width, SMALL),
            "anchor": "start",
            "offset": 14,
        },
        **body,
        "config": config(),
    }


def config() -> Spec:
    """Fonts, ink and axes shared by all figures."""
    return {
        "background": PAPER,
        "font": FONT,
        "padding": 14,
        "view": {"stroke": None},
        "title": {
            "color": INK,
            "fontSize": TITLE_SIZE,
            "subtitleColor": MUTED,
            "subtitleFontSize": SMALL,
            "lineHeight": 20,
            "subtitleLineHeight": 16,
            "subtitlePadding": 6,
        },
        "axis": {
            "labelColor": MUTED,
            "titleColor": INK,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 10,
            "gridColor": GRID,
            "domainColor": MUTED,
            "tickColor": MUTED,
        },
        "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "labelLimit": 0, "symbolSize": 90},
        "header": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12},
    }


def data(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Rows as inline data."""
    return {"values": [dict(row) for row in rows]}


def series(runs: Sequence[str]) -> dict[str, Spec]:
    """Colour, shape and dash scales over runs, in the board's order."""
    size = len(PALETTE)
    return {
        "color": {"domain": list(runs), "range": [PALETTE[at % size] for at in range(len(runs))]},
        "shape": {"domain": list(runs), "range": [SHAPES[at % size] for at in range(len(runs))]},
        "dash": {"domain": list(runs), "range": [list(DASHES[at % size]) for at in range(len(runs))]},
    }
