"""Each chain's own slope on k: whether a run falls everywhere or only on a few chains."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import (
    INK,
    LINE_HEIGHT,
    MUTED,
    SMALL,
    SPLIT,
    Spec,
    best_of,
    data,
    figure,
    run_names,
    series,
)
from skillbench.report.wording import figure as number
from skillbench.report.wording import span

ROW = 46
"""Pixels per run."""

NAME = 190
"""Pixels of a line of a run's name."""

MOST_ROWS = 16
"""Runs drawn, the best first."""


def slopes(board: Board) -> Spec:
    """The figure: a dot per chain, and the run's slope with its 95 % interval.

    Raises:
        InputError: no chain has two k.
    """
    shown = board.lines[:MOST_ROWS]
    runs = [line.run for line in shown]
    names = run_names(runs, NAME, SMALL, most=3)
    dots = [dot for run in runs for dot in _chain_slopes(board, run, names[run])]
    if not dots:
        raise InputError("slopes need chains with two k or more; run with -T k=2-7")
    means = [
        {
            "run": names[line.run],
            "slope": round(line.fall.slope.estimate, 6),
            "low": _kept(line.fall.slope.low),
            "high": _kept(line.fall.slope.high),
            "told": f"{line.run}: {number(line.fall.slope.estimate, sign=True)} points per skill, "
            f"95 % interval {span(line.fall.slope, sign=True)}, n = {line.fall.slope.chains} chains",
        }
        for line in shown
        if math.isfinite(line.fall.slope.estimate)
    ]
    y: Spec = {
        "field": "run",
        "type": "nominal",
        "sort": list(names.values()),
        "title": None,
        "axis": {"labelLimit": 0, "labelColor": INK, "labelExpr": SPLIT, "labelLineHeight": LINE_HEIGHT},
    }
    x: Spec = {
        "field": "slope",
        "type": "quantitative",
        "title": "points of score gained or lost per added skill",
        "axis": {"tickCount": 5, "labelOverlap": "greedy", "labelSeparation": 14},
    }
    color: Spec = {"field": "run", "type": "nominal", "scale": series(list(names.values()))["color"], "legend": None}
    layers: list[Spec] = [
        {
            "data": data([{"slope": 0}]),
            "mark": {"type": "rule", "color": MUTED, "strokeDash": [4, 3]},
            "encoding": {"x": x},
        },
        {
            "data": data(dots),
            "mark": {"type": "point", "filled": True, "size": 40, "opacity": 0.45},
            "encoding": {
                "x": x,
                "y": y,
                "yOffset": {"field": "shift", "type": "quantitative", "scale": {"domain": [-1, 1]}},
                "color": color,
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "data": data(means),
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": color},
        },
        {
            "data": data(means),
            "mark": {
                "type": "point",
                "filled": True,
                "shape": "diamond",
                "size": 170,
                "stroke": INK,
                "strokeWidth": 1,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": y, "color": color, "description": {"field": "told", "type": "nominal"}},
        },
    ]
    subtitle = [
        "Dots: the slope within one chain. Diamond and bar: the run's slope with its 95 % interval (CR2 by chain)."
        + best_of(len(shown), len(board.lines))
    ]
    return figure("How steeply each chain falls", subtitle, layers, height=max(ROW * len(runs), 100))


def _chain_slopes(board: Board, run: str, name: str) -> list[dict[str, Any]]:
    table = board.outcomes
    mine = table[(table["run"] == run) & (table["kind"] == "chain") & table["score"].notna()]
    dots = []
    for at, (chain, cases) in enumerate(mine.groupby("chain", sort=True)):
        means = cases.groupby("k")["score"].mean()
        if len(means) < 2:
            continue
        k = means.index.to_numpy(dtype=np.float64)
        centred = k - k.mean()
        value = float(centred @ means.to_numpy(dtype=np.float64) / (centred @ centred))
        shift = ((at * 7) % 11 - 5) / 9  # a fixed scatter, so that equal slopes do not hide each other
        dots.append(
            {
                "run": name,
                "slope": round(value, 6),
                "shift": round(shift, 4),
                "told": f"{run}, {chain}: {number(value, sign=True)}",
            }
        )
    return dots


def _kept(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
