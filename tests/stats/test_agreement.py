"""Agreement on ordered scales, and intervals by chain for any figure."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.scorer import SampleScore, Score, krippendorff_alpha
from scipy import stats

from skillbench.core.errors import InputError
from skillbench.stats import interval_alpha, jackknife, quadratic_kappa
from skillbench.stats.agreement import UNDEFINED
from skillbench.stats.resample import indices, uniforms

BANDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=25)


@given(BANDS)
def test_quadratic_kappa_is_the_weighted_table(pairs: list[tuple[int, int]]) -> None:
    """Against the definition: squared weights over the table of counts and over the product of its margins."""
    table = np.zeros((4, 4))
    for pair in pairs:
        table[pair] += 1
    table /= len(pairs)
    weight = (np.arange(4)[:, None] - np.arange(4)) ** 2
    chance = float((weight * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    expected = 1.0 if chance == 0 else 1 - float((weight * table).sum()) / chance
    assert quadratic_kappa(*zip(*pairs, strict=True)) == pytest.approx(expected)


def test_a_constant_shift_lowers_kappa_and_not_correlation() -> None:
    """A judge one band too kind ranks perfectly and agrees badly."""
    truth, kind = [0, 0, 1, 1, 2, 2], [1, 1, 2, 2, 3, 3]
    assert np.corrcoef(truth, kind)[0, 1] == pytest.approx(1)
    assert quadratic_kappa(truth, kind) == pytest.approx(4 / 7)


ITEM = st.lists(st.integers(0, 10), min_size=2, max_size=4)


@given(st.lists(ITEM, min_size=2, max_size=12))
def test_alpha_is_krippendorffs(rows: list[list[int]]) -> None:
    """Against all pairs of values, within items and over them, written out."""
    values = [value for row in rows for value in row]
    n = len(values)
    within = sum((a - b) ** 2 / (len(row) - 1) for row in rows for a, b in itertools.permutations(row, 2)) / n
    between = sum((a - b) ** 2 for a, b in itertools.permutations(values, 2)) / (n * (n - 1))
    assert interval_alpha(rows) == pytest.approx(1.0 if between == 0 else 1 - within / between)


def test_alpha_agrees_with_inspects() -> None:
    """Three judges of forty answers, one of whom is noisy."""
    rows = (5 + 3 * uniforms((40, 1), "alpha") + uniforms((40, 3), "alpha", "noise") * np.array([1, 1, 3])).tolist()
    inspect = krippendorff_alpha("interval")([SampleScore(score=Score(value=row)) for row in rows])
    assert interval_alpha(rows) == pytest.approx(inspect)


def test_missing_judgements_are_left_out() -> None:
    """A NaN is no judgement, and an item with one judgement says nothing."""
    nan = math.nan
    assert interval_alpha([[1, 2, nan], [8, 9, 8], [5, nan, nan]]) == interval_alpha([[1, 2], [8, 9, 8]])
    assert math.isnan(interval_alpha([[1, nan]]))
    assert math.isnan(quadratic_kappa([], []))
    assert quadratic_kappa([2, 2], [2, 2]) == interval_alpha([[2, 2], [2, 2]]) == 1
    with pytest.raises(InputError, match="one of each"):
        quadratic_kappa([1], [1, 2])


def test_a_mean_over_single_item_chains_has_the_plain_t_interval() -> None:
    """The jackknife reduces to it exactly."""
    values = [3.0, 5.5, 7.25, 9.0, 4.0]
    found = jackknife("mean", lambda column: sum(column) / len(column), range(5), values)
    expected = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert (found.estimate, found.low, found.high) == pytest.approx((np.mean(values), *expected))


def test_kappa_intervals_by_chain_cover_and_those_by_item_do_not() -> None:
    """300 calibrations of 30 chains of 8 answers whose judge is kind to some chains and harsh to others.

    Truth is the kappa of 20,000 chains. By chain 95 % intervals cover at least 90 % (four standard errors);
    by item under 80 %.
    """

    def calibration(chains: int, name: str) -> tuple[np.ndarray, np.ndarray]:
        truth = indices((chains, 8), 4, name, "truth")
        leaning = np.maximum(indices((chains, 1), 4, name, "leaning") - 1, 0)
        slip = indices((chains, 8), 3, name, "slip") - 1
        return truth, np.clip(truth + np.where(uniforms((chains, 8), name, "which") < 0.95, leaning, slip), 0, 3)

    target = quadratic_kappa(*(side.ravel() for side in calibration(20_000, "kappa truth")))
    chains, items = np.repeat(np.arange(30), 8).tolist(), range(240)
    covered = {"chains": 0, "items": 0}
    for replication in range(300):
        truth, judged = (side.ravel().tolist() for side in calibration(30, f"kappa {replication}"))
        for name, clusters in (("chains", chains), ("items", items)):
            if name == "items" and replication >= 60:
                continue
            found = jackknife("kappa", quadratic_kappa, clusters, truth, judged)
            covered[name] += found.low <= target <= found.high
    assert covered["chains"] / 300 >= 0.9
    assert covered["items"] / 60 < 0.8


def test_degenerate_figures_keep_no_interval() -> None:
    """One chain, or a figure that one chain alone decides: NaN ends; unequal columns are refused."""
    assert math.isnan(jackknife("kappa", quadratic_kappa, ["c", "c"], [0, 1], [0, 1]).low)
    alone = jackknife("alpha", interval_alpha, ["c", "d"], [[1, 2], [3, math.nan]])
    assert (alone.note, math.isnan(alone.low), math.isnan(alone.estimate)) == (UNDEFINED, True, False)
    with pytest.raises(InputError, match="2 chains"):
        jackknife("kappa", quadratic_kappa, ["c", "d"], [0], [0])
