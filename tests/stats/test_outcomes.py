"""The table of outcomes is refused when malformed and averaged in the right order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillbench.core.errors import InputError, SelectionError
from skillbench.stats import PlantedAgent, degradation, mean_by_k, simulate, validate_outcomes
from skillbench.stats.outcomes import atoms, composed


@pytest.fixture
def good() -> pd.DataFrame:
    """A small valid table: two chains, seven twins each, two epochs."""
    return simulate([PlantedAgent("a", (0.1,) * 9)], 2, 2, "good")


def _set(column: str, value: object, kind: str = "chain") -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[frame["kind"] == kind][0], column] = value
        return frame

    return change


BROKEN = {
    "missing column": (lambda f: f.drop(columns=["solve", "cost"]), r"lack the columns \['solve', 'cost'\]"),
    "no rows": (lambda f: f.iloc[:0], "hold no rows"),
    "empty label": (_set("chain", None), "chain is empty"),
    "blank label": (_set("case", ""), "case is empty"),
    "text score": (lambda f: f.assign(score="high"), "'score' has dtype"),
    "fractional k": (lambda f: f.assign(k=f["k"] + 0.5), "k is not an integer"),
    "missing epoch": (lambda f: f.assign(epoch=np.nan), "epoch is not an integer"),
    "score above 10": (_set("score", 10.5), r"score is outside 0\.\.10"),
    "negative score": (_set("score_no_bonus", -0.1), r"score_no_bonus is outside"),
    "infinite cost": (_set("cost", np.inf), "cost is outside"),
    "negative tokens": (_set("tokens", -1.0), "tokens is outside"),
    "half a solve": (_set("solve", 0.5), "solve is neither 0 nor 1"),
    "unknown kind": (_set("kind", "single"), "kind is neither"),
    "twin with k": (_set("k", 2, "twin"), "twin has k other than 1"),
    "chain at k 1": (_set("k", 1), r"k is outside 2\.\.16"),
    "k too large": (_set("k", 17), r"k is outside 2\.\.16"),
    "repeated row": (lambda f: pd.concat([f, f.iloc[[3]]]), r"\(run, case, epoch\) occurs twice in 1 row"),
    "case in two chains": (_set("chain", "elsewhere"), "case changes its chain"),
    "two skills at one k": (
        lambda f: pd.concat([f, f[f["k"] == 2].iloc[[0]].assign(case="other", skill="x")]),
        "adds two skills at one k",
    ),
    "two cases in one place": (
        lambda f: pd.concat([f, f[f["k"] == 2].iloc[[0]].assign(case="v2/k-2")]),
        "two cases stand at one place of a chain.*separate tables",
    ),
    "same skill twice": (
        lambda f: f.assign(skill=np.where(f["kind"] == "chain", "same", f["skill"])),
        "adds the same skill twice",
    ),
    "position of a twin": (lambda f: f.assign(position=0), "position is not an integer in 1"),
    "shared position": (lambda f: f.assign(position=1), "two skills share a position"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_malformed_tables_are_refused_with_the_fault_named(good: pd.DataFrame, fault: str) -> None:
    """Each breach of the contract raises InputError that says what is wrong."""
    breaking, message = BROKEN[fault]
    with pytest.raises(InputError, match=message):
        validate_outcomes(breaking(good))


def test_a_refusal_names_the_first_offending_row(good: pd.DataFrame) -> None:
    """The message leads to the row: its case and epoch stand in it."""
    with pytest.raises(InputError, match=r"case='chain-0000/k-2'.*epoch=1"):
        validate_outcomes(_set("score", 11.0)(good))


def test_validated_outcomes_pass_through(good: pd.DataFrame) -> None:
    """Validating twice costs nothing and changes nothing."""
    once = validate_outcomes(good)
    assert validate_outcomes(once) is once


def test_pandas_nullable_columns_are_read(good: pd.DataFrame) -> None:
    """Float64 and Int64 columns with NA read like floats with NaN."""
    nullable = good.convert_dtypes()
    nullable.loc[good["k"] == 7, "score"] = pd.NA
    assert np.isnan(composed(validate_outcomes(nullable), "a").means[:, -1]).all()


def test_epochs_are_averaged_within_a_case(frame_of: Callable[..., pd.DataFrame]) -> None:
    """A chain with three epochs weighs as much as one with a single epoch: (mean(0, 0, 9) + 9) / 2 = 6."""
    outcomes = validate_outcomes(frame_of({"c": {2: [0.0, 0.0, 9.0]}, "d": {2: [9.0]}}))
    assert composed(outcomes, "a").means.tolist() == [[3.0], [9.0]]
    assert mean_by_k(outcomes)[0].estimate == 6.0


def test_unscored_rows_leave_the_mean_or_count_as_zero(frame_of: Callable[..., pd.DataFrame]) -> None:
    """Excluded: mean of 8; counted as 0: mean of 8 and 0. Unknown cost never becomes 0."""
    outcomes = validate_outcomes(frame_of({"c": {2: [8.0, np.nan]}}))
    assert composed(outcomes, "a", "score", "exclude").means[0, 0] == 8.0
    assert composed(outcomes, "a", "score", "zero").means[0, 0] == 4.0
    assert np.isnan(composed(outcomes, "a", "cost", "zero").means[0, 0])


def test_twins_are_placed_by_the_tags_that_prefixes_add(frame_of: Callable[..., pd.DataFrame]) -> None:
    """The tag no prefix adds is the chain's first skill; the others stand where their prefix added them."""
    frame = frame_of({"c": {2: [1.0], 3: [1.0]}}, {"c": [[1.0], [0.0], [1.0, 0.0]]}, measure="solve")
    rates, repeats = atoms(validate_outcomes(frame), "a", 3)
    assert rates.tolist() == [[1.0, 0.0, 0.5]]
    assert repeats.tolist() == [[1.0, 1.0, 2.0]]


