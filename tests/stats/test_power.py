"""Plans and variance components."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from skillbench.core.errors import InputError
from skillbench.stats import minimum_detectable_effect, plan, variance_components
from skillbench.stats.resample import uniforms

Frame = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"rho": 0.0}, 0.59),
        ({"rho": 0.5}, 0.42),
        ({"rho": 0.7}, 0.33),
        ({"rho": 0.5, "target": "slope"}, 0.071),
        ({"rho": 0.5, "noise_sd": 0.8}, 0.53),
        ({"rho": 0.5, "noise_sd": 0.8, "epochs": 3}, 0.46),
        ({"rho": 0.0, "sd": 0.5}, 0.198),
        ({"rho": 0.5, "sd": 0.5}, 0.140),
    ],
)
def test_detectable_effects_of_a_hundred_chains(settings: dict[str, object], expected: float) -> None:
    """The design's figures (normal quantiles; the t here is 1.3 % wider) for SD 1.5 and 80 % power."""
    found = minimum_detectable_effect(**{"chains": 100, "sd": 1.5, **settings})
    assert found == pytest.approx(expected, rel=0.025)


def test_a_plan_finds_what_it_promises() -> None:
    """The best option has 80 % power by the noncentral t, and one chain fewer would fall short."""
    found = plan(0.3, 1.5, 0.5, noise_sd=0.8)
    best = found.best
    error = math.sqrt((2 * 0.5 * 1.5**2 + 2 * 0.8**2 / best.epochs) / best.chains)
    power = stats.nct.sf(stats.t.ppf(0.975, best.chains - 1), best.chains - 1, 0.3 / error)
    assert power == pytest.approx(0.8, abs=0.01)
    fewer = minimum_detectable_effect(best.chains - 1, 1.5, 0.5, noise_sd=0.8, epochs=best.epochs)
    assert best.detectable <= 0.3 < fewer


def test_plans_weigh_epochs_against_chains() -> None:
    """More epochs need fewer chains; the best has the fewest agent runs; counts include the seven twins."""
    found = plan(0.3, 0.5, 0.5, noise_sd=2.0, tokens_per_sample=10_000, cost_per_sample=0.02)
    chains = [option.chains for option in found.options]
    assert chains == sorted(chains, reverse=True)
    assert found.best.samples == min(option.samples for option in found.options)
    assert found.best.samples == found.best.chains * found.best.epochs * 13
    assert found.best.tokens == found.best.samples * 10_000
    assert found.best.cost == pytest.approx(found.best.samples * 0.02)
    assert math.isnan(plan(0.3, 0.5, 0.5).best.cost)
    assert plan(0.3, 0.5, 0.5, twins=False).best.samples == plan(0.3, 0.5, 0.5).best.chains * 6


def test_a_slope_needs_fewer_chains_than_the_same_fall_end_to_end() -> None:
    """0.06 per skill over five skills is 0.3 end to end, seen with six points instead of two."""
    assert plan(0.06, 1.5, 0.5, target="slope").best.chains < plan(0.3, 1.5, 0.5).best.chains


@pytest.mark.parametrize(
    "wrong", [{"effect": 0.0}, {"sd": -1.0}, {"rho": 1.2}, {"noise_sd": -0.1}, {"ks": [3]}, {"max_epochs": 0}]
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    """Each argument out of range raises and is quoted."""
    with pytest.raises(InputError, match="a plan needs"):
        plan(**{"effect": 0.3, "sd": 1.5, "rho": 0.5, **wrong})


def test_a_plan_of_millions_is_refused() -> None:
    """An effect a thousandth of the noise is not planned for."""
    with pytest.raises(InputError, match="more than 1000000 chains"):
        plan(0.0001, 1.5, 0.0)


def test_variance_components_are_recovered(frame_of: Frame) -> None:
    """Planted sd 1, rho 0.6, noise 0.5 on 400 chains with three epochs, within 10 %."""
    shared = math.sqrt(0.6) * special.ndtri(uniforms((400, 1), "components", "chain"))
    own = math.sqrt(0.4) * special.ndtri(uniforms((400, 4), "components", "case"))
    noise = 0.5 * special.ndtri(uniforms((400, 4, 3), "components", "epoch"))
    scores = np.clip(5 + (shared + own)[:, :, None] + noise, 0, 10)
    found = variance_components(frame_of({f"c{c}": {k + 2: list(scores[c, k]) for k in range(4)} for c in range(400)}))
    assert (found.sd, found.rho, found.noise_sd) == pytest.approx((1.0, 0.6, 0.5), rel=0.1)


def test_components_of_one_epoch_and_of_too_few_chains(grid_of: Frame) -> None:
    """One epoch: noise is unknown, not 0. No variance: rho is unknown. One chain: refused."""
    found = variance_components(grid_of(np.array([[5.0, 4.0], [7.0, 5.0], [6.0, 6.0]])))
    assert math.isnan(found.noise_sd)
    assert found.sd > 0
    assert math.isnan(variance_components(grid_of(np.full((3, 2), 5.0))).rho)
    with pytest.raises(InputError, match="at least 2"):
        variance_components(grid_of(np.array([[5.0, 4.0]])))
