"""Planted truths are what long simulations give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skillbench.core.errors import InputError
from skillbench.stats import PlantedAgent, simulate, truth, validate_outcomes
from skillbench.stats.outcomes import atoms, composed

from .conftest import BETTER, MIDDLING


def test_truth_is_the_limit_of_simulation() -> None:
    """Quadrature and symmetric polynomials against 20,000 simulated chains, within four standard errors."""
    planted = truth(MIDDLING)
    outcomes = validate_outcomes(simulate([MIDDLING], 20_000, 1, "limit"))
    for measure, target in (("score", planted.score), ("solve", planted.solve)):
        values = composed(outcomes, "middling", measure).means
        error = np.nanstd(values, axis=0) / math.sqrt(20_000 * 0.98)
        assert (np.abs(np.nanmean(values, axis=0) - target) < 4 * error).all()
    rates, _ = atoms(outcomes, "middling", 7)
    for k, target in zip(range(2, 8), planted.expected, strict=True):
        product = rates[:, :k].prod(axis=1)
        assert abs(np.nanmean(product) - target) < 4 * 0.5 / math.sqrt(20_000 * 0.98**7)


def test_an_agent_without_variation_is_geometric() -> None:
    """Chance 0.9 each and no tax: solve is 0.9^k, slope 0, half-life ln 2 / -ln 0.9 skills on."""
    planted = truth(PlantedAgent("a", (0.1,) * 7))
    assert planted.solve == pytest.approx(0.9 ** np.arange(2, 8))
    assert planted.gap == pytest.approx(np.zeros(6))
    assert planted.slope == pytest.approx(0, abs=1e-12)
    assert planted.k_half == pytest.approx(2 + math.log(2) / -math.log(0.9))
    taxed = truth(PlantedAgent("a", (0.1,) * 7, tax=0.2))
    assert taxed.solve == pytest.approx(0.9 ** np.arange(2, 8) * 0.8 ** np.arange(1, 7))


def test_the_same_name_gives_the_same_study_and_agents_share_chains() -> None:
    """Tables repeat; an agent's rows do not depend on who else ran; skills are shared."""
    frame = simulate([MIDDLING, BETTER], 5, 2, "same")
    assert frame.equals(simulate([MIDDLING, BETTER], 5, 2, "same"))
    alone = simulate([BETTER], 5, 2, "same")
    assert frame[frame["run"] == "better"].reset_index(drop=True).equals(alone)
    assert not frame.equals(simulate([MIDDLING, BETTER], 5, 2, "other"))


def test_catalogues_must_match() -> None:
    """Agents with catalogues of different size, or too small ones, cannot share chains."""
    with pytest.raises(InputError, match=r"\[7, 9\] skills"):
        simulate([PlantedAgent("a", (0.1,) * 7), PlantedAgent("b", (0.1,) * 9)], 3, 1, "x")
    with pytest.raises(InputError, match="at least 7"):
        simulate([PlantedAgent("a", (0.1,) * 5)], 3, 1, "x")
