"""The board: one line per run, with every estimate a reader needs to judge how far it falls."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from skillbench.evidence.runs import NO_PURSE, PLAIN_CONTEXT, RunEvidence
from skillbench.evidence.tally import KEYED, TWINS, Counts, count, count_by_k, padded, shortfall, total
from skillbench.report.null_marks import MARKS
from skillbench.stats import (
    CompositionGap,
    Contrast,
    Degradation,
    Estimate,
    NullPoint,
    Outcomes,
    RankRange,
    cost_per_solved,
    degradation,
    mean_by_k,
    rank_ranges,
    solve_by_k,
    tool_bonus,
    validate_outcomes,
)

DEFAULT_AGENT = "skillbench react"
"""What a log without a solver of its own was run with."""

PEERS: Final = ("judge", "context", "purse")
"""Runs are ranked among those that agree in these: another judge is another
instrument, another context another exam."""


@dataclass(frozen=True)
class Line:
    """One run on the board.

    ``tokens`` and ``cost`` are means per composed case, ``seconds`` too; NaN where unknown, never 0.
    """

    run: str
    facts: Mapping[str, str]
    rank: RankRange
    fall: Degradation
    counts: Counts
    counts_by_k: Mapping[int, Counts]
    tokens: float
    cost: float
    seconds: float
    cost_per_solve: Estimate
    tool_bonus: Estimate

    @property
    def solved(self) -> Estimate:
        """The headline: the mean over k of the solve rates, every sample without a score counted as 0."""
        return self.fall.solved_unscored_zero

    @property
    def right(self) -> Estimate:
        """The share of checkpoints right over all k, counted in the same way."""
        return self.fall.right_unscored_zero

    @property
    def overall(self) -> Estimate:
        """The mean over the k means of the score, over what was scored."""
        return self.fall.means[-1]

    @property
    def by_k(self) -> dict[int, Estimate]:
        """The mean score at each k."""
        return {estimate.k: estimate for estimate in self.fall.means if estimate.k is not None}

    @property
    def solve_by_k(self) -> dict[int, Estimate]:
        """The solve rate at each k."""
        return {estimate.k: estimate for estimate in self.fall.solve if estimate.k is not None}

    @property
    def right_by_k(self) -> dict[int, Estimate]:
        """The share of checkpoints right at each k."""
        return {estimate.k: estimate for estimate in self.fall.right if estimate.k is not None}

    @property
    def drop(self) -> Contrast | None:
        """The paired difference in score between the largest and the smallest k; None with a single k."""
        return self.fall.drops[-1] if self.fall.drops else None

    @property
    def solve_drop(self) -> Contrast | None:
        """The same in the solve rate."""
        return self.fall.solve_drops[-1] if self.fall.solve_drops else None

    def null(self, measure: str) -> dict[int, NullPoint]:
        """What the twins' own rates would give at each k; only where twins were run."""
        points = {point.null.k: point for point in self.fall.nulls[measure] if not math.isnan(point.null.estimate)}
        return {k: point for k, point in points.items() if k is not None}

    @property
    def gap(self) -> CompositionGap | None:
        """The composition gap at the largest k."""
        return self.fall.gaps[-1] if self.fall.gaps else None


@dataclass(frozen=True)
class Board:
    """All lines, best first, and what they were made from."""

    lines: tuple[Line, ...]
    ks: tuple[int, ...]
    facts: Mapping[str, str]
    evidence: RunEvidence

    @property
    def outcomes(self) -> pd.DataFrame:
        """The table behind every figure."""
        return self.evidence.outcomes


def make_board(evidence: RunEvidence, unranked: frozenset[str] = frozenset()) -> Board:
    """Estimate everything for every run of the evidence; rows are validated once.

    Args:
        evidence: what was read.
        unranked: runs that stand below the others without a rank (self-reported submissions).
    """
    table = evidence.outcomes
    outcomes = validate_outcomes(table)
    runs = evidence.runs
    expected = padded(table, evidence.missing)
    whole = validate_outcomes(expected) if len(expected) else outcomes
    lines = {run: _line(evidence, outcomes, whole, run) for run in outcomes.runs}
    ranked = _ranks(expected, runs[~runs["run"].isin(unranked)], lines)
    rest = _ranks(expected, runs[runs["run"].isin(unranked)], lines)
    placed = (*ranked, *(replace(one, best=0, worst=0) for one in rest))
    composed = table[table["kind"] == "chain"]
    facts = {
        "task set": _several(runs["task_set"]),
        "digest": _several(runs["digest"]),
        "task version": _several(runs["task_version"]),
        "chains": str(composed["chain"].nunique()),
        "latest": str(max(runs["completed"].max(), runs["created"].max()))[:10],
    }
    ks = tuple(int(k) for k in sorted(composed["k"].unique()))
    return Board(tuple(replace(lines[one.run], rank=one) for one in placed), ks, facts, evidence)


