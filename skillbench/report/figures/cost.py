"""Score against cost: who gives most for the money, or for the tokens where prices are unknown."""

from __future__ import annotations

import math
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board, Line
from skillbench.report.figures.lines import LABEL_STEP
from skillbench.report.figures.style import HEIGHT, MUTED, Spec, data, figure, series, spread_labels
from skillbench.report.wording import short


def cost(board: Board) -> Spec:
    """The figure: cost if every run has one, else tokens; the line is the frontier nobody beats on both.

    Raises:
        InputError: neither is known.
    """
    priced = all(math.isfinite(line.cost) and line.cost > 0 for line in board.lines)
    spent = {line.run: line.cost if priced else line.tokens for line in board.lines}
    lines = [line for line in board.lines if math.isfinite(spent[line.run]) and spent[line.run] > 0]
    if not lines:
        raise InputError("neither cost nor tokens are known for any run; run with a model that reports usage")
    runs = [line.run for line in board.lines]
    heights = spread_labels([line.overall.estimate for line in lines], LABEL_STEP * 10 / HEIGHT)
    points = [_point(line, spent[line.run], height) for line, height in zip(lines, heights, strict=True)]
    x: Spec = {
        "field": "spent",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "domain": _around([point["spent"] for point in points])},
        "title": "US dollars per composed case" if priced else "tokens per composed case (log scale)",
        "axis": {"format": "$.3~g" if priced else "~s", "tickCount": 5},
    }
    y: Spec = {"field": "score", "type": "quantitative", "scale": {"domain": [0, 10]}, "title": "mean score (0 to 10)"}
    scales = series(runs)
    color: Spec = {"field": "run", "type": "nominal", "scale": scales["color"], "legend": None}
    layers: list[Spec] = [
        {
            "data": data(_frontier(points)),
            "mark": {"type": "line", "interpolate": "step-after", "color": MUTED, "strokeDash": [4, 3]},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": data(points),
            "mark": {"type": "rule", "strokeWidth": 1.6},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color},
        },
        {
            "data": data(points),
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": color,
                "shape": {"field": "run", "type": "nominal", "scale": scales["shape"], "legend": None},
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "data": data(points),
            "mark": {"type": "text", "align": "left", "dx": 12, "fontSize": 12, "fontWeight": "bold"},
            "encoding": {"x": x, "y": {**y, "field": "label"}, "text": {"field": "name"}, "color": color},
        },
    ]
    left_out = len(board.lines) - len(lines)
    note = f" {left_out} run(s) without known usage are not drawn." if left_out else ""
    subtitle = [f"Bars: 95 % intervals clustered by chain. Dashed: the frontier.{note}"]
    return figure("Score against " + ("cost" if priced else "tokens"), subtitle, layers)


def _point(line: Line, spent: float, label: float) -> dict[str, Any]:
    score = line.overall
    ends = {"low": round(score.low, 6), "high": round(score.high, 6)} if math.isfinite(score.low) else {}
    told = f"{line.run}: score {score.estimate:.2f}, {spent:,.4g} per case"
    return {
        "run": line.run,
        "name": short(line.run),
        "spent": round(spent, 6),
        "score": round(score.estimate, 6),
        "label": round(label, 5),
        "told": told,
        **ends,
    }


def _around(values: list[float]) -> list[float]:
    return [min(values) / 1.6, max(values) * 2.2]


def _frontier(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points that no cheaper point matches, from the cheapest on."""
    best, kept = -math.inf, []
    for point in sorted(points, key=lambda point: (point["spent"], -point["score"])):
        if point["score"] > best:
            best = point["score"]
            kept.append({"spent": point["spent"], "score": point["score"]})
    return kept
