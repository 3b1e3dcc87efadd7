"""The slope under other models."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skillbench.stats import Outcomes, ceiling_check, compare, simulate_line, slope, slope_sensitivity
from skillbench.stats.resample import uniforms
from skillbench.stats.sensitivity import NO_STATSMODELS

Frame = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def inside() -> pd.DataFrame:
    """Forty chains whose scores stay off both ends."""
    return simulate_line(7.0, -0.4, chains=40, chain_sd=0.5, noise_sd=0.4, name="sensitivity")


def test_all_models_agree_where_nothing_speaks_against_the_main_one(inside: pd.DataFrame) -> None:
    """On complete data off the ends all four give the same slope, with errors within a fifth."""
    main, check = slope(inside), slope_sensitivity(inside)
    for other in (check.mixed, check.gee, check.ceiling.censored):
        assert other.estimate == pytest.approx(main.estimate, abs=1e-4)
        assert other.high - other.low == pytest.approx(main.high - main.low, rel=0.2)


def test_the_mixed_model_recovers_a_slope_that_varies_by_chain(grid_of: Frame) -> None:
    """Slopes of SD 0.3 around -0.5, collinear with the intercepts: covered, as wide as the slopes' own spread says.

    On this study gradient optimisers stop early with errors a quarter too small.
    """
    own = -0.5 + 0.3 * np.sqrt(12) * (uniforms((60, 1), "own slopes") - 0.5)
    y = 6 + own * np.arange(6) + 0.4 * (uniforms((60, 6), "own slopes", "noise") - 0.5)
    main, mixed = slope(grid_of(y)), slope_sensitivity(grid_of(y)).mixed
    assert mixed.low < -0.5 < mixed.high
    assert mixed.high - mixed.low == pytest.approx(main.high - main.low, rel=0.02)


def test_with_minus_the_models_are_fitted_to_paired_differences(inside: pd.DataFrame) -> None:
    """They agree with the slope of the paired difference that compare gives."""
    steeper = simulate_line(7.0, -0.7, chains=40, chain_sd=0.5, noise_sd=0.4, name="sensitivity", run="steeper")
    frame = pd.concat([inside, steeper])
    main, check = compare(frame, "line", "steeper").slope, slope_sensitivity(frame, "line", minus="steeper")
    assert check.mixed.estimate == pytest.approx(main.estimate, abs=1e-4)
    assert check.gee.estimate == pytest.approx(main.estimate, abs=1e-4)
    assert check.mixed.run == "line minus steeper"
    assert check.ceiling == ceiling_check(frame, "line", minus="steeper")


def test_a_model_that_cannot_be_fitted_says_so(grid_of: Frame) -> None:
    """Chains on exact parallel lines leave no residual to model: a note, whatever the optimiser does."""
    lines = np.arange(8.0)[:, None] / 4 + np.array([7.0, 6.0, 5.0, 4.0])
    check = slope_sensitivity(grid_of(lines))
    assert check.mixed.note
    assert check.gee.estimate == pytest.approx(-1)
    flat = slope_sensitivity(grid_of(np.full((5, 3), 7.0)))
    assert math.isnan(flat.mixed.estimate)
    assert "variation" in flat.gee.note


def test_a_measure_without_a_ceiling_has_no_ceiling_check(study: Outcomes) -> None:
    """Tokens end nowhere."""
    assert slope_sensitivity(study, "better", "tokens").ceiling is None


def test_without_statsmodels_the_remedy_is_named(inside: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the mixed model and GEE need the extra: their note says how to get it, the rest goes on."""
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    check = slope_sensitivity(inside)
    assert check.mixed.note == check.gee.note == NO_STATSMODELS
    assert math.isnan(check.mixed.estimate)
    assert check.ceiling.censored.high < 0
