"""Skill by run: how often each skill is right alone, and how often inside composed cases."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import INK, PAPER, Spec, best_of, column, column_names, framed, quieted, run_axis
from skillbench.report.figures.style import data as inline
from skillbench.report.wording import figure, many, percent
from skillbench.stats import wilson_interval

LOW, HIGH = "#f3e3d3", "#0b4f7d"
"""Ends of the scale: light to dark, so that order survives without hue."""

MOST_COLUMNS = 16
"""Runs drawn, the best first; more would not be read."""

ALONE, COMBINED = "alone (twins)", "combined"


def heatmap(board: Board) -> Spec:
    """The figure: share of attempts with the skill's checkpoint right, with the number of attempts in the tooltip.

    Raises:
        InputError: no verdict names its skills.
    """
    shown = [line.run for line in board.lines[:MOST_COLUMNS]]
    rates = [rate for rate in skill_rates(board) if rate.run in shown]
    if not rates:
        raise InputError("no scored sample names which skills were right; the logs hold no audit verdicts")
    names = column_names(shown)
    rows = [_cell(rate, names[rate.run]) for rate in rates]
    skills = sorted({row["skill"] for row in rows})
    x = run_axis(list(names.values()))
    y: Spec = {
        "field": "skill",
        "type": "nominal",
        "sort": skills,
        "title": None,
        "axis": {"labelLimit": 0, "labelColor": INK},
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
                    "legend": {"title": "right", "format": ".0%", "gradientLength": 100, "tickCount": 3},
                },
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "mark": {"type": "text", "fontSize": 10},
            "encoding": {
                "x": x,
                "y": y,
                "text": {"field": "share"},
                "color": {"condition": {"test": "datum.rate > 0.45", "value": "#fefefe"}, "value": "#10202c"},
            },
        },
    ]
    width = max(column(len(names))[0] * len(names), 90)
    body: Spec = {
        "data": inline(rows),
        "facet": {
            "column": {"field": "place", "type": "nominal", "sort": [ALONE, COMBINED], "header": {"title": None}}
        },
        "spec": {"width": width, "height": 22 * len(skills), "layer": quieted(panel)},
    }
    subtitle = [
        "Per cent of attempts with the skill's checkpoint right. Right alone and wrong combined: composition fails.",
        f"Point at a cell for its attempts and its 95 % interval.{best_of(len(shown), len(board.lines))}",
    ]
    return framed("Which skills hold, alone and combined", subtitle, body)


@dataclass(frozen=True)
class SkillRate:
    """How often a run has one skill right, alone or combined, and on which chains it was tried."""

    run: str
    skill: str
    place: str
    right: int
    tried: int
    chains: frozenset[str]

    @property
    def share(self) -> float:
        """Right of tried."""
        return self.right / self.tried


def skill_rates(board: Board) -> list[SkillRate]:
    """The rates of every run and skill, alone and combined, sorted."""
    tally: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    chains: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    scored = board.outcomes[board.outcomes["state"] == "scored"]
    columns = (scored[name] for name in ("run", "kind", "chain", "correct"))
    for run, kind, chain, text in zip(*columns, strict=True):
        for skill, right in json.loads(text).items():
            key = (run, str(skill), ALONE if kind == "twin" else COMBINED)
            tally[key][0] += bool(right)
            tally[key][1] += 1
            chains[key].add(chain)
    return [
        SkillRate(*key, right=right, tried=tried, chains=frozenset(chains[key]))
        for key, (right, tried) in sorted(tally.items())
    ]


def share_text(share: float, chains: int) -> str:
    """A share with Wilson's 95 % interval, the chain as trial: attempts within one chain are not independent."""
    low, high = wilson_interval(share, chains)
    return f"{percent(share)} ({figure(100 * low, 0)} to {figure(100 * high, 0)})"


def _cell(rate: SkillRate, name: str) -> dict[str, Any]:
    return {
        "run": name,
        "share": figure(100 * rate.share, 0),
        "skill": rate.skill,
        "place": rate.place,
        "rate": round(rate.share, 6),
        "told": f"{rate.run}, {rate.skill}, {rate.place}: {rate.right} of {rate.tried} right, "
        f"{share_text(rate.share, len(rate.chains))}, n = {many(len(rate.chains), 'chain')}",
    }
