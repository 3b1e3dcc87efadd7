"""Paired contrasts, Holm's correction, detectable effects and rank ranges."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skillbench.core.errors import SelectionError
from skillbench.stats import Outcomes, compare, detectable, drops, holm, rank_ranges
from skillbench.stats.resample import uniforms

Frame = Callable[..., pd.DataFrame]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values: list[float]) -> None:
    """Against the definition: the largest Bonferroni p over all subsets that hold the hypothesis."""
    for at, adjusted in enumerate(holm(p_values)):
        others = [p for other, p in enumerate(p_values) if other != at]
        subsets = (s for size in range(len(others) + 1) for s in itertools.combinations(others, size))
        closure = max(min(1.0, (len(s) + 1) * min((p_values[at], *s))) for s in subsets)
        assert adjusted == pytest.approx(closure)


def test_holm_ignores_undefined_tests() -> None:
    """A NaN neither gets nor costs anything."""
    adjusted = holm([0.01, math.nan, 0.04])
    assert adjusted[0] == 0.02
    assert math.isnan(adjusted[1])
    assert adjusted[2] == 0.04


def test_drops_are_paired_t_tests(grid_of: Frame) -> None:
    """Against scipy's paired test, every later k against the first by default."""
    y = 5 + 3 * uniforms((8, 3), "drops") + uniforms((8, 1), "drops", "chain")
    found = drops(grid_of(y))
    assert [contrast.k for contrast in found] == [3, 4]
    for at, contrast in enumerate(found, 1):
        test = stats.ttest_rel(y[:, at], y[:, 0])
        assert contrast.p == pytest.approx(test.pvalue)
        assert (contrast.low, contrast.high) == pytest.approx(tuple(test.confidence_interval()))
    assert [contrast.p_holm for contrast in found] == pytest.approx(list(holm([c.p for c in found])))


def test_pairs_can_be_chosen_and_are_checked(study: Outcomes) -> None:
    """(2, 7) and (7, 2) are mirror images; an unknown k is refused."""
    down, up = drops(study, "better", pairs=[(2, 7), (7, 2)])
    assert (down.estimate, down.low) == pytest.approx((-up.estimate, -up.high))
    with pytest.raises(SelectionError, match=r"k \[9\] was not run"):
        drops(study, "better", pairs=[(2, 9)])


def test_equal_differences_are_tested_by_sign(grid_of: Frame) -> None:
    """Six chains that all lose exactly one point: p = 2^-5, not 0; no difference at all: p = 1."""
    lost, kept = drops(grid_of(np.tile([9.0, 8.0, 9.0], (6, 1))))
    assert (lost.p, kept.p) == (2.0**-5, 1.0)
    assert math.isnan(drops(grid_of(np.array([[9.0, 8.0]])))[0].p)


def test_detectable_effect_has_the_promised_power() -> None:
    """The noncentral t gives 80 % power at it, within half a point, from 5 to 500 chains."""
    for n in (5, 20, 100, 500):
        effect = detectable(1 / math.sqrt(n), n - 1)
        critical = stats.t.ppf(0.975, n - 1)
        assert stats.nct.sf(critical, n - 1, effect * math.sqrt(n)) == pytest.approx(0.8, abs=0.02)
    assert math.isnan(detectable(1.0, 0))


def test_comparing_is_antisymmetric_and_pairs_within_cases(study: Outcomes) -> None:
    """A minus b is minus b minus a, and narrower than the two intervals taken apart would be."""
    one, two = compare(study, "middling", "better"), compare(study, "better", "middling")
    assert one.overall.estimate == pytest.approx(-two.overall.estimate)
    assert one.overall.low == pytest.approx(-two.overall.high)
    assert one.slope.estimate == pytest.approx(-two.slope.estimate)
    assert one.shared == 80
    assert one.overall.high < 0
    assert "below better in score" in one.sentence
    assert "80 shared chains" in one.sentence
    bootstrapped = compare(study, "middling", "better", interval="bootstrap")
    assert bootstrapped.overall.low == pytest.approx(one.overall.low, abs=0.05)


def test_chains_of_one_run_only_are_counted_and_left_out(grid_of: Frame) -> None:
    """Six chains against four: four are compared, two are named as left out."""
    y = 5 + 3 * uniforms((6, 2), "partial")
    frame = pd.concat([grid_of(y), grid_of(y[:4] - 1, run="b")])
    found = compare(frame, "a", "b")
    assert (found.shared, found.only_a, found.only_b) == (4, 2, 0)
    assert found.overall.estimate == pytest.approx(1.0)


def test_runs_that_cannot_be_told_apart_are_not_ranked_in_words(grid_of: Frame) -> None:
    """An interval over 0 gives a sentence that says so, with what could have been seen."""
    y = 5 + 3 * uniforms((12, 2), "tie")
    noise = uniforms((12, 2), "tie", "noise") - 0.5
    sentence = compare(pd.concat([grid_of(y), grid_of(y + noise, run="b")]), "a", "b").sentence
    assert "cannot be told apart" in sentence
    assert "at no single k" in sentence
    assert "would usually miss a difference below 0.12" in sentence


def test_one_shared_chain_is_too_few_and_none_is_refused(grid_of: Frame) -> None:
    """A sentence without an interval for one chain; SelectionError for none."""
    one = pd.concat([grid_of(np.array([[5.0, 4.0]])), grid_of(np.array([[6.0, 4.0]]), run="b")])
    assert "too few" in compare(one, "a", "b").sentence
    apart = grid_of(np.array([[np.nan, 4.0]]), run="b")
    first = grid_of(np.array([[5.0, np.nan]]))
    with pytest.raises(SelectionError, match="share no scored chain"):
        compare(pd.concat([first, apart]), "a", "b")


def test_ranks_are_ranges_and_ties_are_shown(grid_of: Frame) -> None:
    """Two runs alike and one far below: ranks 1 to 2, 1 to 2 and 3."""
    y = 6 + 2 * uniforms((30, 3), "ranks")
    jitter = 0.2 * (uniforms((30, 3), "ranks", "jitter") - 0.5)
    frame = pd.concat([grid_of(y), grid_of(y + jitter, run="b"), grid_of(y - 3, run="low")])
    ranges = {found.run: (found.best, found.worst) for found in rank_ranges(frame)}
    assert ranges == {"a": (1, 2), "b": (1, 2), "low": (3, 3)}
    assert [found.run for found in rank_ranges(frame)][-1] == "low"


def test_a_single_run_ranks_first(grid_of: Frame) -> None:
    """Alone it is first and last."""
    (found,) = rank_ranges(grid_of(np.array([[5.0, 4.0]])))
    assert (found.best, found.worst) == (1, 1)
