"""The composition gap and the conditional gap."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skillbench.stats import PlantedAgent, composition_gap, conditional_gap, simulate, truth
from skillbench.stats.estimate import NO_DATA

Frame = Callable[..., pd.DataFrame]


def test_the_gap_is_taken_within_each_chain(frame_of: Frame) -> None:
    """Chain c: solve 1/2 against 1 * 1/2; chain d: solve 0 against 1/2 * 1: mean gap -1/4."""
    frame = frame_of(
        {"c": {2: [1.0, 0.0]}, "d": {2: [0.0, 0.0]}},
        {"c": [[1.0, 1.0], [1.0, 0.0]], "d": [[0.0, 1.0], [1.0, 1.0]]},
        measure="solve",
    )
    (found,) = composition_gap(frame)
    assert found.gap.estimate == pytest.approx(-0.25)
    assert (found.observed, found.expected) == (0.25, 0.5)
    assert (found.lowest, found.highest) == (0.5, 0.5)


def test_frechet_bounds_hold_whatever_the_dependence(frame_of: Frame) -> None:
    """Rates .75 and .5 allow .25 to .5; the product .375 lies between."""
    frame = frame_of({"c": {2: [1.0]}}, {"c": [[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]]}, measure="solve")
    (found,) = composition_gap(frame)
    assert (found.lowest, found.expected, found.highest) == (0.25, 0.375, 0.5)


def test_chains_without_all_twins_are_left_out_and_counted(frame_of: Frame) -> None:
    """A chain whose second twin is unscored drops out of k=2; with no chain left there is no data."""
    frame = frame_of({"c": {2: [1.0]}, "d": {2: [1.0]}}, {"c": [[1.0], [np.nan]], "d": [[1.0], [1.0]]}, measure="solve")
    (found,) = composition_gap(frame)
    assert (found.gap.chains, found.dropped) == (1, 1)
    assert composition_gap(frame_of({}, {"c": [[1.0]]})) == ()
    (bare,) = composition_gap(frame_of({"c": {2: [1.0]}}, measure="solve"))
    assert (bare.gap.note, bare.dropped) == (NO_DATA, 1)
    assert conditional_gap(frame_of({"c": {2: [1.0]}}, measure="solve"))[0].gap.note == NO_DATA


def test_perfect_agents_have_no_gap_but_not_a_zero_width(frame_of: Frame) -> None:
    """All of 30 chains and twins solved: 0, within about a tenth either way."""
    chains = [f"c{at}" for at in range(30)]
    frame = frame_of({c: {2: [1.0]} for c in chains}, {c: [[1.0], [1.0]] for c in chains}, measure="solve")
    (found,) = composition_gap(frame)
    assert found.gap.estimate == 0
    assert -0.13 < found.gap.low < -0.05
    assert 0.05 < found.gap.high < 0.13
    assert "Wilson" in found.gap.method


def test_chains_that_differ_need_products_within_the_chain() -> None:
    """Chance .757 everywhere, hard and easy chains of SD 1.5 logits: pooled products hide ten points at k=7.

    The product of pooled rates is far below what independent skills give, so it would call an untaxed
    agent better than its skills; the gap within chains is 0.
    """
    agent = PlantedAgent("a", (0.2,) * 7, chain_sd=1.5)
    planted = truth(agent)
    pooled = float((planted.score[0] / 10) ** 7)
    assert planted.expected[-1] - pooled > 0.1
    last = composition_gap(simulate([agent], 2000, 1, "pooled"))[-1]
    assert last.gap.low < 0 < last.gap.high
    assert last.expected == pytest.approx(planted.expected[-1], abs=0.03)


def test_the_conditional_gap_counts_every_combination_of_repeats(frame_of: Frame) -> None:
    """Against brute force over all pairings of composite and twin repeats."""
    prefixes = {"c": {2: [1.0, 0.0]}, "d": {2: [0.0, 0.0]}, "e": {2: [1.0, 1.0]}}
    twins = {"c": [[1.0, 1.0], [1.0, 0.0]], "d": [[1.0, 0.0], [1.0, 1.0]], "e": [[0.0, 0.0], [1.0, 1.0]]}
    passed = failed = 0
    for chain, by_k in prefixes.items():
        for composite, *atoms in itertools.product(by_k[2], *twins[chain]):
            passed += all(atoms)
            failed += all(atoms) and not composite
    (found,) = conditional_gap(frame_of(prefixes, twins, measure="solve"))
    assert found.gap.estimate == pytest.approx(failed / passed)
    assert found.gap.low < found.gap.estimate < found.gap.high
    assert found.gap.chains == 2


def test_the_conditional_gap_of_independent_skills_is_its_baseline() -> None:
    """Without a tax the gap equals what failing independently gives; with one it lies above."""
    rates = tuple(np.linspace(0.05, 0.3, 12))
    free, taxed = PlantedAgent("free", rates, chain_sd=0.5), PlantedAgent("taxed", rates, tax=0.1, chain_sd=0.5)
    frame = simulate([free, taxed], 800, 4, "baseline")
    for found in conditional_gap(frame, "free"):
        assert found.gap.low < found.independent < found.gap.high
    for found in conditional_gap(frame, "taxed"):
        assert found.gap.low > found.independent
    single = conditional_gap(simulate([free], 20, 1, "single"))[0]
    assert math.isnan(single.independent)


def test_no_chain_with_all_atoms_solved_is_said(frame_of: Frame) -> None:
    """The condition never occurs, so there is nothing to condition on."""
    frame = frame_of({"c": {2: [0.0]}}, {"c": [[0.0], [1.0]]}, measure="solve")
    (found,) = conditional_gap(frame)
    assert math.isnan(found.gap.estimate)
    assert found.gap.note == "no chain has all its atoms solved"


def test_a_certain_conditional_gap_keeps_a_width(frame_of: Frame) -> None:
    """All atoms pass, every composite fails, in 20 chains: 1, with Wilson's lower end on 20."""
    chains = [f"c{at}" for at in range(20)]
    frame = frame_of({c: {2: [0.0]} for c in chains}, {c: [[1.0], [1.0]] for c in chains}, measure="solve")
    (found,) = conditional_gap(frame)
    assert (found.gap.estimate, found.gap.high) == (1.0, 1.0)
    assert found.gap.low == pytest.approx(0.839, abs=0.001)
