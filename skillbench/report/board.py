"""The board: one line per run, with every estimate a reader needs to judge how far it falls."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from skillbench.evidence.runs import PLAIN_CONTEXT, Evidence
from skillbench.evidence.tally import TWINS, Counts, count, count_by_k, padded, shortfall, total
from skillbench.stats import (
    CompositionGap,
    Contrast,
    Degradation,
    Estimate,
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

PEERS: Final = ("judge", "context")
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
    runs = evidence.runs
    ranked = _ranks(table, runs[~runs["run"].isin(unranked)])
    rest = _ranks(table, runs[runs["run"].isin(unranked)])
    lines = tuple(
        _line(evidence, outcomes, rank) for rank in (*ranked, *(replace(one, best=0, worst=0) for one in rest))
    )
    composed = table[table["kind"] == "chain"]
    facts = {
        "task set": _several(runs["task_set"]),
        "digest": _several(runs["digest"]),
        "task version": _several(runs["task_version"]),
        "chains": str(composed["chain"].nunique()),
        "latest": str(max(runs["completed"].max(), runs["created"].max()))[:10],
    }
    return Board(lines, tuple(int(k) for k in sorted(composed["k"].unique())), facts, evidence)


def _ranks(table: pd.DataFrame, runs: pd.DataFrame) -> tuple[RankRange, ...]:
    """Ranks among peers: runs of one judge and one context; the audit's usual runs come first.

    A run that has no score at some k of its peers stands below them without a rank: its mean is over other k.
    """
    peers = runs[["run", *PEERS]].drop_duplicates().assign(usual=_usual)
    ranks: tuple[RankRange, ...] = ()
    for _, group in peers.groupby(["usual", *PEERS], sort=True):
        mine = table[table["run"].isin(group["run"])]
        part = partial_runs(mine)
        whole, rest = mine[~mine["run"].isin(part)], mine[mine["run"].isin(part)]
        ranks += () if whole.empty else rank_ranges(whole)
        for run in sorted(part):
            ranks += tuple(replace(one, best=0, worst=0) for one in rank_ranges(rest[rest["run"] == run]))
    return ranks


def partial_runs(table: pd.DataFrame) -> frozenset[str]:
    """Runs that have no score at all, or none at some k that most runs have (of equally common choices, the larger)."""
    scored = table[(table["kind"] == "chain") & table["score"].notna()]
    ks = {str(run): frozenset(scored.loc[scored["run"] == run, "k"]) for run in set(table["run"])}
    usual, _ = max(Counter(ks.values()).items(), key=lambda one: (one[1], len(one[0]), sorted(one[0])))
    return frozenset(run for run, mine in ks.items() if not mine or not usual <= mine)


def _usual(runs: pd.DataFrame) -> pd.Series:
    return (runs["judge"] != "audit") * 1 + (runs["context"] != PLAIN_CONTEXT) * 2


def _line(evidence: Evidence, outcomes: Outcomes, rank: RankRange) -> Line:
    table, run = evidence.outcomes, rank.run
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
        rank=rank,
        fall=_told(degradation(outcomes, run), held, lacking, by_k),
        counts=count(held, lacking),
        counts_by_k=by_k,
        tokens=_mean(cases["tokens"]),
        cost=_mean(cases["cost"]),
        seconds=_mean(cases["seconds"]),
        cost_per_solve=cost_per_solved(outcomes, run),
        tool_bonus=tool_bonus(outcomes, run)[-1],
    )


def _told(fall: Degradation, held: pd.DataFrame, lacking: pd.DataFrame, by_k: Mapping[int, Counts]) -> Degradation:
    """The estimates with notes on what they leave out, and the mean that counts missing samples as 0 too."""
    zero, zero_solve = fall.means_unscored_zero, fall.solve_unscored_zero
    if len(lacking):
        whole = validate_outcomes(padded(held, lacking))
        zero, zero_solve = (estimate(whole, fall.run, unscored="zero") for estimate in (mean_by_k, solve_by_k))
    composed = {k: counts for k, counts in by_k.items() if k != TWINS}
    return replace(
        fall,
        means=_noted(fall.means, composed),
        solve=_noted(fall.solve, composed),
        means_unscored_zero=zero,
        solve_unscored_zero=zero_solve,
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
