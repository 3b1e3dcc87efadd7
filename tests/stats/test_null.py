"""The null curve: what twins' own rates give at each k, unbiased, and covering where nothing is lost by combining."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skillbench.core.errors import SelectionError
from skillbench.stats import Outcomes, PlantedAgent, composition_gap, null_curve, simulate, validate_outcomes
from skillbench.stats.estimate import NO_DATA, few_chains
from skillbench.stats.outcomes import Floats

Frame = Callable[..., pd.DataFrame]

RATES = tuple(np.linspace(0.05, 0.45, 12))


def rubric(k: int) -> Floats:
    """An arithmetic that is far from linear: omissions, a floor, a bonus that the ceiling eats, full marks for all."""
    right = np.arange(k + 1)
    plain = np.clip(3.6 + 5.4 * right / k - (k - right) + (right == k), 0, 10)
    return np.stack([plain, np.clip(plain + 2 * (right > 0), 0, 10)])


def test_the_null_of_solve_is_what_the_composition_gap_expects(study: Outcomes) -> None:
    """Two estimators, one number: all skills right, each at its twin's rate."""
    for point, gap in zip(null_curve(study, "middling"), composition_gap(study, "middling"), strict=True):
        assert point.null.estimate == pytest.approx(gap.expected)
        assert point.excess.estimate == pytest.approx(gap.gap.estimate)
        assert (point.excess.low, point.excess.high) == pytest.approx((gap.gap.low, gap.gap.high))
        assert (point.observed, point.dropped) == (gap.observed, gap.dropped)


def test_the_null_is_the_mean_over_all_ways_to_be_right_and_wrong(frame_of: Frame) -> None:
    """Rates 1/2, 2/3 and 1, a tool behind one of them: against enumeration of every outcome."""
    twins = {"c": [[1.0, 0.0], [1.0, 1.0, 0.0], [1.0]]}
    frame = frame_of({"c": {3: [4.0]}, "d": {3: [8.0]}}, {**twins, "d": [[1.0], [1.0], [1.0]]})
    at_second = (frame["kind"] == "twin") & (frame["skill"] == "s2") & (frame["chain"] == "c") & (frame["epoch"] == 1)
    frame = frame.assign(tool_used=at_second, position=np.where(frame["kind"] == "twin", frame["skill"].str[1:], 0))
    frame["position"] = frame["position"].astype(int)
    frame["score"] = frame["score"].fillna(10.0)
    expected = 0.0
    marks = rubric(3)
    for first, second in itertools.product((0, 1), (0, 1, 2)):  # second: wrong, right alone, right by the tool
        chance = 0.5 * (1 / 3)
        expected += chance * marks[int(second == 2), first + int(second > 0) + 1]
    (found,) = null_curve(frame, measure="score", marks=rubric)
    assert found.null.estimate == pytest.approx((expected + marks[0, 3]) / 2)
    assert found.observed == 6.0
    assert found.excess.estimate == pytest.approx(6.0 - found.null.estimate)


def test_a_constant_rate_falls_in_score_by_arithmetic_and_not_in_its_share() -> None:
    """70 % on every skill and no tax: the share of checkpoints stays, score and solve fall along their nulls."""
    table = simulate([PlantedAgent("a", (0.3,) * 7)], 2000, 1, "constant", marks=rubric)
    right, solve, score = (
        null_curve(table, measure=name, marks=rubric if name == "score" else None)
        for name in ("right", "solve", "score")
    )
    assert all(point.null.estimate == pytest.approx(0.7, abs=0.03) for point in right)
    assert [point.null.estimate for point in solve] == pytest.approx([0.7**k for k in range(2, 8)], abs=0.03)
    assert score[0].null.estimate - score[-1].null.estimate > 1.5
    for point in (*right, *solve, *score):
        assert point.excess.low - 0.02 < 0 < point.excess.high + 0.02


def misses(replications: int, chains: int, epochs: int) -> dict[str, float]:
    """Share of intervals that hold 0, by measure, for an agent without a tax on combining."""
    agent = PlantedAgent("free", RATES, chain_sd=0.8, tool_rate=0.4)
    held: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for replication in range(replications):
        name = f"null-{chains}-{epochs}-{replication}"
        table = validate_outcomes(simulate([agent], chains, epochs, name, marks=rubric))
        for measure in ("solve", "right", "score", "score_no_bonus"):
            for point in null_curve(table, measure=measure, marks=arithmetic(measure)):
                held[measure] += point.excess.low <= 0 <= point.excess.high
                tried[measure] += 1
    return {measure: held[measure] / tried[measure] for measure in tried}


def arithmetic(measure: str) -> Callable[[int], Floats] | None:
    """The planted rubric; without its bonus in both rows where the measure has none."""
    if measure == "score":
        return rubric
    return (lambda k: np.stack([rubric(k)[0]] * 2)) if measure == "score_no_bonus" else None


def test_without_a_tax_the_intervals_hold_the_null_in_a_short_simulation() -> None:
    """80 studies of 40 chains, six k each: nothing below 90 %."""
    for measure, share in misses(80, 40, 1).items():
        assert share >= 0.90, measure


@pytest.mark.slow
@pytest.mark.parametrize(("chains", "epochs"), [(100, 1), (60, 2)])
def test_without_a_tax_the_intervals_hold_the_null_93_to_97_times_in_a_hundred(chains: int, epochs: int) -> None:
    """600 studies: solve, share, score with and without bonus lie on the null as often as 95 % intervals should."""
    for measure, share in misses(600, chains, epochs).items():
        assert 0.93 <= share <= 0.97, (measure, share)


def test_a_tax_lies_below_the_null_in_every_measure() -> None:
    """An agent that loses an added skill one time in ten: found in solve, share and score at k = 7."""
    table = simulate([PlantedAgent("taxed", (0.1,) * 7, tax=0.1)], 300, 1, "taxed", marks=rubric)
    for measure in ("solve", "right", "score"):
        last = null_curve(table, measure=measure, marks=arithmetic(measure))[-1]
        assert last.excess.high < 0, measure


def test_perfect_agents_lie_on_the_null_with_a_width(frame_of: Frame) -> None:
    """30 chains, all solved: null 1 and excess 0, both with Wilson's width; of two chains the note says too few."""
    chains = [f"c{at}" for at in range(30)]
    frame = frame_of({c: {2: [1.0]} for c in chains}, {c: [[1.0], [1.0]] for c in chains}, measure="solve")
    (found,) = null_curve(frame)
    assert found.null.estimate == 1
    assert 0.85 < found.null.low < 0.95
    assert found.excess.low < 0 < found.excess.high
    (few,) = null_curve(
        frame_of({"c": {2: [1.0]}, "d": {2: [0.0]}}, {"c": [[1.0], [1.0]], "d": [[1.0], [1.0]]}, measure="solve")
    )
    assert few.excess.note == few_chains(2)
    assert (few.excess.low, few.excess.high) == (-1.0, 1.0)


def test_without_twins_or_arithmetic_nothing_is_claimed(frame_of: Frame) -> None:
    """No twins: no data and NaN; a measure without marks is refused by name."""
    (bare,) = null_curve(frame_of({"c": {2: [1.0]}}, measure="solve"))
    assert (bare.null.note, bare.dropped, math.isnan(bare.observed)) == (NO_DATA, 1, True)
    with pytest.raises(SelectionError, match="without its marks"):
        null_curve(frame_of({"c": {2: [1.0]}}), measure="score")