def _ranks(expected: pd.DataFrame, runs: pd.DataFrame, lines: Mapping[str, Line]) -> tuple[RankRange, ...]:
    """Ranks by solve among peers: runs of one judge, context and purse; the audit's usual runs come first.

    Samples without a score, and those no log holds, count as 0. A run that was not asked some k of its peers, or
    that has no score at all, stands below them without a rank.

    Args:
        expected: composed rows, with those that are missing.
        runs: the runs to rank.
        lines: their estimates, which order runs of equal solve.
    """
    peers = runs[["run", *PEERS]].drop_duplicates().assign(usual=_usual)
    ranks: list[RankRange] = []
    for _, group in peers.groupby(["usual", *PEERS], sort=True):
        mine = expected[expected["run"].isin(group["run"])]
        apart = sorted(
            partial_runs(mine) | ((set(group["run"]) & set(lines)) - set(mine.loc[mine["score"].notna(), "run"]))
        )
        whole = mine[~mine["run"].isin(apart)]
        placed = rank_ranges(whole, "solve", unscored="zero") if len(whole) else ()
        placed += tuple(RankRange(run, lines[run].solved.estimate, best=0, worst=0) for run in apart)
        ranks += sorted(placed, key=lambda one: (not one.best, *_order(lines[one.run])))
    return tuple(ranks)


def _order(line: Line) -> tuple[float, float, str]:
    solved, right = (0.0 if math.isnan(one.estimate) else one.estimate for one in (line.solved, line.right))
    return -solved, -right, line.run


def partial_runs(expected: pd.DataFrame) -> frozenset[str]:
    """Runs that were not asked some k that most runs were (of equally common choices of k, the larger)."""
    ks = {str(run): frozenset(mine["k"]) for run, mine in expected.groupby("run")}
    if not ks:
        return frozenset()
    usual, _ = max(Counter(ks.values()).items(), key=lambda one: (one[1], len(one[0]), sorted(one[0])))
    return frozenset(run for run, mine in ks.items() if not usual <= mine)


def _usual(runs: pd.DataFrame) -> pd.Series:
    another = (runs["context"] != PLAIN_CONTEXT) * 2 + (runs["purse"] != NO_PURSE) * 4
    return (runs["judge"] != "audit") * 1 + another


def _line(evidence: RunEvidence, outcomes: Outcomes, expected: Outcomes, run: str) -> Line:
    table = evidence.outcomes
    logs = evidence.runs[evidence.runs["run"] == run]
    cases = table[(table["run"] == run) & (table["kind"] == "chain")]
    held, lacking = table[table["run"] == run], evidence.missing[evidence.missing["run"] == run]
    by_k = count_by_k(held, lacking)
    return Line(
        run=run,
        facts={
            "model": _several(logs["model"]),
            "model args": _several(logs["model_args"].replace("{}", "")),
            "generation": _several(logs["config"].replace("{}", "")),
            "agent": _several(logs["agent"].replace("", DEFAULT_AGENT)),
            "tools": _several(logs["tools"]),
            "context": _several(logs["context"]),
            "purse": _several(logs["purse"]),
            "track": _several(logs["track"]) if "track" in logs.columns else KEYED,
            "judge": _several(logs["judge"]),
            "judge prompt": _several(logs["judge_prompt"]),
            "sandbox": _several(logs["sandbox"]),
            "version": _several(logs["task_version"]),
            "package": _several(logs["package"]),
            "inspect": _several(logs["inspect"]),
            "k": ", ".join(str(k) for k in sorted(cases.loc[cases["score"].notna(), "k"].unique())),
            "date": str(logs["created"].max())[:10],
            "epochs": str(int(cases["epoch"].nunique())),
            "log": ", ".join(sorted(path.rpartition("/")[2] for path in logs["file"])),
            "status": _several(logs["status"]),
        },
        rank=RankRange(run, math.nan, best=0, worst=0),
        fall=_told(degradation(outcomes, run, marks=MARKS), expected if len(lacking) else None, by_k),
        counts=count(held, lacking),
        counts_by_k=by_k,
        tokens=_mean(cases["tokens"]),
        cost=_mean(cases["cost"]),
        seconds=_mean(cases["seconds"]),
        cost_per_solve=cost_per_solved(outcomes, run),
        tool_bonus=tool_bonus(outcomes, run)[-1],
    )


def _told(fall: Degradation, expected: Outcomes | None, by_k: Mapping[int, Counts]) -> Degradation:
    """The estimates with notes on what they leave out, and missing samples counted as 0 where unscored ones are."""
    if expected is not None and fall.run in expected.rows:
        fall = replace(
            fall,
            means_unscored_zero=mean_by_k(expected, fall.run, unscored="zero"),
            solve_unscored_zero=solve_by_k(expected, fall.run, unscored="zero"),
            solved_unscored_zero=mean_by_k(expected, fall.run, "solve", unscored="zero")[-1],
            right_unscored_zero=mean_by_k(expected, fall.run, "right", unscored="zero")[-1],
        )
    composed = {k: counts for k, counts in by_k.items() if k != TWINS}
    return replace(
        fall,
        means=_noted(fall.means, composed),
        means_no_bonus=_noted(fall.means_no_bonus, composed),
        solve=_noted(fall.solve, composed),
        right=_noted(fall.right, composed),
    )


def _noted(estimates: tuple[Estimate, ...], by_k: Mapping[int, Counts]) -> tuple[Estimate, ...]:
    found = []
    for estimate in estimates:
        mine = list(by_k.values()) if estimate.k is None else [by_k[estimate.k]]
        said = "" if all(counts.whole for counts in mine) else shortfall(total(mine))
        found.append(replace(estimate, note="; ".join(filter(None, (estimate.note, said)))))
    return tuple(found)


def _several(values: pd.Series) -> str:
    return ", ".join(sorted({str(value) for value in values} - {""}))


def _mean(values: pd.Series) -> float:
    """The mean; NaN as soon as one value is unknown, since the rest may be the cheap ones."""
    return math.nan if values.isna().any() or values.empty else float(values.mean())
