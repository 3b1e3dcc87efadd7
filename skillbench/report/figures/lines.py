"""A quantity by k, one line per run, an interval at every point and the run's name at the line's end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skillbench.report.figures.labels import LINE, spread_labels
from skillbench.report.figures.style import HEIGHT, INK, Spec, data, series
from skillbench.report.wording import figure, short, span
from skillbench.stats import Estimate

DODGE = 0.09
"""How far runs stand apart along k, so that no interval hides another."""

EDGE = 0.4
"""How far the horizontal axis goes on beyond the first and the last k."""


def lines(
    curves: Mapping[str, Sequence[Estimate]], axis: str, domain: tuple[float, float], *, percent: bool = False
) -> list[Spec]:
    """Layers: bars for the intervals, lines, points, names.

    Args:
        curves: estimates by k, per run, best run first.
        axis: title of the vertical axis.
        domain: its ends.
        percent: whether values are shares.
    """
    runs = list(curves)
    rows = [row for at, run in enumerate(runs) for row in _rows(run, curves[run], (at - (len(runs) - 1) / 2) * DODGE)]
    ks = sorted({row["k"] for row in rows})
    scales = series(runs)
    x: Spec = {
        "field": "at",
        "type": "quantitative",
        "title": "number of combined skills, k",
        "scale": {"domain": [min(ks) - EDGE, max(ks) + EDGE] if ks else [1.6, 7.4], "nice": False},
        "axis": {"values": ks, "format": "d", "grid": False},
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "title": axis,
        "scale": {"domain": list(domain)},
        "axis": {"format": ".0%" if percent else "d"},
    }
    color: Spec = {"field": "run", "type": "nominal", "scale": scales["color"], "legend": None}
    source = data(rows)
    told = {"description": {"field": "told", "type": "nominal"}}
    return [
        {
            "data": source,
            "mark": {"type": "rule", "strokeWidth": 1.6, "opacity": 0.75, "clip": True},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color, **told},
        },
        {
            "data": source,
            "mark": {"type": "line", "strokeWidth": 2.4},
            "encoding": {
                "x": x,
                "y": y,
                "color": color,
                "strokeDash": {"field": "run", "type": "nominal", "scale": scales["dash"], "legend": None},
            },
        },
        {
            "data": source,
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": color,
                "shape": {"field": "run", "type": "nominal", "scale": scales["shape"], "legend": None},
                **told,
            },
        },
        *_names(runs, rows, domain, scales["color"], x, y),
    ]


def _rows(run: str, curve: Sequence[Estimate], offset: float) -> list[dict[str, Any]]:
    return [
        {
            "run": run,
            "k": point.k,
            "at": round(point.k + offset, 4),
            "value": round(point.estimate, 6),
            "low": round(point.low, 6) if math.isfinite(point.low) else None,
            "high": round(point.high, 6) if math.isfinite(point.high) else None,
            "told": _told(run, point),
        }
        for point in curve
        if point.k is not None and math.isfinite(point.estimate)
    ]


def _told(run: str, point: Estimate) -> str:
    interval = f"95 % interval {span(point)}" if math.isfinite(point.low) else "no interval"
    told = [f"{figure(point.estimate)}", interval, point.note]
    return f"{run}, k = {point.k}: {', '.join(filter(None, told))}"


def _names(
    runs: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    domain: tuple[float, float],
    colors: Spec,
    x: Spec,
    y: Spec,
) -> list[Spec]:
    """Each run's name right of its last point, moved apart where lines end together, with a thread to its line."""
    last = {
        run: max((row for row in rows if row["run"] == run), key=lambda row: int(row["k"]), default=None)
        for run in runs
    }
    ends = {run: row for run, row in last.items() if row is not None}
    if not ends:
        return []
    ks = [int(row["k"]) for row in rows]
    edge = max(ks) + EDGE + 0.02 * (max(ks) - min(ks) + 2 * EDGE)
    step = (LINE + 1) * (domain[1] - domain[0]) / HEIGHT
    heights = spread_labels([float(row["value"]) for row in ends.values()], step)
    over = max(0.0, max(heights) - domain[1])
    labels = [
        {
            "run": run,
            "name": short(run),
            "at": round(edge, 4),
            "value": round(height - over, 5),
            "from": row["at"],
            "to": row["value"],
        }
        for (run, row), height in zip(ends.items(), heights, strict=True)
    ]
    color = {"field": "run", "type": "nominal", "scale": colors, "legend": None}
    return [
        {
            "data": data(labels),
            "mark": {"type": "rule", "strokeWidth": 0.8, "opacity": 0.6, "clip": False},
            "encoding": {
                "x": {**x, "field": "from"},
                "x2": {"field": "at"},
                "y": {**y, "field": "to"},
                "y2": {"field": "value"},
                "color": color,
            },
        },
        {
            "data": data(labels),
            "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12, "fontWeight": "bold", "color": INK},
            "encoding": {"x": {**x, "field": "at"}, "y": y, "text": {"field": "name"}, "color": color},
        },
    ]
