"""Means by k and over k, solve rates by k, and how much was left unscored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from skillbench.stats.estimate import (
    LEVEL,
    NO_DATA,
    ONE_CHAIN,
    ZERO_VARIANCE,
    Estimate,
    clustered,
    effective_size,
    widened,
    wilson_interval,
)
from skillbench.stats.outcomes import Floats, Panel, Table, Unscored, composed, validate_outcomes
from skillbench.stats.resample import chain_weights, percentile_interval, weighted_means

Interval: TypeAlias = Literal["t", "bootstrap"]

POSSIBLE: Final = {
    **dict.fromkeys(("score", "score_no_bonus"), (0.0, 10.0)),
    **dict.fromkeys(("solve", "right", "coverage"), (0.0, 1.0)),
}
"""The ends of the measures that have two."""


@dataclass(frozen=True)
class UnscoredShare:
    """Rows of one run at one k (1 = twins), and the share of them that carries no score."""

    run: str
    k: int
    rows: int
    share: float


def mean_by_k(
    outcomes: Table,
    run: str | None = None,
    measure: str = "score",
    *,
    unscored: Unscored = "exclude",
    interval: Interval = "t",
    level: float = LEVEL,
) -> tuple[Estimate, ...]:
    """The mean at each k, then over all k (``k`` None), with chain-clustered intervals.

    Epochs are averaged within a case; at each k there is then one value per chain, so the interval is a
    plain t over chains: ``mean ± t(n-1) s/sqrt(n)``. The overall mean is the mean of the k means; its
    influence per chain is ``psi_c = sum_k (y_ck - m_k) / (K n_k)`` over the k that chain c has, which
    gives the t over chain means when no cell is missing. ``interval="bootstrap"`` redraws whole chains 10,000
    times instead. Source: Miller 2024 (arXiv 2411.00640); Liang and Zeger 1986.

    Args:
        outcomes: the table.
        run: its label; every run in turn if None.
        measure: any measure column.
        unscored: leave unscored rows out, or count them as 0. Publish both.
        interval: ``t`` or ``bootstrap``.
        level: the confidence level.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> *by_k, whole = mean_by_k(simulate([agent], chains=100, epochs=1, name="docs"))
        >>> all(each.low < mean < each.high for each, mean in zip(by_k, truth(agent).score, strict=True))
        True
    """
    checked = validate_outcomes(outcomes)
    labels = checked.runs if run is None else (checked.only(run),)
    low, high = POSSIBLE.get(measure, (0.0, math.inf))
    return tuple(
        # A rate that is equal in every chain is not certain for that; scores keep their zero width, which says so.
        widened(estimate) if high == 1.0 else estimate.clipped(low, high)
        for label in labels
        for estimate in panel_means(composed(checked, label, measure, unscored), interval, level)
    )


def panel_means(panel: Panel, interval: Interval, level: float) -> tuple[Estimate, ...]:
    """:func:`mean_by_k` of one panel, which may hold differences: intervals are not cut to a range."""
    values = panel.present
    if interval == "bootstrap":
        estimates = _bootstrapped(panel, values, level)
    else:
        estimates = [
            column_mean(f"mean {panel.measure}", panel.run, k, values[:, at], level) for at, k in enumerate(panel.ks)
        ]
        mean, influence = overall(values)
        estimates.append(
            clustered(f"mean {panel.measure}", panel.run, None, mean, influence, method="t over chains", level=level)
        )
    return tuple(estimates)


def column_mean(quantity: str, run: str, k: int | None, values: Floats, level: float) -> Estimate:
    """The t interval over the chains that have a value."""
    held = values[~np.isnan(values)]
    mean = float(held.mean()) if len(held) else math.nan
    influence = (held - mean) / max(len(held), 1)
    return clustered(quantity, run, k, mean, influence, method="t over chains", level=level)


def overall(values: Floats) -> tuple[float, Floats]:
    """The mean of the column means and the influence of each chain on it (columns without data are left out).

    Source: the influence function of a mean of means, as in Liang and Zeger 1986.

    Example:
        >>> mean, influence = overall(np.array([[8.0, 6.0], [10.0, np.nan]]))
        >>> mean, influence.tolist()
        (7.5, [-0.25, 0.25])
    """
    held = ~np.isnan(values)
    counts = held.sum(axis=0)
    used = counts > 0
    if not used.any():
        return math.nan, np.empty(0)
    filled = np.where(held, values, 0.0)[:, used]
    means = filled.sum(axis=0) / counts[used]
    influence = ((filled - means) * held[:, used] / counts[used]).mean(axis=1)
    return float(means.mean()), influence


def _bootstrapped(panel: Panel, values: Floats, level: float) -> list[Estimate]:
    n = len(values)
    drawn, _ = weighted_means(chain_weights(n), values) if n else (np.empty((0, len(panel.ks))), None)
    scored = (~np.isnan(values)).any(axis=0)
    columns = [*drawn.T, drawn[:, scored].mean(axis=1) if scored.any() else np.empty(0)]
    points = [column_mean("", panel.run, k, values[:, at], level) for at, k in enumerate(panel.ks)]
    centres = [*(point.estimate for point in points), overall(values)[0]]
    sizes = [*(point.chains for point in points), n]
    estimates = []
    for k, centre, size, draws in zip([*panel.ks, None], centres, sizes, columns, strict=True):
        low, high = percentile_interval(draws, size, level)
        note = NO_DATA if size == 0 else ONE_CHAIN if size == 1 else ZERO_VARIANCE if low == high else ""
        estimates.append(
            Estimate(f"mean {panel.measure}", panel.run, k, centre, low, high, level, size, "chain bootstrap", note)
        )
    return estimates


def solve_by_k(
    outcomes: Table, run: str | None = None, *, unscored: Unscored = "exclude", level: float = LEVEL
) -> tuple[Estimate, ...]:
    """The solve rate at each k with Wilson's interval on the effective number of chains.

    One epoch: Wilson on n chains. Several: n is ``p(1-p) / (sum (y_c - p)² / n²)``, at least the number
    of chains and at most the number of rows, so repeats count for what they add. At 0 or 1 the width is
    Wilson's on the chains, never zero. Source: Wilson 1927; Korn and Graubard 1998, Survey Methodology 24.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> found = solve_by_k(simulate([agent], chains=100, epochs=1, name="docs"))
        >>> all(each.low < share < each.high for each, share in zip(found, truth(agent).solve, strict=True))
        True
    """
    checked = validate_outcomes(outcomes)
    estimates = []
    for label in checked.runs if run is None else (checked.only(run),):
        panel = composed(checked, label, "solve", unscored)
        rows = checked.rows[label]
        solve = rows.columns["solve"]
        for at, k in enumerate(panel.ks):
            scored = ~rows.twin & (rows.k == k) & ((unscored == "zero") | ~np.isnan(solve))
            estimates.append(_solve_rate(label, k, panel.means[:, at], int(scored.sum()), level))
    return tuple(estimates)


def _solve_rate(run: str, k: int, values: Floats, rows: int, level: float) -> Estimate:
    held = values[~np.isnan(values)]
    n = len(held)
    share = float(held.mean()) if n else math.nan
    variance = float(np.sum((held - share) ** 2)) / max(n, 1) ** 2
    size = effective_size(share, variance, n, max(rows, n))
    low, high = wilson_interval(share, size, level)
    note = NO_DATA if n == 0 else ""
    return Estimate("solve rate", run, k, share, low, high, level, n, "Wilson over chains", note)


def unscored_share(outcomes: Table, run: str | None = None) -> tuple[UnscoredShare, ...]:
    """Per k, the share of rows without a score; unscored work leaves the mean, so it must be seen.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> agent = PlantedAgent("demo", (0.1,) * 7, unscored=0.1)
        >>> [round(each.share, 2) for each in unscored_share(simulate([agent], chains=400, epochs=1, name="docs"))]
        [0.09, 0.1, 0.11, 0.12, 0.12, 0.11, 0.1]
    """
    checked = validate_outcomes(outcomes)
    shares = []
    for label in checked.runs if run is None else (checked.only(run),):
        rows = checked.rows[label]
        lost = np.isnan(rows.columns["score"])
        shares += [
            UnscoredShare(label, int(k), int((rows.k == k).sum()), float(lost[rows.k == k].mean()))
            for k in np.unique(rows.k)
        ]
    return tuple(shares)
