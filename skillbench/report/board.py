"""The board: one line per run, with every estimate a reader needs to judge how far it falls."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from skillbench.report.runs import Evidence
from skillbench.stats import (
    CompositionGap,
    Contrast,
    Degradation,
    Estimate,
    Outcomes,
    RankRange,
    cost_per_solved,
    degradation,
    rank_ranges,
    tool_bonus,
    validate_outcomes,
)

DEFAULT_AGENT = "skillbench react"
"""What a log without a solver of its own was run with."""


@dataclass(frozen=True)
class Counts:
    """What became of the samples that were to be run: only the scored ones carry the score."""

    expected: int
    scored: int
    unscored: int
    errors: int
    missing: int

    @property
    def whole(self) -> bool:
        """Every expected sample was scored."""
        return self.scored == self.expected


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
    tokens: float
    cost: float
    seconds: float
    cost_per_solve: Estimate
    tool_bonus: Estimate

    @property
    def overall(self) -> Estimate:
        """The mean over the k means."""
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
    def drop(self) -> Contrast | None:
        """The paired difference between the largest and the smallest k; None with a single k."""
        return self.fall.drops[-1] if self.fall.drops else None

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
    evidence: Evidence

    @property
    def outcomes(self) -> pd.DataFrame:
        """The table behind every figure."""
        return self.evidence.outcomes


def make_board(evidence: Evidence, unranked: frozenset[str] = frozenset()) -> Board:
    """Estimate everything for every run of the evidence; rows are validated once.

    Args:
        evidence: what was read.
        unranked: runs that stand below the others without a rank (self-reported submissions).
    """
    table = evidence.outcomes
    outcomes = validate_outcomes(table)
    ranked = table[~table["run"].isin(unranked)]
    ranks = rank_ranges(ranked) if len(ranked) else ()
    rest = rank_ranges(table[table["run"].isin(unranked)]) if unranked else ()
    ranks += tuple(replace(rank, best=0, worst=0) for rank in rest)
    lines = tuple(_line(evidence, outcomes, rank) for rank in ranks)
    composed = table[table["kind"] == "chain"]
    runs = evidence.runs
    facts = {
        "task set": _several(runs["task_set"]),
        "digest": _several(runs["digest"]),
        "task version": _several(runs["task_version"]),
        "chains": str(composed["chain"].nunique()),
        "latest": str(max(runs["completed"].max(), runs["created"].max()))[:10],
    }
    return Board(lines, tuple(int(k) for k in sorted(composed["k"].unique())), facts, evidence)


def _line(evidence: Evidence, outcomes: Outcomes, rank: RankRange) -> Line:
    table, run = evidence.outcomes, rank.run
    logs = evidence.runs[evidence.runs["run"] == run]
    cases = table[(table["run"] == run) & (table["kind"] == "chain")]
    total = logs[["expected", "scored", "unscored", "error", "missing"]].sum()
    return Line(
        run=run,
        facts={
            "model": _several(logs["model"]),
            "model args": _several(logs["model_args"].replace("{}", "")),
            "generation": _several(logs["config"].replace("{}", "")),
            "agent": _several(logs["agent"].replace("", DEFAULT_AGENT)),
            "tools": _several(logs["tools"]),
            "judge": _several(logs["judge"]),
            "sandbox": _several(logs["sandbox"]),
            "version": _several(logs["task_version"]),
            "package": _several(logs["package"]),
            "inspect": _several(logs["inspect"]),
            "date": str(logs["created"].max())[:10],
            "epochs": str(int(cases["epoch"].nunique())),
            "log": ", ".join(sorted(path.rpartition("/")[2] for path in logs["file"])),
            "status": _several(logs["status"]),
        },
        rank=rank,
        fall=degradation(outcomes, run),
        counts=Counts(*(int(total[name]) for name in ("expected", "scored", "unscored", "error", "missing"))),
        tokens=_mean(cases["tokens"]),
        cost=_mean(cases["cost"]),
        seconds=_mean(cases["seconds"]),
        cost_per_solve=cost_per_solved(outcomes, run),
        tool_bonus=tool_bonus(outcomes, run)[-1],
    )


def _several(values: pd.Series) -> str:
    return ", ".join(sorted({str(value) for value in values} - {""}))


def _mean(values: pd.Series) -> float:
    """The mean; NaN as soon as one value is unknown, since the rest may be the cheap ones."""
    return math.nan if values.isna().any() or values.empty else float(values.mean())
