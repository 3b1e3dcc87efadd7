"""The page: one self-contained HTML file that requests nothing and runs only the script whose hash it names."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from skillbench.core.errors import InputError
from skillbench.report.board import PEERS, Board, Line
from skillbench.report.figures import KINDS
from skillbench.report.figures.style import DARK, DARK_INK, PALETTE
from skillbench.report.headline import headline
from skillbench.report.page.columns import Column, columns, samples, tier_of
from skillbench.report.page.listing import sample_lists
from skillbench.report.paper import published
from skillbench.report.render import svg, title_of
from skillbench.report.wording import UNKNOWN, beside, figure, left_out, many, percent, reason, span, verdict

HERE: Final = Path(__file__).resolve().parent
FILTERS: Final = ("tier", "judge", "version", "agent", "tools", "context", "purse")
"""What the page offers to filter by, where runs differ in it; models are found by the search."""

LARGEST_PAGE: Final = 1_200_000
"""Bytes of a page with a board of ordinary size."""

HALF_PAGE: Final = 720
"""Pixels of a figure that can still be read at half the page's width."""

_WIDTH = re.compile(r'^<svg[^>]* width="([0-9.]+)"')
_FACE = re.compile(r' font-family="[^"]*"')
_ID = re.compile(r'(\bid="|url\(#|href="#)')


@dataclass(frozen=True)
class Figure:
    """A drawn figure: its kind, its title and its SVG."""

    kind: str
    title: str
    caption: str
    svg: str

    @property
    def wide(self) -> bool:
        """Whether it takes the whole page's width."""
        found = _WIDTH.search(self.svg)
        return found is not None and float(found[1]) > HALF_PAGE


def draw_figures(board: Board) -> tuple[list[Figure], dict[str, str]]:
    """Every figure that these logs allow, in order, and of the others why not, by kind."""
    drawn: list[Figure] = []
    undrawn: dict[str, str] = {}
    for kind, found in KINDS.items():
        try:
            spec = found.draw(board)
            picture = svg(spec)
        except InputError as reason_not:
            undrawn[kind] = str(reason_not)
            continue
        drawn.append(Figure(kind, title_of(spec), found.caption, picture))
    return drawn, undrawn


def render_page(
    board: Board, figures: Sequence[Figure], undrawn: Mapping[str, str], tiers: Mapping[str, str], logs_url: str = ""
) -> str:
    """The page as HTML.

    Args:
        board: what to show.
        figures: drawn figures in order.
        undrawn: kinds that cannot be drawn from these logs, and why.
        tiers: verification tier by run; self-reported where it is not named.
        logs_url: address of an ``inspect view bundle`` to link logs to; none by default.
    """
    script = (HERE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    heads = columns(board, tiers)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            board=board,
            columns=heads,
            lines=[_row(line, heads, tiers) for line in board.lines],
            figures=[(one, _drawing(one)) for one in [*figures[:1], *sorted(figures[1:], key=lambda one: one.wide)]],
            headline=headline(board.lines),
            findings=[(verdict(line), f"{reason(line)} {beside(line)}".strip()) for line in board.lines],
            by_k=[_by_k(line, board.ks) for line in board.lines],
            samples=Markup(sample_lists(board, logs_url)),  # noqa: S704  JSON with every angle bracket escaped
            undrawn=undrawn,
            filters={name: sorted({_filtered(line, tiers)[name] for line in board.lines} - {""}) for name in FILTERS},
            ks=_ks(board),
            denominators=[_denominator(line, _ks(board)) for line in board.lines],
            left_out=[said for line in board.lines if (said := left_out(line))],
            peers=len({tuple(line.facts[name] for name in PEERS) for line in board.lines}),
            published=published(),
            logs=_logs(board, logs_url),
            style=Markup((HERE / "page.css").read_text(encoding="utf-8") + _dark_figures()),  # noqa: S704  our own file
            script=Markup(script),  # noqa: S704  our own file
            policy=f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'",
        )
    )


