"""The reliability half-life."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from skillbench.stats import Outcomes, half_life, wilson_interval
from skillbench.stats.decay import tilts
from skillbench.stats.estimate import NO_DATA, ONE_CHAIN, ZERO_VARIANCE

Frame = Callable[..., pd.DataFrame]
X = np.arange(6.0)


def staircase(solved: list[int], chains: int) -> np.ndarray:
    """Solves by k of which column j has exactly ``solved[j]`` ones, spread over the chains."""
    out = np.zeros((chains, len(solved)))
    for column, count in enumerate(solved):
        out[(np.arange(count) + 7 * column) % chains, column] = 1
    return out


@given(rate=st.floats(0.2, 1.2), start=st.floats(0.05, 1.0))
def test_an_exact_geometric_curve_is_recovered(rate: float, start: float) -> None:
    """Log r to nine digits, falling or rising."""
    (found,) = tilts(start * rate ** X[None, :], np.full((1, 6), 50.0), X)
    assert found == pytest.approx(math.log(rate), abs=1e-9)


# The oracle remarks on rates that are all 1; the root is right there too.
@pytest.mark.filterwarnings("ignore:Perfect separation")
@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 20), min_size=6, max_size=6).filter(lambda c: sum(c[1:]) > 0 and sum(c[:-1]) > 0))
def test_the_fit_is_the_poisson_quasi_likelihood(counts: list[int]) -> None:
    """Against statsmodels' Poisson regression, zeros and unequal weights included."""
    weights = np.array([20.0, 20, 19, 18, 20, 17])
    rates = np.minimum(np.array(counts) / weights, 1.0)
    model = sm.GLM(rates, sm.add_constant(X), family=sm.families.Poisson(), freq_weights=weights)
    expected = model.fit(tol=1e-12, maxiter=500).params[1]
    assert tilts(rates[None, :], weights[None, :], X)[0] == pytest.approx(expected, abs=1e-5)


def test_rows_are_solved_independently_and_unsolved_rows_are_undefined() -> None:
    """A batch gives what each row gives alone, boundary rows included."""
    rows = np.array([[0.9, 0.7, 0.5, 0.4, 0.3, 0.2], [1, 0, 0, 0, 0, 0], [0] * 6, [0, 0, 0, 0, 0, 1]])
    counts = np.full(rows.shape, 30.0)
    together = tilts(rows, counts, X)
    alone = [tilts(row[None, :], counts[:1], X)[0] for row in rows]
    assert together == pytest.approx(alone, nan_ok=True, abs=1e-9)
    assert math.isnan(together[2])
    assert together[1] < -20 < 20 < together[3]


def test_halving_every_second_skill(grid_of: Frame) -> None:
    """80, 40, 20 solved of 100 at k = 2, 4, 6 and their means between: half at k = 4."""
    found = half_life(grid_of(staircase([80, 57, 40, 28, 20, 14], 100), measure="solve"))
    assert found.k_half.estimate == pytest.approx(4.0, abs=0.02)
    assert found.per_halving == pytest.approx(2.0, abs=0.02)
    assert found.k_half.low < 4 < found.k_half.high
    assert found.start == pytest.approx(0.8, abs=0.01)
    assert found.misfit < 0.01
    assert found.crossing == pytest.approx(4.0, abs=0.01)
    assert not found.beyond
    assert found.k_half.note == ""


def test_a_half_life_beyond_the_observed_k_is_said(grid_of: Frame) -> None:
    """A slow decline is extrapolated, and the note names the range."""
    found = half_life(grid_of(staircase([95, 93, 91, 89, 87, 85], 100), measure="solve"))
    assert found.k_half.estimate > 7
    assert found.beyond
    assert "beyond the observed k = 2 to 7" in found.k_half.note
    assert math.isnan(found.crossing)


def test_no_decline_has_an_infinite_half_life(grid_of: Frame) -> None:
    """Rising rates: infinite, and the upper end too."""
    found = half_life(grid_of(staircase([40, 45, 50, 55, 60, 65], 100), measure="solve"))
    assert math.isinf(found.k_half.estimate)
    assert math.isinf(found.k_half.high)
    assert found.rate > 1


def test_an_agent_that_solves_everything_has_a_lower_limit(grid_of: Frame) -> None:
    """Thirty chains all solved: Wilson allows 0.886 at k = 7, which halves about 29 skills on."""
    found = half_life(grid_of(np.ones((30, 6)), measure="solve"))
    low = wilson_interval(1.0, 30)[0]
    assert found.k_half.low == pytest.approx(2 + 5 * math.log(2) / -math.log(low))
    assert math.isinf(found.k_half.estimate)
    assert "every case was solved" in found.k_half.note


def test_degenerate_half_lives_are_named(grid_of: Frame) -> None:
    """Nothing solved, one k, one chain, equal chains, no data."""
    assert half_life(grid_of(np.zeros((5, 3)), measure="solve")).k_half.note == "nothing was solved"
    assert "two k" in half_life(grid_of(np.ones((5, 1)), measure="solve")).k_half.note
    assert half_life(grid_of(np.full((5, 2), np.nan), measure="solve")).k_half.note == NO_DATA
    alone = half_life(grid_of(np.array([[1.0, 0.0, 0.0]]), measure="solve")).k_half
    assert ONE_CHAIN in alone.note
    assert math.isnan(alone.low)
    equal = half_life(grid_of(np.tile([1.0, 1.0, 0.0], (5, 1)), measure="solve")).k_half
    assert ZERO_VARIANCE in equal.note


def test_too_few_solved_cases_give_no_interval(grid_of: Frame) -> None:
    """One solved case in forty chains: a third of the redraws hold none, so no interval is claimed."""
    solves = np.zeros((40, 3))
    solves[0, 0] = 1
    assert math.isnan(half_life(grid_of(solves, measure="solve")).k_half.low)


def test_a_cliff_is_flagged_by_its_misfit(grid_of: Frame) -> None:
    """All solved up to k = 4, none after: not geometric, and the crossing says where."""
    found = half_life(grid_of(staircase([50, 50, 50, 2, 1, 0], 50), measure="solve"))
    assert found.misfit > 0.1
    assert 4 < found.crossing < 5


def test_the_same_study_gives_the_same_interval(study: Outcomes) -> None:
    """The bootstrap is seeded by name."""
    assert half_life(study, "middling") == half_life(study, "middling")
