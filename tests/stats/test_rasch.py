"""Rasch item effects with k as covariate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special

from skillbench.core.errors import SelectionError
from skillbench.stats import Outcomes, item_effects, validate_outcomes
from skillbench.stats.rasch import _counts, _scores
from skillbench.stats.resample import uniforms

Frame = Callable[..., pd.DataFrame]
ABILITIES = {"weak": 0.5, "middle": 1.5, "strong": 2.5}


def planted(chains: int, per_skill: float, spread: float, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Solves of three runs on chains by k = 2 to 5, and the items' true effects."""
    effect = spread * special.ndtri(uniforms((chains, 4), name, "effect"))
    frames = []
    for run, ability in ABILITIES.items():
        chance = special.expit(ability - per_skill * np.arange(4) - effect)
        solve = (uniforms((chains, 4, 3), name, run) < chance[:, :, None]).astype(float)
        cells = {f"c{c:03d}": {k + 2: list(solve[c, k]) for k in range(4)} for c in range(chains)}
        frames.append((run, cells))
    return frames, effect


@pytest.fixture(scope="module")
def fitted(frame_of: Frame) -> tuple[pd.DataFrame, np.ndarray]:
    """150 chains with half a logit per skill and items of SD 0.8."""
    frames, effect = planted(150, 0.5, 0.8, "rasch")
    return pd.concat([frame_of(cells, run=run, measure="solve") for run, cells in frames]), effect


def test_planted_effects_are_recovered(fitted: tuple[pd.DataFrame, np.ndarray]) -> None:
    """Difficulty per skill, abilities and spread within their intervals; items in the right order."""
    frame, effect = fitted
    found = item_effects(frame)
    assert found.converged
    assert found.per_skill.low < 0.5 < found.per_skill.high
    assert found.per_skill.high - found.per_skill.low < 0.3
    for ability in found.abilities:
        assert ability.low < ABILITIES[ability.run] < ability.high
    assert found.spread == pytest.approx(0.8, abs=0.15)
    by_case = {item.case: item.effect for item in found.items}
    estimated = np.array([[by_case[f"c{c:03d}/{k}"] for k in range(2, 6)] for c in range(150)])
    assert np.corrcoef(estimated.ravel(), effect.ravel())[0, 1] > 0.65
    assert found.items[0].effect == max(item.effect for item in found.items)
    assert found.items[0].solved < found.items[-1].solved


def test_the_gradient_is_the_likelihoods(fitted: tuple[pd.DataFrame, np.ndarray]) -> None:
    """Fisher's identity against finite differences."""
    items = _counts(validate_outcomes(fitted[0]))
    x = items.ks - 2
    point = np.array([0.3, 1.0, 2.0, 0.4, -0.3])
    numeric = optimize.approx_fprime(point, lambda p: _scores(p, items, x)[0].sum(), 1e-6)
    assert _scores(point, items, x)[1].sum(axis=0) == pytest.approx(numeric, rel=1e-3, abs=0.05)


def test_two_planted_agents_differ_in_ability(study: Outcomes) -> None:
    """The better agent's ability interval lies above the other's, and k makes cases harder."""
    found = item_effects(study)
    middling, better = found.abilities
    assert better.low > middling.high
    assert found.per_skill.low > 0


def test_runs_without_a_finite_ability_are_refused(frame_of: Frame) -> None:
    """A run that solved everything, one k only, or nothing scored: refused by name."""
    cells = {"c": {2: [1.0], 3: [0.0]}, "d": {2: [0.0], 3: [1.0]}}
    all_solved = {chain: {k: [1.0] for k in by_k} for chain, by_k in cells.items()}
    frame = pd.concat([frame_of(cells, measure="solve"), frame_of(all_solved, run="perfect", measure="solve")])
    with pytest.raises(SelectionError, match=r"\['perfect'\] solved all or none"):
        item_effects(frame)
    with pytest.raises(SelectionError, match="two or more k"):
        item_effects(frame_of({"c": {2: [1.0, 0.0]}}, measure="solve"))
    with pytest.raises(SelectionError, match="two or more k"):
        item_effects(frame_of({"c": {2: [np.nan], 3: [np.nan]}}, measure="solve"))
