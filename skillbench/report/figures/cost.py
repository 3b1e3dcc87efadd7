"""Score against cost: who gives most for the money, or for the tokens where prices are unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board, Line
from skillbench.report.figures.labels import LINE, SIZE, place_names
from skillbench.report.figures.metrics import wrapped
from skillbench.report.figures.style import HEIGHT, MUTED, WIDTH, Spec, data, figure, series
from skillbench.report.wording import figure as number
from skillbench.report.wording import many, span

NAME = 180
"""Pixels of a line of a name."""


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
    domain = _around([spent[line.run] for line in lines])
    points = [_point(line, spent[line.run]) for line in lines]
    names = _named(points, domain)
    x: Spec = {
        "field": "spent",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "domain": domain},
        "title": f"{'US dollars' if priced else 'tokens'} per composed case (log scale)",
        "axis": {
            "format": "$.3~g" if priced else "~s",
            "tickCount": 4,
            "labelOverlap": "greedy",
            "labelSeparation": 14,
        },
    }
    y: Spec = {"field": "score", "type": "quantitative", "scale": {"domain": [0, 10]}, "title": "mean score (0 to 10)"}
    scales = series(runs)
    color: Spec = {"field": "run", "type": "nominal", "scale": scales["color"], "legend": None}
    shape: Spec = {"field": "run", "type": "nominal", "scale": scales["shape"], "legend": None}
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
                "shape": shape,
                "description": {"field": "told", "type": "nominal"},
            },
        },
        *(
            {
                "data": data([name for name in names if name["align"] == align]),
                "mark": {
                    "type": "text",
                    "align": align,
                    "baseline": "middle",
                    "fontSize": SIZE,
                    "fontWeight": "bold",
                    "lineHeight": LINE,
                },
                "encoding": {"x": x, "y": y, "text": {"field": "name"}, "color": color},
            }
            for align in ("left", "right")
        ),
    ]
    left_out, unnamed = len(board.lines) - len(lines), len(points) - len(names)
    notes = [f"{many(left_out, 'run')} without known usage not drawn."] if left_out else []
    notes += [f"{many(unnamed, 'point')} not named for want of room."] if unnamed else []
    subtitle = ["Bars: 95 % intervals clustered by chain. Dashed: the frontier.", *([" ".join(notes)] if notes else [])]
    return figure("Score against " + ("cost" if priced else "tokens"), subtitle, layers)


def _point(line: Line, spent: float) -> dict[str, Any]:
    score = line.overall
    ends = {"low": round(score.low, 6), "high": round(score.high, 6)} if math.isfinite(score.low) else {}
    return {
        "run": line.run,
        "spent": round(spent, 6),
        "score": round(score.estimate, 6),
        "told": f"{line.run}: score {number(score.estimate)}, 95 % interval {span(score)}, n = {score.chains} chains, "
        f"{spent:,.4g} per case",
        **ends,
    }


def _named(points: Sequence[Mapping[str, Any]], domain: list[float]) -> list[dict[str, Any]]:
    """The names that find a place, as points of the plot; those on the frontier are placed first."""
    low, high = (math.log(end) for end in domain)
    steps = [(one["spent"], one["score"]) for one in _frontier(points)]
    order = sorted(points, key=lambda point: (point["spent"], point["score"]) not in set(steps))

    def place(spent: float, score: float) -> tuple[float, float]:
        return (math.log(spent) - low) / (high - low) * WIDTH, (1 - score / 10) * HEIGHT

    corners = [place(*step) for step in steps]
    line = [(x, y - 1, right, y + 1) for (x, y), (right, _) in pairwise(corners)]
    line += [(x - 1, top, x + 1, y) for (_, y), (x, top) in pairwise(corners)]
    places = [place(one["spent"], one["score"]) for one in order]
    names = [wrapped(one["run"], NAME, SIZE, bold=True, most=5) for one in order]
    found = place_names(places, names, (4, -8, WIDTH + 150, HEIGHT - 6), line)
    return [
        {
            "run": one["run"],
            "name": name,
            "align": "left" if spot.left else "right",
            "spent": round(math.exp(low + spot.x / WIDTH * (high - low)), 9),
            "score": round(10 * (1 - spot.y / HEIGHT), 5),
        }
        for one, name, spot in zip(order, names, found, strict=True)
        if spot is not None
    ]


def _around(values: list[float]) -> list[float]:
    return [min(values) / 1.6, max(values) * 2.2]


def _frontier(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Points that no cheaper point matches, from the cheapest on."""
    best, kept = -math.inf, []
    for point in sorted(points, key=lambda point: (point["spent"], -point["score"])):
        if point["score"] > best:
            best = point["score"]
            kept.append({"spent": point["spent"], "score": point["score"]})
    return kept
