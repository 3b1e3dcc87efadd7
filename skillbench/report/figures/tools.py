"""Tool use against score within k: cases whose tool result reached the answer, and the others."""

from __future__ import annotations

import math
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board, Line
from skillbench.report.figures.style import MOST_RUNS, PALETTE, PANEL_NAME, SMALL, Spec, best_of, panels, run_names
from skillbench.report.wording import span
from skillbench.stats import mean_by_k

USED = "a tool's result reached the answer"
IDLE = "no tool result in the answer"


def tools(board: Board) -> Spec:
    """The figure, a panel per run: mean score without bonus by k.

    Raises:
        InputError: no composed case was scored.
    """
    drawn = board.lines[:MOST_RUNS]
    names = run_names([line.run for line in drawn], PANEL_NAME, SMALL, bold=True)
    rows = [row for line in drawn for row in _rows(board, line, names[line.run])]
    if not rows:
        raise InputError("no composed case was scored, so tool use cannot be compared; run with -T k=2-7")
    ks = sorted({row["k"] for row in rows})
    x: Spec = {
        "field": "k",
        "type": "ordinal",
        "title": "k",
        "axis": {"labelAngle": 0, "grid": False},
        "scale": {"domain": ks},
    }
    offset: Spec = {"field": "series", "type": "nominal", "sort": [USED, IDLE]}
    y: Spec = {"type": "quantitative", "scale": {"domain": [0, 10]}, "axis": {"title": "score without bonus"}}
    scale = {"domain": [USED, IDLE], "range": [PALETTE[0], PALETTE[1]]}
    color: Spec = {
        "field": "series",
        "type": "nominal",
        "scale": scale,
        "legend": {"title": None, "orient": "top", "direction": "vertical"},
    }
    shape: Spec = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": [USED, IDLE], "range": ["circle", "square"]},
        "legend": None,
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 1.6, "opacity": 0.75},
            "encoding": {
                "x": x,
                "xOffset": offset,
                "y": {**y, "field": "low"},
                "y2": {"field": "high"},
                "color": color,
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {
                "x": x,
                "xOffset": offset,
                "y": {**y, "field": "score"},
                "color": color,
                "shape": shape,
                "description": {"field": "told", "type": "nominal"},
            },
        },
    ]
    subtitle = [
        "Bars: 95 % intervals clustered by chain (none with one chain). A right answer is also where results reach it,",
        "so this shows association within k; for the effect of tools run with and without them and compare."
        + best_of(min(MOST_RUNS, len(board.lines)), len(board.lines)),
    ]
    return panels("Tool use and score, at equal k", subtitle, rows, layers)


def _rows(board: Board, line: Line, name: str) -> list[dict[str, Any]]:
    table = board.outcomes
    mine = table[(table["run"] == line.run) & (table["kind"] == "chain") & table["score"].notna()]
    rows = []
    for series, cases in ((USED, mine[mine["tool_used"]]), (IDLE, mine[~mine["tool_used"]])):
        for point in mean_by_k(cases, measure="score_no_bonus") if len(cases) else ():
            if point.k is None:
                continue
            ends = {"low": round(point.low, 6), "high": round(point.high, 6)} if math.isfinite(point.low) else {}
            interval = f"95 % interval {span(point)}" if ends else "no interval"
            told = f"{line.run}, k = {point.k}: {series}, {point.estimate:.2f}, {interval}, n = {point.chains} chains"
            rows.append(
                {
                    "run": name,
                    "k": point.k,
                    "series": series,
                    "score": round(point.estimate, 6),
                    "told": told,
                    **ends,
                }
            )
    return rows
