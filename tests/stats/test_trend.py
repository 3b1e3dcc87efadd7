"""The slope per skill and its errors."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import linalg, stats

from skillbench.stats import Outcomes, slope
from skillbench.stats.estimate import NO_DATA, ONE_CHAIN, ZERO_VARIANCE
from skillbench.stats.resample import uniforms
from skillbench.stats.trend import ONE_K

Frame = Callable[..., pd.DataFrame]


def scores(chains: int, *name: str) -> np.ndarray:
    """Scores of chains by k = 2 to 7 around a falling line, with a chain effect."""
    shift = 2 * uniforms((chains, 1), *name, "chain")
    return 6 + shift - 0.4 * np.arange(6) + uniforms((chains, 6), *name, "noise")


def test_complete_slope_is_the_t_interval_over_the_chains_own_slopes(grid_of: Frame) -> None:
    """CR2 with Satterthwaite degrees reduces to it exactly."""
    y = scores(9, "balanced")
    x = np.arange(6) - 2.5
    own = y @ x / (x @ x)
    found = slope(grid_of(y))
    expected = stats.t.interval(0.95, 8, loc=own.mean(), scale=stats.sem(own))
    assert (found.estimate, found.low, found.high) == pytest.approx((own.mean(), *expected))


def test_incomplete_slope_is_the_textbook_cr2(grid_of: Frame) -> None:
    """Against CR2 and Bell-McCaffrey degrees written out with dense matrices, cluster by cluster."""
    y = scores(7, "holes")
    y[uniforms((7, 6), "holes", "missing") < 0.3] = np.nan
    chain, column = np.nonzero(~np.isnan(y))
    design = np.column_stack([np.ones(len(chain)), column + 2.0])
    response = y[chain, column]
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ response
    maker = np.eye(len(chain)) - design @ bread @ design.T
    residual = maker @ response
    variance, projected = 0.0, []
    for at in range(7):
        own = np.flatnonzero(chain == at)
        root = linalg.fractional_matrix_power(maker[np.ix_(own, own)], -0.5).real
        lever = root @ design[own] @ bread[:, 1]
        variance += float(lever @ residual[own]) ** 2
        projected.append(maker[:, own] @ lever)
    overlap = np.array([[a @ b for b in projected] for a in projected])
    df = np.trace(overlap) ** 2 / np.sum(overlap**2)
    expected = stats.t.interval(0.95, df, loc=beta[1], scale=math.sqrt(variance))
    found = slope(grid_of(y))
    assert (found.estimate, found.low, found.high) == pytest.approx((beta[1], *expected), rel=1e-9)
    assert df < 6


def test_bootstrap_slope_agrees(study: Outcomes) -> None:
    """On 80 chains the two intervals differ by less than a tenth of their width."""
    plain, drawn = slope(study, "better"), slope(study, "better", interval="bootstrap")
    assert drawn.estimate == plain.estimate
    assert (drawn.low, drawn.high) == pytest.approx((plain.low, plain.high), abs=0.1 * (plain.high - plain.low))


def test_bootstrap_slope_copes_with_holes(grid_of: Frame) -> None:
    """Every draw refits on the cells it has; the point is the pooled least squares."""
    y = scores(20, "bootstrap holes")
    y[uniforms((20, 6), "bootstrap holes", "missing") < 0.3] = np.nan
    found = slope(grid_of(y), interval="bootstrap")
    assert found.low < slope(grid_of(y)).estimate == found.estimate < found.high


def test_degenerate_slopes_are_named(grid_of: Frame) -> None:
    """One k, one chain, no data, no variance: a note, no exception."""
    y = scores(5, "degenerate")
    assert slope(grid_of(y[:, :1])).note == ONE_K
    assert slope(grid_of(np.full((3, 2), np.nan))).note == NO_DATA
    alone = slope(grid_of(y[:1]))
    assert alone.note == ONE_CHAIN
    assert math.isnan(alone.low)
    flat = slope(grid_of(np.tile([9.0, 8.0, 7.0], (4, 1))))
    assert (flat.estimate, flat.note) == (pytest.approx(-1), ZERO_VARIANCE)