def test_twins_of_a_chain_with_holes_need_positions(frame_of: Callable[..., pd.DataFrame]) -> None:
    """With k=3 not run, the first and third twin cannot be told apart, unless their position is given."""
    frame = frame_of({"c": {2: [1.0], 4: [1.0]}}, {"c": [[1.0], [0.0], [1.0], [0.0]]}, measure="solve")
    rates, _ = atoms(validate_outcomes(frame), "a", 4)
    assert np.isnan(rates[0, [0, 2]]).all()
    placed = frame.assign(position=frame["skill"].str[1:].astype(int).where(frame["kind"] == "twin"))
    rates, _ = atoms(validate_outcomes(placed), "a", 4)
    assert rates.tolist() == [[1.0, 0.0, 1.0, 0.0]]


def test_a_run_must_be_named_when_there_are_several(good: pd.DataFrame) -> None:
    """An unnamed or unknown run is refused with the list of runs."""
    two = validate_outcomes(pd.concat([good, good.assign(run="b")]))
    with pytest.raises(SelectionError, match=r"no run was named.*\['a', 'b'\]"):
        degradation(two)
    with pytest.raises(SelectionError, match="run 'z' is unknown"):
        degradation(two, "z")
    with pytest.raises(SelectionError, match="measure 'grade' is unknown"):
        mean_by_k(two, "a", "grade")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_row_order_does_not_matter(seed: int) -> None:
    """Any order of rows gives the same estimates to the last digits."""
    agent = PlantedAgent("a", (0.2,) * 9, tax=0.05, chain_sd=0.5, unscored=0.1)
    frame = simulate([agent], 12, 2, "order")
    shuffled = frame.sample(frac=1, random_state=seed)
    one, two = degradation(frame), degradation(shuffled)
    assert one.slope.low == pytest.approx(two.slope.low, abs=1e-12)
    assert [g.gap.high for g in one.gaps] == pytest.approx([g.gap.high for g in two.gaps], abs=1e-12)
    assert one.half_life.k_half.low == pytest.approx(two.half_life.k_half.low, abs=1e-9)
