"""Columns of the page's table: heading, help, and the cell of a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from skillbench.evidence.runs import NO_PURSE, PLAIN_CONTEXT
from skillbench.evidence.tally import Counts, lost_told
from skillbench.report.board import Board, Line
from skillbench.report.wording import UNKNOWN, amount, figure, money, percent, rank_text, span
from skillbench.stats import Estimate

AT_HAND: Final = "logs at hand"
"""In place of a tier for runs that were read from logs given here."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    Attributes:
        text: the value; ``below`` its interval; ``note`` what its mean leaves out.
        sort: what it is sorted by; empty sorts last.
    """

    text: str
    below: str = ""
    sort: str = ""
    note: str = ""


@dataclass(frozen=True)
class Column:
    """A column: ``help`` tells a reader who has not seen it before; ``main`` ones are shown from the start."""

    name: str
    help: str
    cell: Callable[[Line], Cell]
    numeric: bool = True
    main: bool = True


def columns(board: Board, tiers: Mapping[str, str]) -> list[Column]:
    """Every column of this board, in order: the main ones, then those that a reader asks for."""
    return [*_main(board), *_more(board, tiers)]


def _main(board: Board) -> list[Column]:
    first, last = (board.ks[0], board.ks[-1]) if board.ks else (0, 0)
    places = {line.run: at for at, line in enumerate(board.lines)}
    return [
        Column(
            "rank",
            "The ranks this run may hold by solve rate at 95 %, among runs of the same judge, context and purse; runs "
            "that cannot be told apart share a range. A run that was not asked every k, or has no score, has no rank.",
            lambda line: _rank(line, places),
        ),
        Column("run", "Model, and what sets this run apart from others of the same model.", _run, numeric=False),
        Column(
            "solve",
            "The headline: share of composed cases with every checkpoint and the decision right, mean over k. Samples "
            "without a score count as 0.",
            lambda line: _headline(board, line, line.solved),
        ),
        Column(
            "right",
            "Share of checkpoints that agree with the key, mean over k; counted in the same way.",
            lambda line: _share(line.right),
        ),
        Column(
            f"solve {first}→{last}",
            f"Paired difference in solve rate between k = {last} and k = {first}, in points. Wholly below 0: a fall.",
            lambda line: _share(line.solve_drop, sign=True),
        ),
        Column(
            "gap",
            f"Composition gap at k = {last}: solve rate minus the product of its skills' rates alone, same chains. "
            "Below 0: combining costs more than the skills themselves.",
            lambda line: _share(line.gap.gap if line.gap else None, sign=True),
        ),
        Column(
            "score",
            "Mean score of the paper's rubric over all k, 0 to 10, over what was scored, tool bonus included.",
            lambda line: _estimate(line.overall),
        ),
        Column("no bonus", "The same without the tool bonus.", lambda line: _estimate(line.fall.means_no_bonus[-1])),
        Column("cost", "US dollars per composed case; a dash where prices are unknown, never 0.", _cost),
        Column(
            "samples", "Samples scored of those expected; errors and unscored work are named, never dropped.", _samples
        ),
    ]


def _more(board: Board, tiers: Mapping[str, str]) -> list[Column]:
    found = [
        Column(
            "score per skill",
            "Points of score gained or lost for each skill added: least squares on k, errors clustered by chain.",
            lambda line: _estimate(line.fall.slope, sign=True),
        ),
        Column(
            "half-life",
            "The k at which the solve rate has halved, by a fitted curve; beyond the largest k it is an extrapolation.",
            lambda line: _estimate(line.fall.half_life.k_half, digits=1),
        ),
        Column(
            "tool bonus",
            "Points that effective tool use added to the score (the rubric's bonus as it arrived).",
            lambda line: _estimate(line.tool_bonus, sign=True),
        ),
        Column("tokens", "Tokens of the agent per composed case, the judge's not included.", _tokens),
        _fact("tools", "Tools the agent was given."),
        *_context(board),
        *_purse(board),
        _fact("judge", "Who scored: the audit is code alone; a rubric is a language model held to evidence."),
        Column(
            "tier",
            "Of submitted runs, how far they were verified: self-reported ones are claims without a rank, log-checked, "
            "re-judged and reproduced ones were verified. “Logs at hand” were given to this board and not submitted.",
            lambda line: _plain(tier_of(line, tiers)),
            numeric=False,
        ),
        _fact("version", "Task version; scores compare only within it."),
    ]
    return [replace(column, main=False) for column in found]


def _fact(name: str, told: str) -> Column:
    return Column(name, told, lambda line: _plain(line.facts[name]), numeric=False)


def _headline(board: Board, line: Line, solved: Estimate) -> Cell:
    """The solve rate; where a run was not asked some k, it says over which."""
    cell, ks = _share(solved), line.facts["k"]
    return cell if ks == ", ".join(map(str, board.ks)) else replace(cell, note=f"k = {ks or 'none'} only")


def tier_of(line: Line, tiers: Mapping[str, str]) -> str:
    """How far a run was verified, or that its logs were given here."""
    return tiers.get(line.run, AT_HAND)


def _context(board: Board) -> list[Column]:
    """The context's column, where any run has another than the usual one."""
    if {line.facts["context"] for line in board.lines} <= {PLAIN_CONTEXT}:
        return []
    return [
        _fact("context", "Records the agent was shown: its case's own, or matched: all of its chain's, whatever k.")
    ]


def _purse(board: Board) -> list[Column]:
    """The purse's column, where any run had one."""
    if {line.facts["purse"] for line in board.lines} <= {NO_PURSE}:
        return []
    words = "What a case could spend on searches, pages, programs and reading, as a multiple of what a perfect worker"
    return [_fact("purse", f"{words} spends.")]


def _rank(line: Line, places: Mapping[str, int]) -> Cell:
    return Cell(rank_text(line), sort=str(places[line.run]) if line.rank.best else "")


def _run(line: Line) -> Cell:
    return Cell(line.run, sort=line.run.lower())


def _tokens(line: Line) -> Cell:
    return Cell(amount(line.tokens), sort=_number(line.tokens))


def _cost(line: Line) -> Cell:
    return Cell(money(line.cost), sort=_number(line.cost))


def _samples(line: Line) -> Cell:
    text, lost = samples(line.counts)
    return Cell(text, lost, sort=_number(line.counts.scored / max(line.counts.expected, 1)))


def samples(counts: Counts) -> tuple[str, str]:
    """Scored of expected, and what became of the others."""
    return f"{counts.scored}/{counts.expected}", lost_told(counts)


def _plain(text: str) -> Cell:
    return Cell(text or UNKNOWN, sort=text.lower())


def _estimate(estimate: Estimate | None, *, digits: int = 2, sign: bool = False) -> Cell:
    if estimate is None or math.isnan(estimate.estimate):
        return Cell(UNKNOWN)
    return Cell(
        figure(estimate.estimate, digits, sign=sign), span(estimate, digits, sign=sign), _number(estimate.estimate)
    )


def _share(estimate: Estimate | None, *, sign: bool = False) -> Cell:
    if estimate is None or math.isnan(estimate.estimate):
        return Cell(UNKNOWN)
    below = span(estimate, 0, sign=sign, scale=100)
    text = f"{figure(100 * estimate.estimate, 0, sign=True)} pt" if sign else percent(estimate.estimate)
    return Cell(text, below, _number(estimate.estimate))


def _number(value: float) -> str:
    """A number as the page's script reads it."""
    return "" if math.isnan(value) else repr(float(value)).replace("inf", "Infinity")
