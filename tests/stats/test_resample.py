"""Resampling is the same everywhere and calibrated."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from scipy import stats

from skillbench.stats.resample import chain_weights, indices, percentile_interval, uniforms, weighted_means


def test_a_name_gives_the_same_bytes_everywhere() -> None:
    """Golden hashes: a change of generator, seed rule or scaling would alter published intervals."""
    drawn = indices((50, 20), 20, "golden").astype("<i8").tobytes()
    assert hashlib.sha256(drawn).hexdigest()[:16] == "2966478d93fbdcf5"
    assert hashlib.sha256(uniforms((100,), "golden").astype("<f8").tobytes()).hexdigest()[:16] == "73e68c1d2c2f574e"


def test_indices_are_uniform_and_names_are_unrelated() -> None:
    """Chi-square over 7 cells is unremarkable; two names correlate no more than chance."""
    drawn = indices((70_000,), 7, "uniform")
    assert stats.chisquare(np.bincount(drawn)).pvalue > 0.001
    assert abs(np.corrcoef(uniforms((20_000,), "a"), uniforms((20_000,), "b"))[0, 1]) < 0.03


def test_every_draw_holds_as_many_chains_as_the_sample() -> None:
    """Rows of weights sum to n, and cannot be written to (they are shared)."""
    weights = chain_weights(13, 500)
    assert (weights.sum(axis=1) == 13).all()
    with pytest.raises(ValueError, match="read-only"):
        weights[0, 0] = 1


def test_weighted_means_leave_missing_cells_out() -> None:
    """Against a loop over draws; a draw without any value gives NaN."""
    values = np.array([[1.0, np.nan], [2.0, 5.0], [4.0, np.nan]])
    weights = np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0], [0.0, 3.0, 0.0]])
    means, counts = weighted_means(weights, values)
    assert means.tolist()[0] == pytest.approx([7 / 3, 5])
    assert means[1, 0] == pytest.approx(2)
    assert math.isnan(means[1, 1])
    assert counts.tolist() == [[3, 1], [3, 0], [3, 3]]
    complete, _ = weighted_means(weights, values[:, :1])
    assert complete[:, 0].tolist() == means[:, 0].tolist()


def test_expanded_percentiles_match_t_for_normal_data() -> None:
    """For a mean of 12 normal values, ends agree with the t interval; plain percentiles are narrower."""
    values = stats.norm.ppf((np.arange(12) + 0.5) / 12)
    drawn, _ = weighted_means(chain_weights(12), values[:, None])
    low, high = percentile_interval(drawn[:, 0], 12, 0.95)
    expected = stats.t.interval(0.95, 11, scale=stats.sem(values))
    assert (low, high) == pytest.approx(expected, abs=0.06)
    plain = np.quantile(drawn, [0.025, 0.975])
    assert plain[1] - plain[0] < 0.9 * (high - low)


def test_undefined_draws_void_the_interval_once_they_could_matter() -> None:
    """A handful in 10,000 is ignored; a per cent is not; one chain has no interval."""
    drawn = np.linspace(0, 1, 10_000)
    drawn[:5] = np.nan
    assert percentile_interval(drawn, 50, 0.95)[1] > 0.9
    drawn[:100] = np.nan
    assert math.isnan(percentile_interval(drawn, 50, 0.95)[0])
    assert math.isnan(percentile_interval(np.ones(10), 1, 0.95)[0])
