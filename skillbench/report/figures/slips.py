"""Named slips: which known mistake each run makes, and how often."""

from __future__ import annotations

import json
from collections import Counter

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.heatmap import MOST_COLUMNS
from skillbench.report.figures.style import INK, Spec, best_of, column, column_names, data, framed, quieted, run_axis
from skillbench.report.wording import many

MOST = 24
"""Slips shown, the most frequent first."""


def slips(board: Board) -> Spec:
    """The figure: a dot per run and slip, its area and number the times it was diagnosed.

    Raises:
        InputError: no slip was diagnosed.
    """
    best = [line.run for line in board.lines[:MOST_COLUMNS]]
    table = board.outcomes[board.outcomes["run"].isin(best)]
    names = column_names(best)
    count: Counter[tuple[str, str]] = Counter()
    for run, text in zip(table["run"], table["slips"], strict=True):
        count.update((str(run), f"{skill}: {slip}") for skill, slip in json.loads(text).items())
    if not count:
        raise InputError("no wrong answer equals a named slip in these logs, so there is nothing to draw")
    total: Counter[str] = Counter()
    for (_, slip), times in count.items():
        total[slip] += times
    shown = sorted(total, key=lambda slip: (-total[slip], slip))[:MOST]
    rows = [
        {"run": names[run], "slip": slip, "times": times, "told": f"{run}, {slip}: {many(times, 'time')}"}
        for (run, slip), times in sorted(count.items())
        if slip in shown
    ]
    x = run_axis(list(names.values()))
    x |= {"axis": {**x["axis"], "grid": True}, "scale": {"domain": list(names.values())}}
    y: Spec = {
        "field": "slip",
        "type": "nominal",
        "sort": shown,
        "title": None,
        "axis": {"labelLimit": 0, "labelColor": INK, "grid": True},
    }
    most = max(count.values())
    layers: list[Spec] = [
        {
            "mark": {"type": "circle", "color": "#c44601", "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "size": {
                    "field": "times",
                    "type": "quantitative",
                    "scale": {"domain": [0, most], "range": [0, 220]},
                    "legend": None,
                },
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "mark": {"type": "text", "dx": 9, "align": "left", "fontSize": 10, "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "times", "type": "quantitative"}},
        },
    ]
    more = f" The {MOST} most frequent of {len(total)}." if len(total) > MOST else ""
    subtitle = [
        f"Wrong answers that equal the answer of a known mistake, by count.{more}{best_of(len(best), len(board.lines))}"
    ]
    body = {
        "data": data(rows),
        "width": max(column(len(names))[0] * len(names), 120),
        "height": 24 * len(shown),
        "layer": quieted(layers),
    }
    return framed("Mistakes by name", subtitle, body)