def _drawing(one: Figure) -> Markup:
    return Markup(inlined(one))  # noqa: S704  drawn by vl-convert, which escapes text


def inlined(one: Figure) -> str:
    """The SVG with ids of its own, so that figures on one page do not borrow each other's clips; in the page's face."""
    return _ID.sub(lambda match: f"{match[1]}{one.kind}-", _FACE.sub("", one.svg))


def _dark_figures() -> str:
    """In dark mode every colour of a figure is replaced by its partner."""
    pairs = {**dict(zip(PALETTE, DARK, strict=True)), **DARK_INK}
    rules = [
        f"figure svg [{part}='{light}'] {{ {part}: {dark} }}"
        for light, dark in pairs.items()
        for part in ("fill", "stroke")
    ]
    system = "\n".join(f":root:not([data-theme='light']) {rule}" for rule in rules)
    chosen = "\n".join(f":root[data-theme='dark'] {rule}" for rule in rules)
    return f"\n@media screen and (prefers-color-scheme: dark) {{\n{system}\n}}\n@media screen {{\n{chosen}\n}}\n"


def _row(line: Line, heads: Sequence[Column], tiers: Mapping[str, str]) -> dict[str, Any]:
    text = " ".join([line.run, *line.facts.values()]).lower()
    return {
        "cells": [head.cell(line) for head in heads],
        "search": text,
        "facts": _filtered(line, tiers),
        "run": line.run,
        "details": [(name, value) for name, value in line.facts.items() if value],
    }


def _filtered(line: Line, tiers: Mapping[str, str]) -> dict[str, str]:
    """The values of a line that the page filters by."""
    return {name: tier_of(line, tiers) if name == "tier" else line.facts[name] for name in FILTERS}


def _by_k(line: Line, ks: Sequence[int]) -> dict[str, Any]:
    """Per k: solve, share right and score, each over its null."""
    cells: list[dict[str, Any]] = []
    for k in ks:
        solve, score, right = (found.get(k) for found in (line.solve_by_k, line.by_k, line.right_by_k))
        nulls = [line.null(name).get(k) for name in ("solve", "right", "score")]
        expected = [math.nan if one is None else one.null.estimate for one in nulls]
        if solve is None or score is None or right is None:
            cells.append({"k": k, "n": 0})
            continue
        cells.append(
            {
                "k": k,
                "n": solve.chains,
                "solve": percent(solve.estimate),
                "span": span(solve, 0, scale=100),
                "rest": [
                    ("right", percent(right.estimate), percent(expected[1])),
                    ("score", figure(score.estimate), figure(expected[2])),
                ],
                "null": percent(expected[0]),
            }
        )
    return {"run": line.run, "cells": cells}


def _ks(board: Board) -> list[int]:
    return sorted({k for line in board.lines for k in line.counts_by_k})


def _denominator(line: Line, ks: Sequence[int]) -> dict[str, Any]:
    """Scored of expected, in all and at each k, and the score with every sample that has none counted as 0."""
    cells = [samples(line.counts_by_k[k]) if k in line.counts_by_k else (UNKNOWN, "") for k in ks]
    zero = line.fall.means_unscored_zero[-1]
    return {
        "run": line.run,
        "cells": [samples(line.counts), *cells],
        "score": figure(line.overall.estimate),
        "zero": figure(zero.estimate),
    }


def _logs(board: Board, logs_url: str) -> list[dict[str, str]]:
    rows = board.evidence.runs.to_dict("records")
    base = logs_url.rstrip("/")
    found = []
    for row in rows:
        name = str(row["file"]).rpartition("/")[2]
        found.append(
            {"run": row["run"], "name": name, "status": row["status"], "url": f"{base}/#/logs/{name}" if base else ""}
        )
    return found


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["zip"] = zip
    environment.globals["many"] = many
    return environment
