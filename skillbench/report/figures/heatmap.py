"""Skill by run: how often each skill is right alone, and how often inside composed cases."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import INK, PAPER, Spec, framed
from skillbench.report.figures.style import data as inline
from skillbench.report.wording import short

LOW, HIGH = "#f3e3d3", "#0b4f7d"
"""Ends of the scale: light to dark, so that order survives without hue."""

ALONE, COMBINED = "alone (twins)", "combined"


def heatmap(board: Board) -> Spec:
    """The figure: share of attempts with the skill's checkpoint right, with the number of attempts in the tooltip.

    Raises:
        InputError: no verdict names its skills.
    """
    rows = skill_rates(board)
    if not rows:
        raise InputError("no scored sample names which skills were right; the logs hold no audit verdicts")
    skills = sorted({row["skill"] for row in rows})
    runs = [short(line.run) for line in board.lines]
    x: Spec = {
        "field": "run",
        "type": "nominal",
        "sort": runs,
        "title": None,
        "axis": {"labelAngle": -35, "labelLimit": 220, "orient": "bottom"},
    }
    y: Spec = {
        "field": "skill",
        "type": "nominal",
        "sort": skills,
        "title": None,
        "axis": {"labelLimit": 220, "labelColor": INK},
    }
    panel = [
        {
            "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1.5},
            "encoding": {
                "x": x,
                "y": y,
                "color": {
                    "field": "rate",
                    "type": "quantitative",
                    "scale": {"domain": [0, 1], "range": [LOW, HIGH]},
                    "legend": {"title": "right", "format": ".0%", "gradientLength": 120},
                },
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "mark": {"type": "text", "fontSize": 11},
            "encoding": {
                "x": x,
                "y": y,
                "text": {"field": "rate", "type": "quantitative", "format": ".0%"},
                "color": {"condition": {"test": "datum.rate > 0.45", "value": "#fefefe"}, "value": "#10202c"},
            },
        },
    ]
    width = max(46 * len(runs), 120)
    body: Spec = {
        "data": inline(rows),
        "facet": {
            "column": {"field": "place", "type": "nominal", "sort": [ALONE, COMBINED], "header": {"title": None}}
        },
        "spec": {"width": width, "height": 22 * len(skills), "layer": panel},
    }
    subtitle = [
        "Share of attempts with the skill's checkpoint right. Right alone and wrong combined: it fails by composition."
    ]
    return framed("Which skills hold, alone and combined", subtitle, body)


def skill_rates(board: Board) -> list[dict[str, Any]]:
    """Share right and attempts per run, skill, and whether alone or combined."""
    tally: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    scored = board.outcomes[board.outcomes["state"] == "scored"]
    for run, kind, text in zip(scored["run"], scored["kind"], scored["correct"], strict=True):
        for skill, right in json.loads(text).items():
            cell = tally[run, str(skill), ALONE if kind == "twin" else COMBINED]
            cell[0] += bool(right)
            cell[1] += 1
    return [
        {
            "run": short(run),
            "skill": skill,
            "place": place,
            "rate": round(right / tried, 6),
            "told": f"{run}, {skill}, {place}: {right} of {tried} right",
        }
        for (run, skill, place), (right, tried) in sorted(tally.items())
    ]
