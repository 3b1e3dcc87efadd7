"""A quantity by k, one line per run, an interval at every point and the run's name at the line's end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from skillbench.report.figures.labels import spread_labels
from skillbench.report.figures.metrics import LINE, wrapped
from skillbench.report.figures.style import HEIGHT, INK, Spec, data, series
from skillbench.report.wording import figure, span
from skillbench.stats import Estimate

DODGE: Final = 0.09
"""How far runs stand apart along k, so that no interval hides another."""

EDGE: Final = 0.4
"""How far the horizontal axis goes on beyond the first and the last k."""

NAME_SIZE: Final = 12
NAME_WIDTH: Final = 190
"""Pixels of a name's line; longer names take more lines."""

_FEW: Final = 4
"""Up to so many runs, names have three lines; beyond it two."""

NULL: Final = "if combining cost nothing"


@dataclass(frozen=True)
class Axis:
    """The vertical axis: title, ends, whether values are shares, and pixels."""

    title: str
    domain: tuple[float, float]
    percent: bool = False
    height: int = HEIGHT

    def encoded(self) -> Spec:
        """As Vega-Lite reads it."""
        return {
            "field": "value",
            "type": "quantitative",
            "title": self.title,
            "scale": {"domain": list(self.domain)},
            "axis": {"format": ".0%" if self.percent else "d", "tickCount": 5},
        }


def lines(
    curves: Mapping[str, Sequence[Estimate]],
    axis: Axis,
    nulls: Mapping[str, Sequence[Estimate]] | None = None,
    *,
    named: bool = True,
) -> list[Spec]:
    """Layers: intervals, nulls, lines, points, names.

    Args:
        curves: estimates by k, per run, best run first.
        axis: the vertical axis.
        nulls: what each run would give if combining cost nothing, drawn thin and dotted in its colour.
        named: whether each line ends in its run's name.
    """
    runs = list(curves)
    offsets = {run: (at - (len(runs) - 1) / 2) * DODGE for at, run in enumerate(runs)}
    rows = [row for run in runs for row in _rows(run, curves[run], offsets[run], "")]
    null = [row for run in runs for row in _rows(run, (nulls or {}).get(run, ()), offsets[run] + DODGE / 3, NULL)]
    ks = sorted({row["k"] for row in rows})
    scales = series(runs)
    x: Spec = {
        "field": "at",
        "type": "quantitative",
        "title": "number of combined skills, k",
        "scale": {"domain": [min(ks) - EDGE, max(ks) + EDGE] if ks else [1.6, 7.4], "nice": False},
        "axis": {"values": ks, "format": "d", "grid": False},
    }
    y = axis.encoded()
    color: Spec = {"field": "run", "type": "nominal", "scale": scales["color"], "legend": None}
    dash: Spec = {"field": "run", "type": "nominal", "scale": scales["dash"], "legend": None}
    shape: Spec = {"field": "run", "type": "nominal", "scale": scales["shape"], "legend": None}
    told = {"description": {"field": "told", "type": "nominal"}}
    both, ends = {"x": x, "y": y, "color": color}, {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
    layers: list[Spec] = [
        _layer(rows, {"type": "rule", "strokeWidth": 1.6, "opacity": 0.75, "clip": True}, {**both, **ends, **told}),
        _layer(rows, {"type": "line", "strokeWidth": 2.4}, {**both, "strokeDash": dash}),
        _layer(rows, {"type": "point", "filled": True, "size": 75, "opacity": 1}, {**both, "shape": shape, **told}),
    ]
    if null:
        # Of many runs the intervals of nulls would hide those of the runs; a mark still tells its own.
        if len(runs) <= _FEW:
            bars = {"type": "rule", "strokeWidth": 0.8, "opacity": 0.7, "clip": True}
            layers.insert(0, _layer(null, bars, {**both, **ends, **told}))
        layers[:0] = [
            _layer(null, {"type": "line", "strokeWidth": 1.2, "strokeDash": [1, 3]}, both),
            _layer(null, {"type": "point", "filled": False, "size": 26, "opacity": 1}, {**both, **told}),
        ]
    return [*layers, *(_names(runs, rows, axis, scales["color"], x, y) if named else [])]


def _layer(rows: Sequence[Mapping[str, Any]], mark: Spec, encoding: Spec) -> Spec:
    return {"data": data(rows), "mark": mark, "encoding": encoding}


def _rows(run: str, curve: Sequence[Estimate], offset: float, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "run": run,
            "k": point.k,
            "at": round(point.k + offset, 4),
            "value": round(point.estimate, 6),
            "low": round(point.low, 6) if math.isfinite(point.low) else None,
            "high": round(point.high, 6) if math.isfinite(point.high) else None,
            "told": _told(run, point, kind),
        }
        for point in curve
        if point.k is not None and math.isfinite(point.estimate)
    ]


def _told(run: str, point: Estimate, kind: str) -> str:
    interval = f"95 % interval {span(point)}" if math.isfinite(point.low) else "no interval"
    told = [kind, f"{figure(point.estimate)}", interval, f"n = {point.chains} chains", point.note]
    return f"{run}, k = {point.k}: {', '.join(filter(None, told))}"


def _names(
    runs: Sequence[str], rows: Sequence[Mapping[str, Any]], axis: Axis, colors: Spec, x: Spec, y: Spec
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
    names = {run: wrapped(run, NAME_WIDTH, NAME_SIZE, bold=True, most=2 if len(ends) > _FEW else 3) for run in ends}
    tallest = max(map(len, names.values()))
    step = (LINE * NAME_SIZE * tallest + 2) * (axis.domain[1] - axis.domain[0]) / axis.height
    heights = spread_labels([float(row["value"]) for row in ends.values()], step)
    over = max(0.0, max(heights) - axis.domain[1])
    labels = [
        {
            "run": run,
            "name": names[run],
            "at": round(edge, 4),
            "value": round(height - over, 5),
            "from": row["at"],
            "to": row["value"],
        }
        for (run, row), height in zip(ends.items(), heights, strict=True)
    ]
    color = {"field": "run", "type": "nominal", "scale": colors, "legend": None}
    text = {"type": "text", "align": "left", "dx": 4, "fontSize": NAME_SIZE, "fontWeight": "bold", "color": INK}
    return [
        _layer(
            labels,
            {"type": "rule", "strokeWidth": 0.8, "opacity": 0.6, "clip": False},
            {
                "x": {**x, "field": "from"},
                "x2": {"field": "at"},
                "y": {**y, "field": "to"},
                "y2": {"field": "value"},
                "color": color,
            },
        ),
        _layer(
            labels,
            {**text, "baseline": "middle", "lineHeight": LINE * NAME_SIZE},
            {"x": {**x, "field": "at"}, "y": y, "text": {"field": "name"}, "color": color},
        ),
    ]
