"""One run in one object, in the time a leaderboard allows."""

from __future__ import annotations

import doctest
import importlib
import inspect
import math
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

import skillbench.stats
from skillbench.stats import (
    Outcomes,
    ceiling_check,
    compare,
    composition_gap,
    cost_per_solved,
    degradation,
    half_life,
    item_effects,
    mean_by_k,
    plan,
    rank_ranges,
    slope,
    tool_bonus,
)

APPARATUS = {
    "degradation",
    "detectable",
    "holm",
    "simulate",
    "simulate_line",
    "tidy",
    "truth",
    "validate_outcomes",
    "wilson_interval",
}
"""Public functions that estimate nothing themselves."""


def test_it_holds_what_the_estimators_say(study: Outcomes) -> None:
    """Each part is that estimator's own answer."""
    found = degradation(study, "better")
    assert found.means == mean_by_k(study, "better")
    assert found.means_unscored_zero == mean_by_k(study, "better", unscored="zero")
    assert found.slope == slope(study, "better")
    assert found.ceiling == ceiling_check(study, "better")
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
        (wide.ceiling.censored, narrow.ceiling.censored),
        (wide.ceiling.ordinal, narrow.ceiling.ordinal),
        (wide.half_life.k_half, narrow.half_life.k_half),
    ]
    for wider, narrower in pairs:
        assert narrower.high - narrower.low < wider.high - wider.low
        assert not math.isnan(narrower.low)


def test_every_field_is_a_plain_python_value(study: Outcomes) -> None:
    """No numpy scalar leaks into a result, so that it can go into JSON as it is."""

    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            for part in value:
                yield from leaves(part)
        else:
            yield value

    results = [
        degradation(study, "middling"),
        compare(study, "middling", "better"),
        *rank_ranges(study),
        *tool_bonus(study, "better"),
        cost_per_solved(study, "better"),
        item_effects(study),
        plan(0.3, 1.5, 0.5),
    ]
    kinds = {type(leaf) for result in results for leaf in leaves(asdict(result))}
    assert kinds <= {str, int, float, bool, type(None)}


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


def test_every_public_function_has_an_example() -> None:
    """What the package exports shows how it is called and what comes out."""
    functions = [getattr(skillbench.stats, name) for name in skillbench.stats.__all__]
    bare = [each.__name__ for each in functions if inspect.isfunction(each) and ">>>" not in str(each.__doc__)]
    assert bare == []


def test_the_page_on_statistics_runs() -> None:
    """Its example is executed; its table names every estimator there is, and no other."""
    page = Path(__file__).parents[2] / "docs" / "statistics.md"
    assert doctest.testfile(str(page), module_relative=False).failed == 0
    named = re.findall(r"^\| `(\w+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    estimators = {name for name in skillbench.stats.__all__ if inspect.isfunction(getattr(skillbench.stats, name))}
    assert set(named) == estimators - APPARATUS
