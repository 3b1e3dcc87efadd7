"""Closed-form intervals agree with reference implementations and keep their width at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from skillbench.stats import tidy, wilson_interval
from skillbench.stats.estimate import (
    ONE_CHAIN,
    ZERO_VARIANCE,
    clustered,
    difference_interval,
    effective_size,
    standard_error,
    t_interval,
)


def test_clustered_interval_of_one_value_per_chain_is_the_plain_t() -> None:
    """Against scipy's t interval of the mean."""
    values = np.array([3.0, 5.5, 7.25, 9.0, 4.0])
    found = clustered("m", "a", 2, values.mean(), (values - values.mean()) / 5, method="t")
    expected = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)


def test_one_chain_has_no_interval_and_equal_chains_say_so() -> None:
    """A single chain gives NaN ends; equal chains a zero width that is named."""
    single = clustered("m", "a", 2, 4.0, np.zeros(1), method="t")
    assert math.isnan(single.low)
    assert single.note == ONE_CHAIN
    equal = clustered("m", "a", 2, 4.0, np.full(5, 1e-17), method="t")
    assert (equal.low, equal.high, equal.note) == (4.0, 4.0, ZERO_VARIANCE)
    assert math.isnan(standard_error(np.array([0.1, math.nan])))


@given(n=st.integers(1, 500), share=st.floats(0, 1))
def test_wilson_agrees_with_statsmodels(n: int, share: float) -> None:
    """At every count, and at 0 and n the closed end is exact."""
    solved = round(share * n)
    low, high = proportion_confint(solved, n, method="wilson")
    assert wilson_interval(solved / n, n) == pytest.approx((low, high), abs=1e-12)
    assert wilson_interval(1.0, n)[1] == 1.0
    assert wilson_interval(0.0, n)[0] == 0.0


def test_wilson_without_trials_is_undefined() -> None:
    """No chains, no interval."""
    assert all(math.isnan(end) for end in wilson_interval(0.5, 0))


def test_effective_size_is_bounded_by_chains_and_rows() -> None:
    """Binomial variance gives n back; the bounds hold at 0, 1 and without variance."""
    assert effective_size(0.3, 0.3 * 0.7 / 40, 10, 100) == pytest.approx(40)
    assert effective_size(0.3, 1.0, 10, 100) == 10
    assert effective_size(0.3, 0.0, 10, 100) == 100
    assert effective_size(1.0, 0.0, 10, 100) == 10


def test_difference_interval_reproduces_newcombe() -> None:
    """Newcombe 1998, Table II, (a) 56/70 minus 48/80 by method 10: 0.0524 to 0.3339."""
    first = (56 / 70, *wilson_interval(56 / 70, 70))
    second = (48 / 80, *wilson_interval(48 / 80, 80))
    assert difference_interval(first, second) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_t_interval_needs_degrees_of_freedom() -> None:
    """None left, none given."""
    assert all(math.isnan(end) for end in t_interval(1.0, 0.1, 0))


def test_estimates_become_a_frame() -> None:
    """One row each; k is NA where a quantity belongs to no k; empty stays empty."""
    values = np.array([-0.5, 0.5])
    frame = tidy([clustered("m", "a", k, 1.0, values, method="t") for k in (2, None)])
    assert frame["k"].tolist()[0] == 2
    assert frame["k"].isna().tolist() == [False, True]
    assert tidy([]).empty
