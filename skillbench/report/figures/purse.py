"""Checkpoints right and cases solved against the purse, one line per agent, a panel for each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import MOST_RUNS, Spec, best_of, panels, series
from skillbench.report.purse import curves
from skillbench.report.wording import figure as number
from skillbench.report.wording import span
from skillbench.stats import Estimate, PurseCurve

RIGHT, SOLVED = "checkpoints right", "cases solved"


def purse(board: Board) -> Spec:
    """The figure; agents whose share halves within the purses that were run are named with that purse.

    Raises:
        InputError: no agent was run with two purses.
    """
    found = curves(board)
    if not found:
        raise InputError("no agent was run with two purses; run one with -T purse=4, again with 2, 1.4 and 1")
    shown = dict(list(found.items())[:MOST_RUNS])
    rows = [row for name, curve in shown.items() for row in _rows(name, curve)]
    multiples = sorted({row["purse"] for row in rows})
    scales = series(list(shown))
    x: Spec = {
        "field": "purse",
        "type": "quantitative",
        "title": "purse, in perfect workers' spendings",
        "scale": {"type": "log", "base": 2, "nice": False, "domain": [multiples[0] / 1.1, multiples[-1] * 1.1]},
        "axis": {"values": multiples, "format": "~g", "grid": False},
    }
    y: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"title": "share", "format": ".0%", "tickCount": 5},
    }
    legend = {"title": None, "orient": "top", "direction": "vertical", "columns": 1} if len(shown) > 1 else None
    color: Spec = {"field": "run", "type": "nominal", "scale": scales["color"], "legend": legend}
    shape: Spec = {"field": "run", "type": "nominal", "scale": scales["shape"], "legend": None}
    told: Spec = {"field": "told", "type": "nominal"}
    both = {"x": x, "y": {**y, "field": "value"}, "color": color}
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 1.6, "opacity": 0.75}, "encoding": {**ends, "description": told}},
        {"mark": {"type": "line", "strokeWidth": 2.4}, "encoding": both},
        {
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
            "encoding": {**both, "shape": shape, "description": told},
        },
    ]
    subtitle = ["Bars: 95 % intervals over chains." + best_of(len(shown), len(found)), *_halves(shown)]
    return panels("What is left of the work when acts have a price", subtitle, rows, layers, by="measure")


def _rows(name: str, curve: PurseCurve) -> list[dict[str, Any]]:
    told: Sequence[tuple[str, Sequence[Estimate]]] = [(RIGHT, curve.right), (SOLVED, curve.solve)]
    return [
        {
            "measure": measure,
            "run": name,
            "purse": multiple,
            "value": round(point.estimate, 6),
            "low": round(point.low, 6) if math.isfinite(point.low) else None,
            "high": round(point.high, 6) if math.isfinite(point.high) else None,
            "told": f"{name}, purse {multiple:g}, {measure}: {number(point.estimate)} ({span(point)}), "
            f"n = {point.chains} chains",
        }
        for measure, points in told
        for multiple, point in zip(curve.multiples, points, strict=True)
        if math.isfinite(point.estimate)
    ]


def _halves(shown: Mapping[str, PurseCurve]) -> list[str]:
    halves = [
        f"{name} {number(curve.half.estimate, 1)} ({span(curve.half)})"
        for name, curve in shown.items()
        if curve.half.estimate > 0
    ]
    if halves:
        return ["Half-purse, where half of the share right is left: " + "; ".join(halves[:3]) + "."]
    return ["No agent loses half of its share right within the purses that were run."]
