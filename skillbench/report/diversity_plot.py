"""Sets of dialogues side by side: one panel a measure, each with its own scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from skillbench.core.errors import InputError
from skillbench.report.figures.style import INK, MUTED, Spec, data, framed, series
from skillbench.report.render import FORMATS, write_figure

ACROSS = 3
"""Panels in a row."""

_WIDE, _HIGH = 170, 26


def diversity(measures: Mapping[str, Sequence[Mapping[str, Any]]]) -> Spec:
    """The figure.

    Args:
        measures: by set, records with ``name``, ``value``, ``low`` and ``high``, in one order for all sets.
    """
    sets = list(measures)
    rows = [{"set": name, **dict(one)} for name, found in measures.items() for one in found]
    shown = [row for row in rows if math.isfinite(row["value"])]
    for row in shown:  # a value without an interval has a bar of no length
        row["low"], row["high"] = (end if math.isfinite(end) else row["value"] for end in (row["low"], row["high"]))
    names = list(dict.fromkeys(row["name"] for row in shown))
    panels = [_panel(name, [row for row in shown if row["name"] == name], sets) for name in names]
    return framed(
        f"What {len(sets)} {'set is' if len(sets) == 1 else 'sets are'} like",
        ["Points are means, bars 95 % intervals over rows or blocks of rows; every measure has a scale of its own."],
        {"concat": panels, "columns": ACROSS, "spacing": 24},
        ACROSS * (_WIDE + 40),
    )


def _panel(name: str, rows: Sequence[Mapping[str, Any]], sets: Sequence[str]) -> Spec:
    across = {"type": "quantitative", "scale": {"zero": False, "nice": True}, "title": name}
    down = {"field": "set", "type": "nominal", "sort": list(sets), "title": None, "axis": {"labelColor": INK}}
    colour = {"field": "set", "type": "nominal", "scale": series(sets)["color"], "legend": None}
    axis = {"tickCount": 4, "labelColor": MUTED}
    bars = {"x": {"field": "low", **across, "axis": axis}, "x2": {"field": "high"}, "y": down, "color": colour}
    point = {"x": {"field": "value", **across, "axis": axis}, "y": down, "color": colour}
    return {
        "width": _WIDE,
        "height": _HIGH * len(sets),
        "data": data(rows),
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "aria": False}, "encoding": bars},
            {"mark": {"type": "point", "filled": True, "size": 70}, "encoding": point},
        ],
    }


def plot_diversity(measures: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Draw the figure into a file; the suffix says how.

    Raises:
        InputError: another suffix than ``.svg``, ``.png`` or ``.html``, or the extra ``report`` is not installed.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise InputError(f"cannot draw {path}: the suffix must be one of .{', .'.join(FORMATS)}")
    write_figure(diversity(measures), path.with_suffix(""), (kind,))
