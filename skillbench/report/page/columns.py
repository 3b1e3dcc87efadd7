"""Columns of the page's table: heading, help, and the cell of a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from skillbench.evidence.runs import PLAIN_CONTEXT
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
    """A column: ``help`` is one sentence for a reader who has not seen it before."""

    name: str
    help: str
    cell: Callable[[Line], Cell]
    numeric: bool = True


def columns(board: Board, tiers: Mapping[str, str]) -> list[Column]:
    """Every column of this board, in order."""
    last = board.ks[-1] if board.ks else 0
    first = board.ks[0] if board.ks else 0
    places = {line.run: at for at, line in enumerate(board.lines)}
    return [
        Column(
            "rank",
            "The ranks this run may hold at 95 %, among runs of the same judge and context; runs that cannot be told "
            "apart share a range. A run without a score at some k has no rank. A filter never ranks anew.",
            lambda line: _rank(line, places),
        ),
        Column("run", "Model, and what sets this run apart from others of the same model.", _run, numeric=False),
        Column(
            "score",
            "Mean score over all k, 0 to 10, with its 95 % interval. The chain is the cluster: its cases are nested.",
            lambda line: _over(board, line),
        ),
        *(_score_at(k) for k in board.ks),
        Column(
            "per skill",
            "Points gained or lost for each skill added: least squares on k, errors clustered by chain.",
            lambda line: _estimate(line.fall.slope, sign=True),
        ),
        Column(
            f"{first}→{last}",
            f"Paired difference between k = {last} and k = {first}: how far it falls. Wholly below 0: a real fall.",
            lambda line: _estimate(line.drop, sign=True),
        ),
        Column(
            f"solve@{last}",
            f"Share of Skill@{last} cases with every checkpoint and the decision right; Wilson's interval.",
            lambda line: _share(line.solve_by_k.get(last)),
        ),
        Column(
            "gap",
            f"Composition gap at k = {last}: solve rate minus the product of its skills' rates alone, same chains. "
            "Below 0: combining costs more than the skills themselves.",
            lambda line: _share(line.gap.gap if line.gap else None, sign=True),
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
        Column("cost", "US dollars per composed case; a dash where prices are unknown, never 0.", _cost),
        Column(
            "samples", "Samples scored of those expected; errors and unscored work are named, never dropped.", _samples
        ),
        Column("tools", "Tools the agent was given.", lambda line: _plain(line.facts["tools"]), numeric=False),
        *_context(board),
        Column(
            "judge",
            "Who scored: the audit is code alone; a rubric is a language model held to evidence.",
            lambda line: _plain(line.facts["judge"]),
            numeric=False,
        ),
        Column(
            "tier",
            "Of submitted runs, how far they were verified: self-reported ones are claims without a rank, log-checked, "
            "re-judged and reproduced ones were verified. “Logs at hand” were given to this board and not submitted.",
            lambda line: _plain(tier_of(line, tiers)),
            numeric=False,
        ),
        Column(
            "version",
            "Task version; scores compare only within it.",
            lambda line: _plain(line.facts["version"]),
            numeric=False,
        ),
    ]


def _over(board: Board, line: Line) -> Cell:
    """The mean over all k; where a run lacks some, it says over which."""
    cell, ks = _estimate(line.overall), line.facts["k"]
    return cell if ks == ", ".join(map(str, board.ks)) else replace(cell, note=f"k = {ks or 'none'} only")


def _score_at(k: int) -> Column:
    told = f"Mean score of the Skill@{k} cases with its 95 % interval; where some were not scored, of how many."
    return Column(f"k={k}", told, lambda line: _noted(_estimate(line.by_k.get(k)), line.counts_by_k.get(k)))


def _noted(cell: Cell, counts: Counts | None) -> Cell:
    """The cell of a mean, with the share of samples behind it where that is not all of them."""
    if counts is None or counts.whole:
        return cell
    return replace(cell, note=f"{samples(counts)[0]} scored")


def tier_of(line: Line, tiers: Mapping[str, str]) -> str:
    """How far a run was verified, or that its logs were given here."""
    return tiers.get(line.run, AT_HAND)


def _context(board: Board) -> list[Column]:
    """The context's column, where any run has another than the usual one."""
    if {line.facts["context"] for line in board.lines} <= {PLAIN_CONTEXT}:
        return []
    told = "Records the agent was shown: its case's own, or matched: all of its chain's, whatever the k."
    return [Column("context", told, lambda line: _plain(line.facts["context"]), numeric=False)]


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
    return Cell(percent(estimate.estimate, sign=sign), below, _number(estimate.estimate))


def _number(value: float) -> str:
    """A number as the page's script reads it."""
    return "" if math.isnan(value) else repr(float(value)).replace("inf", "Infinity")
