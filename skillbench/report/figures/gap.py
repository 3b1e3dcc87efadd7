"""The composition gap: what a run's skills would solve if they only failed one by one, and what it solves."""

from __future__ import annotations

import math
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board, Line
from skillbench.report.figures.style import (
    MOST_RUNS,
    MUTED,
    PALETTE,
    PANEL_NAME,
    SMALL,
    Spec,
    best_of,
    panels,
    run_names,
)
from skillbench.report.wording import figure, span

EXPECTED = "expected from its skills alone"
OBSERVED = "observed"


def gap(board: Board) -> Spec:
    """The figure, a panel per run.

    Raises:
        InputError: no twins were run.
    """
    drawn = board.lines[:MOST_RUNS]
    names = run_names([line.run for line in drawn], PANEL_NAME, SMALL, bold=True)
    rows = [row for line in drawn for row in _rows(line, names[line.run])]
    shown = min(MOST_RUNS, len(board.lines))
    if not rows:
        raise InputError("the composition gap needs the Skill@1 twins; run without -T twins=false")
    ks = sorted({row["k"] for row in rows})
    x: Spec = {
        "field": "k",
        "type": "ordinal",
        "title": "k",
        "axis": {"labelAngle": 0, "grid": False},
        "scale": {"domain": ks},
    }
    y: Spec = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "title": "solve rate"}}
    kinds = {"domain": [EXPECTED, OBSERVED], "range": [MUTED, PALETTE[1]]}
    told = {"description": {"field": "told", "type": "nominal"}}
    color: Spec = {
        "field": "series",
        "type": "nominal",
        "scale": kinds,
        "legend": {"title": None, "orient": "top", "direction": "vertical", "symbolStrokeWidth": 0},
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": x,
                "y": {**y, "field": "rate"},
                "color": color,
                "strokeDash": {
                    "field": "series",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": [EXPECTED, OBSERVED], "range": [[5, 3], [1, 0]]},
                },
            },
        },
        {
            "transform": [{"filter": f"datum.series == '{OBSERVED}'"}],
            "mark": {"type": "rule", "strokeWidth": 1.6, "color": PALETTE[1], "opacity": 0.75},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {
                "x": x,
                "y": {**y, "field": "rate"},
                "color": color,
                "shape": {
                    "field": "series",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": [EXPECTED, OBSERVED], "range": ["square", "circle"]},
                },
                **told,
            },
        },
    ]
    subtitle = [
        "Expected: product of the twins' solve rates in the same chains. Bars: 95 % interval of the gap.",
        f"A bar that does not reach the dashed line: composition costs.{best_of(shown, len(board.lines))}",
    ]
    return panels("Does combining cost more than the skills themselves?", subtitle, rows, layers)


def _rows(line: Line, name: str) -> list[dict[str, Any]]:
    rows = []
    for found in line.fall.gaps:
        if math.isnan(found.gap.estimate):
            continue
        low, high = (min(max(found.expected + end, 0.0), 1.0) for end in (found.gap.low, found.gap.high))
        told = (
            f"{line.run}, k = {found.gap.k}: gap {figure(found.gap.estimate)}, 95 % interval {span(found.gap)}, "
            f"n = {found.gap.chains} chains"
        )
        shared = {"run": name, "k": found.gap.k, "told": told}
        rows.append({**shared, "series": EXPECTED, "rate": round(found.expected, 6)})
        ends = {"low": round(low, 6), "high": round(high, 6)} if math.isfinite(low) and math.isfinite(high) else {}
        rows.append({**shared, "series": OBSERVED, "rate": round(found.observed, 6), **ends})
    return rows
