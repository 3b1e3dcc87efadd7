"""Error labels by k: where a wrong skill began, where it was handed on, where it was put right."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import MOST_RUNS, PALETTE, PAPER, Spec, panels
from skillbench.report.wording import short

LABELS = {
    "local": "local: wrong on right inputs",
    "propagated": "propagated: right work on a wrong input",
    "restored": "restored: right although its input was reported wrong",
    "absent": "absent: not reported",
}


def errors(board: Board) -> Spec:
    """The figure, a panel per run: share of skills in composed cases by label.

    Raises:
        InputError: no composed case was scored, or every skill in every case is right.
    """
    rows = [row for line in board.lines[:MOST_RUNS] for row in _rows(board, line.run)]
    if not any(row["share"] for row in rows):
        raise InputError("every skill of every scored case is right, so there are no errors to label")
    names = list(LABELS.values())
    colors = [PALETTE[1], PALETTE[0], PALETTE[2], PALETTE[5]]
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "stroke": PAPER, "strokeWidth": 1},
            "encoding": {
                "x": {"field": "k", "type": "ordinal", "title": "k", "axis": {"labelAngle": 0}},
                "y": {
                    "field": "share",
                    "type": "quantitative",
                    "title": "share of skills",
                    "axis": {"format": ".0%"},
                    "stack": True,
                },
                "color": {
                    "field": "label",
                    "type": "nominal",
                    "scale": {"domain": names, "range": colors},
                    "legend": {"title": None, "orient": "top", "columns": 2, "labelLimit": 400},
                },
                "order": {"field": "order", "type": "quantitative"},
                "description": {"field": "told", "type": "nominal"},
            },
        }
    ]
    return panels(
        "Where errors begin, and where they travel", ["Skills in composed cases; the rest is right."], rows, layers
    )


def _rows(board: Board, run: str) -> list[dict[str, Any]]:
    table = board.outcomes
    mine = table[(table["run"] == run) & (table["kind"] == "chain") & (table["state"] == "scored")]
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for k, text in zip(mine["k"], mine["labels"], strict=True):
        found[int(k)].update(str(label) for label in json.loads(text).values())
    return [
        {
            "run": short(run),
            "k": k,
            "label": said,
            "order": at,
            "share": round(labels[label] / labels.total(), 6),
            "told": f"{run}, k = {k}: {label} {labels[label]} of {labels.total()} skills",
        }
        for k, labels in sorted(found.items())
        if labels.total()
        for at, (label, said) in enumerate(LABELS.items())
    ]
