"""Agreement figures: against hand-worked tables and the definitions written out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from skillbench.judge.agreement import cohen_kappa, macro_f1, mean_absolute_error, rank_correlation

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30)


def test_kappa_of_a_worked_table() -> None:
    """Fifty items, 20 yes-yes, 15 no-no, 5 and 10 apart: kappa is 0.4."""
    truth = ["y"] * 25 + ["n"] * 25
    given_ = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert cohen_kappa(truth, given_) == pytest.approx(0.4)


def test_edges() -> None:
    """One label on both sides agrees wholly; nothing at all is NaN."""
    assert cohen_kappa(["a", "a"], ["a", "a"]) == 1.0
    for figure in (cohen_kappa, macro_f1, mean_absolute_error, rank_correlation):
        assert math.isnan(figure([], []))
    assert math.isnan(rank_correlation([1.0, 1.0], [1.0, 2.0]))


@given(LABELS)
def test_bounds(pairs: list[tuple[str, str]]) -> None:
    """F1 lies in 0..1, kappa at most 1; agreement in everything gives 1."""
    truth, found = [a for a, _ in pairs], [b for _, b in pairs]
    assert 0 <= macro_f1(truth, found) <= 1
    assert cohen_kappa(truth, found) <= 1
    assert macro_f1(truth, truth) == cohen_kappa(truth, truth) == 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_rank_correlation_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    """Equal to SciPy's with ties, wherever it is defined."""
    one, two = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    if len(set(one)) > 1 and len(set(two)) > 1:
        assert rank_correlation(one, two) == pytest.approx(spearmanr(one, two).statistic, abs=1e-9)


def test_mean_absolute_error() -> None:
    """The mean of absolute distances."""
    assert mean_absolute_error([1, 2, 3], [2, 2, 1]) == 1
