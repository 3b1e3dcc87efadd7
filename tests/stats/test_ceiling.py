"""Slopes that know where the scale ends."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from skillbench.core.errors import SelectionError
from skillbench.stats import Outcomes, ceiling_check, simulate_line, slope
from skillbench.stats.ceiling import TOO_FEW
from skillbench.stats.estimate import NO_DATA
from skillbench.stats.instrument import line_coverage

Frame = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def cut() -> pd.DataFrame:
    """Sixty chains whose line starts above the ceiling."""
    return simulate_line(11.0, -0.7, chains=60, epochs=2, name="cut")


def test_the_censored_slope_is_the_likelihoods_maximum(cut: pd.DataFrame) -> None:
    """Against the Tobit likelihood written with scipy's normal and maximised without derivatives."""
    y, k = cut["score"].to_numpy(), cut["k"].to_numpy()

    def negative(point: np.ndarray) -> float:
        line, sigma = point[0] + point[1] * (k - 4.5), math.exp(point[2])
        value = np.where(y >= 10, stats.norm.logsf(10, line, sigma), stats.norm.logpdf(y, line, sigma))
        return -float(np.where(y <= 0, stats.norm.logcdf(0, line, sigma), value).sum())

    found = optimize.minimize(negative, [9.0, -0.5, 0.5], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    assert ((y >= 10).mean(), (y <= 0).any()) == (ceiling_check(cut).at_top, False)
    assert ceiling_check(cut).censored.estimate == pytest.approx(found.x[1], abs=1e-5)


def test_the_ordinal_slope_is_proportional_odds(cut: pd.DataFrame) -> None:
    """Against statsmodels on the same bands."""
    band = np.digitize(cut["score"], [3.0, 5.0], right=True) + (cut["score"] >= 9) + (cut["score"] >= 10)
    expected = OrderedModel(band, cut[["k"]] - 4.5, distr="logit").fit(method="bfgs", disp=False, gtol=1e-8)
    assert ceiling_check(cut).ordinal.estimate == pytest.approx(expected.params["k"], abs=1e-4)


def test_without_scores_at_the_ends_censoring_changes_nothing() -> None:
    """The censored slope is then least squares, and its errors are within a twentieth of CR2."""
    study = simulate_line(6.0, -0.3, chains=60, chain_sd=0.4, noise_sd=0.4, name="inside")
    plain, found = slope(study), ceiling_check(study)
    assert (found.at_top, found.at_bottom) == (0, 0)
    assert found.censored.estimate == pytest.approx(plain.estimate, abs=1e-6)
    assert found.censored.high - found.censored.low == pytest.approx(plain.high - plain.low, rel=0.05)


def test_the_ceiling_hides_a_fall_from_least_squares_and_not_from_the_censored_slope() -> None:
    """150 studies of 24 chains: 95 % intervals cover at least 88 % (four standard errors); the naive one under 20 %."""
    counted = {row.quantity: row.covered for row in line_coverage(11.0, -0.6, 24, 1, 150)}
    assert counted["censored slope"] >= 0.88
    assert counted["ordinal slope"] >= 0.88
    assert counted["naive slope"] < 0.2


@pytest.mark.slow
@pytest.mark.parametrize(("chains", "epochs"), [(100, 1), (12, 2)])
def test_slopes_that_know_the_ceiling_cover_93_to_97_per_cent(chains: int, epochs: int) -> None:
    """800 studies of a hundred chains and of twelve; the binomial standard error is 0.8 points."""
    counted = {row.quantity: row.covered for row in line_coverage(11.0, -0.6, chains, epochs, 800)}
    assert 0.93 <= counted["censored slope"] <= 0.97
    assert 0.93 <= counted["ordinal slope"] <= 0.97
    assert counted["naive slope"] < 0.5


def test_distances_within_a_band_do_not_move_the_ordinal_slope(cut: pd.DataFrame) -> None:
    """Scores between the caps are squeezed to their lower end: the censored slope moves, the ordinal does not."""
    between = (cut["score"] > 5) & (cut["score"] < 9)
    squeezed = cut.assign(score=cut["score"].where(~between, 5.1))
    before, after = ceiling_check(cut), ceiling_check(squeezed)
    assert after.ordinal == before.ordinal
    assert after.censored.estimate < before.censored.estimate - 0.1


def test_a_difference_of_slopes_is_taken_on_shared_cases_and_paired() -> None:
    """Two lines on the same chains, one lacking a chain: the difference on shared cases, mirrored when swapped."""
    first = simulate_line(11.0, -0.4, chains=80, name="pair", run="gentle")
    second = simulate_line(11.0, -0.9, chains=80, name="pair", run="steep")
    dropped = second[second["chain"] != "chain-0000"]
    frame = pd.concat([first, dropped])
    found, mirrored = (ceiling_check(frame, a, minus=b) for a, b in (("gentle", "steep"), ("steep", "gentle")))
    alone = [ceiling_check(one[one["chain"] != "chain-0000"]).censored for one in (first, second)]
    assert found.censored.estimate == pytest.approx(alone[0].estimate - alone[1].estimate)
    assert found.censored.low < 0.5 < found.censored.high
    assert found.censored.low == pytest.approx(-mirrored.censored.high)
    assert found.ordinal.estimate == pytest.approx(-mirrored.ordinal.estimate)
    assert (found.censored.chains, found.censored.run) == (79, "gentle minus steep")


def test_solved_or_not_is_a_logistic_slope(cut: pd.DataFrame) -> None:
    """Two bands are a logistic regression; nothing lies between the ends for a censored one."""
    found = ceiling_check(cut, measure="solve")
    assert found.ordinal.high < 0
    assert "between the ends" in found.censored.note


def test_what_cannot_be_fitted_is_named(grid_of: Frame, study: Outcomes) -> None:
    """All at the ceiling, k that separates the bands, two chains, no data: NaN and a note; no upper end is refused."""
    full = ceiling_check(grid_of(np.full((6, 3), 10.0)))
    assert "one band" in full.ordinal.note
    assert (full.at_top, math.isnan(full.censored.estimate)) == (1.0, True)
    assert "no finite slope" in ceiling_check(grid_of(np.tile([10.0, 4.0, 2.0], (6, 1)))).ordinal.note
    assert ceiling_check(grid_of(np.array([[9.0, 4.0], [8.0, 5.0]]))).censored.note == f"a: {TOO_FEW}"
    empty = ceiling_check(grid_of(np.full((4, 2), np.nan)))
    assert (empty.censored.note, empty.censored.chains) == (f"a: {NO_DATA}", 0)
    assert math.isnan(empty.at_top)
    with pytest.raises(SelectionError, match="no upper end"):
        ceiling_check(study, "better", "tokens")
