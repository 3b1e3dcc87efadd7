"""Shares corrected for a judge's errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skillbench.core.errors import InputError
from skillbench.stats import Verdicts, corrected_share
from skillbench.stats.estimate import ONE_CHAIN
from skillbench.stats.resample import uniforms


def labelled(hits: int, misses: int, alarms: int, rejections: int) -> Verdicts:
    """Calibration items, each a chain of its own."""
    judged = [True] * hits + [False] * misses + [True] * alarms + [False] * rejections
    truth = [True] * (hits + misses) + [False] * (alarms + rejections)
    return Verdicts(judged, range(len(judged)), truth)


def counted(yes: int, no: int) -> Verdicts:
    """Items to count, each a chain of its own."""
    return Verdicts([True] * yes + [False] * no, range(yes + no))


def test_a_perfect_judge_is_left_as_it_is_but_not_believed_without_limit() -> None:
    """60 of 100 stay 60 %; with 20 calibration items the interval is wider than with 2,000."""
    few, many = (corrected_share(counted(60, 40), labelled(n, 0, 0, n)).share for n in (10, 1000))
    assert few.estimate == many.estimate == 0.6
    assert few.high - few.low > 1.1 * (many.high - many.low)
    assert many.high - many.low == pytest.approx(2 * 1.98 * math.sqrt(0.24 / 100), rel=0.05)


def test_the_variance_is_the_delta_methods() -> None:
    """Without shrinkage to speak of (10,000 items each): p, sensitivity and specificity add up as derived."""
    found = corrected_share(counted(5500, 4500), labelled(9000, 1000, 2000, 8000)).share
    assert found.estimate == pytest.approx(0.5)
    variance = (0.55 * 0.45 + 0.25 * 0.8 * 0.2 + 0.25 * 0.9 * 0.1) / 10_000 / 0.7**2
    assert found.high - found.low == pytest.approx(2 * 1.96 * math.sqrt(variance), rel=0.001)


def test_intervals_cover_the_truth_that_the_judge_distorts() -> None:
    """400 studies, 40 chains of 6 items, 120 labels, a judge that misses 1 of 10 and lets 1 of 20 pass.

    The corrected interval covers the planted 70 % in at least 90.6 % (four standard errors), and its middle is
    right where the judge at its word is five points too low.
    """
    covered, seen = 0, []
    for replication in range(400):
        name = f"correction {replication}"
        chance = np.where(uniforms((40, 1), name, "hard") < 0.5, 0.5, 0.9)
        truth = uniforms((40, 6), name, "truth") < chance
        labels = uniforms((120,), name, "labels") < 0.5
        judged = uniforms((40, 6), name, "judge") < np.where(truth, 0.9, 0.05)
        known = uniforms((120,), name, "known") < np.where(labels, 0.9, 0.05)
        items = Verdicts(judged.ravel().tolist(), np.repeat(np.arange(40), 6).tolist())
        found = corrected_share(items, Verdicts(known.tolist(), range(120), labels.tolist()))
        covered += found.share.low <= 0.7 <= found.share.high
        seen.append((found.judged, found.share.estimate))
    assert covered / 400 >= 0.906
    assert np.mean(seen, axis=0) == pytest.approx([0.645, 0.7], abs=0.01)


def test_items_of_a_chain_count_as_what_they_add() -> None:
    """The same verdicts in chains that agree with themselves give a wider interval than each alone."""
    calibration = labelled(90, 10, 10, 90)
    alone = corrected_share(counted(60, 40), calibration).share
    chains = corrected_share(Verdicts([True] * 60 + [False] * 40, [at // 10 for at in range(100)]), calibration).share
    assert alone.estimate == chains.estimate
    assert chains.high - chains.low > 2 * (alone.high - alone.low)


def test_a_judge_that_guesses_says_nothing() -> None:
    """Sensitivity no higher than its false alarms: NaN and a note; one chain: no interval."""
    found = corrected_share(counted(5, 5), labelled(5, 5, 5, 5)).share
    assert math.isnan(found.estimate)
    assert "no better than chance" in found.note
    single = corrected_share(Verdicts([True, False], ["c", "c"]), labelled(9, 1, 1, 9)).share
    assert (single.note, math.isnan(single.low)) == (ONE_CHAIN, True)


def test_unsure_calibration_gives_the_whole_range() -> None:
    """Two labels of each kind cannot tell a judge from a guess."""
    found = corrected_share(counted(50, 50), labelled(1, 1, 0, 2)).share
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("calibration", "message"),
    [
        (Verdicts([True], ["c"]), "0 labels for 1 calibration items"),
        (Verdicts([True], ["c"], [True]), "one true and one false"),
    ],
)
def test_calibration_needs_labels_of_both_kinds(calibration: Verdicts, message: str) -> None:
    """Otherwise one of the judge's two errors is unknown."""
    with pytest.raises(InputError, match=message):
        corrected_share(counted(1, 1), calibration)
