"""One run in one object, in the time a leaderboard allows."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import time

import pytest

import skillbench.stats
from skillbench.stats import Outcomes, composition_gap, degradation, half_life, mean_by_k, slope


def test_it_holds_what_the_estimators_say(study: Outcomes) -> None:
    """Each part is that estimator's own answer."""
    found = degradation(study, "better")
    assert found.means == mean_by_k(study, "better")
    assert found.means_unscored_zero == mean_by_k(study, "better", unscored="zero")
    assert found.slope == slope(study, "better")
    assert found.gaps == composition_gap(study, "better")
    assert found.half_life == half_life(study, "better")
    assert [contrast.k for contrast in found.drops] == [3, 4, 5, 6, 7]
    assert len(found.conditional_gaps) == len(found.solve) == len(found.solve_unscored_zero) == 6


def test_the_level_reaches_every_interval(study: Outcomes) -> None:
    """At 80 % all intervals are narrower than at 95 %."""
    wide, narrow = degradation(study, "middling"), degradation(study, "middling", level=0.8)
    pairs = [
        *zip(wide.means, narrow.means, strict=True),
        *zip(wide.drops, narrow.drops, strict=True),
        *zip(wide.solve, narrow.solve, strict=True),
        *((a.gap, b.gap) for a, b in zip(wide.gaps, narrow.gaps, strict=True)),
        *((a.gap, b.gap) for a, b in zip(wide.conditional_gaps, narrow.conditional_gaps, strict=True)),
        (wide.slope, narrow.slope),
        (wide.half_life.k_half, narrow.half_life.k_half),
    ]
    for wider, narrower in pairs:
        assert narrower.high - narrower.low < wider.high - wider.low
        assert not math.isnan(narrower.low)


def test_a_run_takes_a_fraction_of_a_second(study: Outcomes) -> None:
    """Everything about a run of 80 chains, bootstrap included, in under half a second (20 ms alone)."""
    degradation(study, "middling")
    began = time.process_time()
    degradation(study, "middling")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(skillbench.stats.__path__)])
def test_examples_in_docstrings_are_true(name: str) -> None:
    """Each module's examples run and print what they claim."""
    failed, _ = doctest.testmod(importlib.import_module(f"skillbench.stats.{name}"))
    assert failed == 0
