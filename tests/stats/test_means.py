"""Means and solve rates with the chain as the cluster."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skillbench.stats import Outcomes, mean_by_k, solve_by_k, unscored_share, wilson_interval
from skillbench.stats.estimate import NO_DATA, ONE_CHAIN, ZERO_VARIANCE

Frame = Callable[..., pd.DataFrame]
SCORES = np.array([[8.0, 7, 5], [9, 9, 8], [6, 4, 3], [10, 8, 9], [7, 7, 4]])


def test_means_by_k_are_t_over_chains(grid_of: Frame) -> None:
    """At each k against scipy; over k, the t interval over the chains' own means."""
    *by_k, whole = mean_by_k(grid_of(SCORES))
    for at, found in enumerate(by_k):
        column = SCORES[:, at]
        assert (found.k, found.estimate, found.chains) == (at + 2, column.mean(), 5)
        low, high = stats.t.interval(0.95, 4, loc=column.mean(), scale=stats.sem(column))
        assert (found.low, found.high) == pytest.approx((low, min(high, 10)))
    chain_means = SCORES.mean(axis=1)
    assert whole.k is None
    assert whole.low == pytest.approx(stats.t.interval(0.95, 4, chain_means.mean(), stats.sem(chain_means))[0])


def test_the_mean_over_k_gives_each_k_the_same_weight_when_cells_are_missing(grid_of: Frame) -> None:
    """Losing easy cells does not lower the overall mean to the hard ones'."""
    holes = SCORES.copy()
    holes[:3, 0] = np.nan
    *by_k, whole = mean_by_k(grid_of(holes))
    assert whole.estimate == pytest.approx(np.mean([found.estimate for found in by_k]))
    assert by_k[0].chains == 2


def test_bootstrap_and_t_intervals_agree_and_repeat(study: Outcomes) -> None:
    """On 80 chains within 10 % of the width; the same call gives the same ends."""
    for plain, drawn in zip(
        mean_by_k(study, "middling"), mean_by_k(study, "middling", interval="bootstrap"), strict=True
    ):
        assert drawn.estimate == plain.estimate
        assert drawn.high - drawn.low == pytest.approx(plain.high - plain.low, rel=0.1)
    assert mean_by_k(study, interval="bootstrap") == mean_by_k(study, interval="bootstrap")


def test_a_k_without_scores_leaves_the_overall_mean_to_the_others(grid_of: Frame) -> None:
    """Both intervals of the overall mean then rest on the scored k, and that k alone has no data."""
    holes = np.column_stack([SCORES, np.full(5, np.nan)])
    for interval in ("t", "bootstrap"):
        *by_k, whole = mean_by_k(grid_of(holes), interval=interval)
        assert by_k[-1].note == NO_DATA
        assert whole == mean_by_k(grid_of(SCORES), interval=interval)[-1]


def test_unscored_work_lowers_the_mean_only_when_counted(study: Outcomes) -> None:
    """Counting 2 % unscored as 0 lowers every mean; the share is reported by k."""
    for left_out, counted in zip(
        mean_by_k(study, "middling"), mean_by_k(study, "middling", unscored="zero"), strict=True
    ):
        assert counted.estimate < left_out.estimate
    shares = unscored_share(study, "middling")
    assert [share.k for share in shares] == [1, 2, 3, 4, 5, 6, 7]
    assert shares[0].rows == 80 * 7 * 3
    assert 0.005 < np.average([s.share for s in shares], weights=[s.rows for s in shares]) < 0.04
    assert all(share.share == 0 for share in unscored_share(study, "better"))


def test_solve_rate_with_one_epoch_is_wilsons(grid_of: Frame) -> None:
    """Three of five chains: Wilson's interval on five."""
    frame = grid_of(np.array([[1.0], [1], [1], [0], [0]]), measure="solve")
    (found,) = solve_by_k(frame)
    assert (found.low, found.high) == pytest.approx(wilson_interval(0.6, 5))


def test_repeats_narrow_a_solve_rate_only_by_what_they_add(frame_of: Frame) -> None:
    """Chains that always agree with themselves count once; independent repeats count each."""
    copies = {f"c{at}": {2: [float(at < 6)] * 4} for at in range(10)}
    (same,) = solve_by_k(frame_of(copies, measure="solve"))
    assert (same.low, same.high) == pytest.approx(wilson_interval(0.6, 10))
    even = {f"c{at}": {2: [1.0, 0.0, 1.0, 0.0]} for at in range(10)}
    (repeats,) = solve_by_k(frame_of(even, measure="solve"))
    assert (repeats.low, repeats.high) == pytest.approx(wilson_interval(0.5, 40))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing_solved_keeps_a_width(frame_of: Frame, value: float) -> None:
    """Twenty chains with three epochs at 0 or 1: Wilson on twenty chains, not on sixty rows."""
    (found,) = solve_by_k(frame_of({f"c{at}": {2: [value] * 3} for at in range(20)}, measure="solve"))
    assert (found.low, found.high) == wilson_interval(value, 20)
    assert found.high - found.low > 0.1


def test_degenerate_means_are_named(grid_of: Frame) -> None:
    """One chain, equal chains, nothing scored: no interval, zero width, no data; never an exception."""
    one = mean_by_k(grid_of(SCORES[:1]))[0]
    assert math.isnan(one.low)
    assert one.note == ONE_CHAIN
    for interval in ("t", "bootstrap"):
        equal = mean_by_k(grid_of(np.full((4, 2), 6.5)), interval=interval)
        assert {(found.low, found.high, found.note) for found in equal} == {(6.5, 6.5, ZERO_VARIANCE)}
        nothing = mean_by_k(grid_of(np.full((4, 2), np.nan)), interval=interval)
        assert {found.note for found in nothing} == {NO_DATA}
    assert solve_by_k(grid_of(np.full((2, 1), np.nan), measure="solve"))[0].note == NO_DATA


def test_a_table_of_twins_alone_has_no_means_by_k(frame_of: Frame) -> None:
    """Only the overall row remains, and it says that there is no data."""
    (whole,) = mean_by_k(frame_of({}, {"c": [[1.0], [0.0]]}))
    assert (whole.k, whole.note) == (None, NO_DATA)
    assert solve_by_k(frame_of({}, {"c": [[1.0]]})) == ()
