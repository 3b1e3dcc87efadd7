"""Error labels by k: where a wrong skill began, where it was handed on, where it was put right."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.style import (
    INK,
    MOST_RUNS,
    PALETTE,
    PANEL_NAME,
    PAPER,
    SMALL,
    Spec,
    best_of,
    panels,
    run_names,
)
from skillbench.report.wording import many, percent, span
from skillbench.stats.estimate import clustered

BAR = 18
"""Pixels of a bar's width."""

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
    runs = [line.run for line in board.lines[:MOST_RUNS]]
    headings = run_names(runs, PANEL_NAME, SMALL, bold=True)
    rows = [row | {"run": headings[run]} for run in runs for row in _rows(board, run)]
    if not rows:
        raise InputError("no scored case labels its skills; the logs hold no audit verdicts")
    if not any(row["share"] for row in rows):
        raise InputError("every skill of every scored case is right, so there are no errors to label")
    names = list(LABELS.values())
    colors = [PALETTE[1], PALETTE[0], PALETTE[2], PALETTE[5]]
    x: Spec = {"field": "k", "type": "ordinal", "title": "k", "axis": {"labelAngle": 0}}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "stroke": PAPER, "strokeWidth": 1, "size": BAR},
            "encoding": {
                "x": x,
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
                    "legend": {"title": None, "orient": "top", "direction": "vertical"},
                },
                "order": {"field": "order", "type": "quantitative"},
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "strokeWidth": 1.6, "color": INK},
            "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        },
    ]
    drawn = best_of(min(MOST_RUNS, len(board.lines)), len(board.lines))
    subtitle = [
        f"Skills in composed cases; the rest is right. Bars: 95 % interval of the whole stack, by chain.{drawn}"
    ]
    return panels("Where errors begin, and where they travel", subtitle, rows, layers)


def _rows(board: Board, run: str) -> list[dict[str, Any]]:
    table = board.outcomes
    mine = table[(table["run"] == run) & (table["kind"] == "chain") & (table["state"] == "scored")]
    found: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for k, chain, text in zip(mine["k"], mine["chain"], mine["labels"], strict=True):
        found[int(k)][str(chain)].update(str(label) for label in json.loads(text).values())
    return [row for k, chains in sorted(found.items()) for row in _stack(run, k, list(chains.values()))]


def _stack(run: str, k: int, chains: list[Counter[str]]) -> Iterator[dict[str, Any]]:
    """One bar's parts, and the interval of the whole bar: the chain is the cluster."""
    labels: Counter[str] = sum(chains, Counter())
    if not labels:
        return
    shares = np.array([sum(one[label] for label in LABELS) / one.total() for one in chains if one])
    whole = float(shares.mean())
    bar = clustered("labelled skills", run, k, whole, (shares - whole) / len(shares), method="t over chains")
    bar = bar.clipped(0.0, 1.0)
    for at, (label, said) in enumerate(LABELS.items()):
        row: dict[str, Any] = {"k": k, "label": said, "order": at}
        row["share"] = round(labels[label] / labels.total(), 6)
        share = f"{label} {labels[label]} of {many(labels.total(), 'skill')}, {percent(labels[label] / labels.total())}"
        stack = f"all that is not right: 95 % interval {span(bar, 0, scale=100)}, n = {many(len(shares), 'chain')}"
        row["told"] = f"{run}, k = {k}: {share}; {stack}"
        if at == 0 and math.isfinite(bar.low):
            row |= {"low": round(bar.low, 6), "high": round(bar.high, 6)}
        yield row
