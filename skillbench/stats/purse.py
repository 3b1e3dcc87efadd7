"""How much of the work survives when acts have a price: right checkpoints and solve against the purse, half-purse."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from skillbench.stats.estimate import LEVEL, Estimate, clustered
from skillbench.stats.outcomes import Floats, Table, Unscored, composed, validate_outcomes
from skillbench.stats.resample import chain_weights, percentile_interval, weighted_means

METHOD: Final = "linear between the logarithms of purses, chain bootstrap"


@dataclass(frozen=True)
class PurseCurve:
    """One agent under several purses.

    Attributes:
        multiples: purses, as multiples of the perfect worker's spending, rising.
        right: share of checkpoints right at each, mean over chains with every k counting alike.
        solve: share of cases solved at each.
        half: the purse at which the share right is half of what it is at the largest one.
    """

    multiples: tuple[float, ...]
    right: tuple[Estimate, ...]
    solve: tuple[Estimate, ...]
    half: Estimate


def purse_curve(
    outcomes: Table, runs: Mapping[float, str], *, unscored: Unscored = "exclude", level: float = LEVEL
) -> PurseCurve:
    """The curve of one agent's runs, each with another purse, and its half-purse.

    The half-purse is where the share right, linear in the logarithm of the purse between those that were run, first
    falls below half of its value at the largest; 0 stands for "below the smallest that was run". Its interval is the
    expanded percentile of redraws of chains, the same chains for every purse (DESIGN section 5, purse).

    Args:
        outcomes: rows of all runs.
        runs: run label by multiple of the perfect worker's spending.
        unscored: leave unscored rows out, or count them as 0.
        level: of the intervals.

    Raises:
        SelectionError: a run is unknown.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> agents = [PlantedAgent("rich", (0.05,) * 7), PlantedAgent("poor", (0.7,) * 7)]
        >>> found = purse_curve(simulate(agents, chains=40, epochs=1, name="docs"), {4: "rich", 1: "poor"})
        >>> found.multiples, 1 < found.half.low < found.half.estimate < found.half.high < 4
        ((1, 4), True)
    """
    checked = validate_outcomes(outcomes)
    multiples = tuple(sorted(runs))
    labels = [checked.only(runs[one]) for one in multiples]
    right = np.column_stack([_chain_means(checked, label, "right", unscored) for label in labels])
    solve = np.column_stack([_chain_means(checked, label, "solve", unscored) for label in labels])
    return PurseCurve(
        multiples,
        tuple(_mean("right", label, column, level) for label, column in zip(labels, right.T, strict=True)),
        tuple(_mean("solve", label, column, level) for label, column in zip(labels, solve.T, strict=True)),
        _half(labels[-1], np.log2(multiples), right, level),
    )


def _chain_means(outcomes: Table, label: str, measure: str, unscored: Unscored) -> Floats:
    """Per chain, the mean over k; NaN where it has no value."""
    means = composed(validate_outcomes(outcomes), label, measure, unscored).means
    held = ~np.isnan(means)
    found = np.full(len(means), np.nan)
    np.divide(np.where(held, means, 0.0).sum(axis=1), held.sum(axis=1), out=found, where=held.any(axis=1))
    return found


def _mean(quantity: str, label: str, values: Floats, level: float) -> Estimate:
    present = values[~np.isnan(values)]
    mean = float(present.mean()) if len(present) else math.nan
    influence = (present - mean) / len(present) if len(present) else present
    found = clustered(quantity, label, None, mean, influence, level=level, method="t over chains")
    return found.clipped(0.0, 1.0)


def _half(label: str, purses: Floats, values: Floats, level: float) -> Estimate:
    """The half-purse and its interval, from chains that every purse has."""
    whole = values[~np.isnan(values).any(axis=1)]
    n = len(whole)
    if len(purses) < 2 or not n:
        note = "two purses with the same chains are needed"
        return Estimate("half-purse", label, None, math.nan, math.nan, math.nan, level, n, METHOD, note)
    found = float(crossings(purses, whole.mean(axis=0, keepdims=True))[0])
    drawn = crossings(purses, weighted_means(chain_weights(n), whole)[0])
    low, high = percentile_interval(drawn, n, level)
    note = "below the smallest purse that was run" if found == 0 else "nothing was right" if math.isnan(found) else ""
    return Estimate("half-purse", label, None, found, low, high, level, n, METHOD, note)


def crossings(purses: Floats, shares: Floats) -> Floats:
    """Where each row's share first falls below half of its last one, walking down; 0 where it never does.

    Args:
        purses: logarithms (base 2) of the purses, rising.
        shares: rows by purses; a row whose last share is 0 gives NaN.

    Example:
        >>> crossings(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 0.8, 0.8], [0.5, 0.8, 0.8]])).tolist()
        [1.4142135623730951, 0.0]
    """
    half = shares[:, -1] / 2
    found = np.where(half > 0, 0.0, np.nan)
    for at in range(len(purses) - 1):  # upwards, so that the crossing next to the largest purse is kept
        low, high = shares[:, at], shares[:, at + 1]
        crosses = (low < half) & (high >= half)
        share = np.zeros(len(shares))
        np.divide(half - low, high - low, out=share, where=crosses)
        found = np.where(crosses, 2.0 ** (purses[at] + share * (purses[at + 1] - purses[at])), found)
    return found
