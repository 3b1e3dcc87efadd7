"""Promises can be broken: each one falls below its bar on a skill that breaks it, and says where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from skillbench.compose.world import trial_world
from skillbench.skills import promises
from skillbench.skills.agreement import disagreement
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Block, Dials, Findings, Skill
from skillbench.skills.promises import BARS, SLOW_BARS, Kept, Promise, is_kept, measure, name_of, sentence_of
from skillbench.skills.trials import Trials

SOUND = skill_named("Data Cleaning")
Solve = Callable[..., Findings]


def variant(**changes: object) -> Skill:
    """A sound skill with some duties done otherwise."""
    sound = type(SOUND)
    return type("Variant", (sound,), {"__doc__": sound.__doc__, "__module__": sound.__module__, **changes})()


def solving(change: Callable[[Solve, Block, Dials, Any], Findings]) -> Skill:
    """A skill whose solver is wrapped."""

    def solve(_: Skill, block: Block, dials: Dials, slip: Any = None, margins: Any = None) -> Findings:
        def sound(block: Block, dials: Dials, slip: Any = None) -> Findings:
            return SOUND.solve(block, dials, slip, margins)

        return change(sound, block, dials, slip)

    return variant(solve=solve)


def valued(value: Callable[[str, float], float]) -> Skill:
    """A skill whose values are changed."""

    def change(sound: Solve, block: Block, dials: Dials, slip: Any) -> Findings:
        found = sound(block, dials, slip)
        return replace(found, values={code: value(code, one) for code, one in found.values.items()})

    return solving(change)


def plain_clauses(sound: Solve, block: Block, dials: Dials, slip: Any) -> Findings:
    """One alternative of the clause about packs, whatever the sheet says."""
    terms = replace(block.terms, clauses={**block.terms.clauses, "packs": "plain"})
    return sound(replace(block, terms=terms), dials, slip)


def one_price(sound: Solve, block: Block, dials: Dials, slip: Any) -> Findings:
    """A quantity read that changes nothing."""
    prices = {quantity: dict.fromkeys(values, 20.0) for quantity, values in dials.quantities.items()}
    return sound(block, replace(dials, quantities=prices), slip)


def rendering(change: Callable[[dict[str, str]], dict[str, str]]) -> Skill:
    """A skill whose files are changed."""
    return variant(render=lambda _, stream, records: change(SOUND.render(stream, records)))


def unsteady() -> Skill:
    """A skill whose files change from draw to draw of one stream."""
    calls: list[int] = []

    def change(files: dict[str, str]) -> dict[str, str]:
        calls.append(1)
        return {name: text + f"{len(calls)}\n" for name, text in files.items()}

    return rendering(change)


BROKEN: dict[str, tuple[Callable[[], Skill], str]] = {
    "same_stream_same_bytes": (unsteady, "two draws of one stream differ"),
    "rows_survive_freezing": (lambda: variant(kind=int), "validation error"),
    "facts_are_cells_of_the_rows": (
        lambda: variant(facts=lambda _, rows: [replace(one, value=-1) for one in SOUND.facts(rows)]),
        r"lines\[\d+\]\.quantity",
    ),
    "every_clause_matters": (lambda: solving(plain_clauses), "packs; first failed on seed 0"),
    "solver_is_total": (lambda: valued(lambda _, value: -value), "seed 0, level 1: SkillError: .*negative"),
    "records_name_everyone_and_decoys": (lambda: rendering(lambda _: {"a.csv": "x\n"}), "first failed on seed 0"),
    "every_read_matters": (lambda: solving(one_price), "demand|unit_cost"),
    "exception_matters": (
        lambda: solving(lambda sound, block, dials, slip: sound(block, replace(dials, exceptions=frozenset()), slip)),
        "first failed on seed 0",
    ),
    "slips_can_be_made": (lambda: variant(live_slips=lambda *_: []), "seed 0: 0 live"),
    "slips_change_the_answer": (lambda: solving(lambda sound, block, dials, _: sound(block, dials)), "sentinel-kept"),
    "no_two_slips_agree": (
        lambda: solving(lambda sound, block, dials, slip: sound(block, dials, slip and next(iter(SOUND.slips)))),
        " and ",
    ),
    "signal_separates": (
        lambda: solving(lambda sound, block, dials, slip: replace(sound(block, dials, slip), flagged=frozenset())),
        "first failed on seed 0",
    ),
    "values_differ_between_entities": (lambda: valued(lambda *_: 5.0), "first failed on seed 0"),
    "digits_suffice": (lambda: valued(lambda _, value: value / 1e6), "first failed on seed 0"),
    "rounding_upstream_changes_nothing": (lambda: valued(lambda _, value: value * 1e8 % 1000), "first failed"),
    "margins_are_wide": (
        lambda: variant(
            solve=lambda _, block, dials, slip=None, margins=None: (
                margins and margins.above("x", 1.0, 1.001),
                SOUND.solve(block, dials, slip),
            )[1]
        ),
        "first failed on seed 0",
    ),
    "texts_render_and_name_what_is_read": (lambda: variant(signal="{{ colour }} is high"), "colour"),
    "no_two_alternatives_read_alike": (
        lambda: variant(sheets=(replace(SOUND.sheets[0], clauses={"a": {"": "Too short."}}), SOUND.sheets[1])),
        "Too short",
    ),
    "wordings_name_the_same": (
        lambda: variant(
            sheets=(replace(SOUND.sheets[0], clauses={"a": {"": "<< Up to `a`. || Up to `b`. >>"}}), SOUND.sheets[1])
        ),
        "Up to `a`",
    ),
    "sister_sites_differ": (lambda: variant(draw_params=lambda *_: {"fee": 1}), "1 different of 6"),
    "blocks_fit_a_prompt": (
        lambda: rendering(lambda files: {name: text * 9 for name, text in files.items()}),
        "the longest block has",
    ),
    "no_answer_is_common": (lambda: valued(lambda *_: 5.0), "the most frequent total is 40"),
}


@cache
def bars() -> dict[str, tuple[Promise, float]]:
    """Every promise by name."""
    return {one.__name__: (one, bar) for one, bar in {**BARS, **SLOW_BARS}.items()}


def test_every_promise_is_broken_by_something() -> None:
    """No promise without a skill that breaks it, and each says in a sentence what it is."""
    assert set(BROKEN) == set(bars())
    assert all(sentence_of(one).endswith(".") and "_" not in name_of(one) for one, _ in bars().values())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure falls below the bar, and the message says where."""
    monkeypatch.setattr(promises, "MANY", 10)
    monkeypatch.setattr(promises, "SEEDS", promises.SEEDS[:6])
    make, words = BROKEN[name]
    one, bar = bars()[name]
    kept = measure(one, Trials(make(), trial_world))
    assert not is_kept(kept, bar), kept
    assert re.search(words, kept.where), kept.where


def test_a_bar_reached_is_kept() -> None:
    """A share that equals its bar in decimals keeps it, whatever binary fractions make of it."""
    assert is_kept(Kept(1 - 14 / 20), 0.3)
    assert not is_kept(Kept(0.29), 0.3)


def test_a_disagreement_is_told() -> None:
    """A solver that raises, or gives other values or flags, differs, and the message names seed and level."""
    world = trial_world("independent", "0")

    def raising(*_: object) -> Any:
        raise KeyError("code")

    said = disagreement(SOUND, raising, world, "0", 1)
    assert said.startswith("seed 0, level 1: the second solver raised KeyError: 'code'")
    everyone = {entity.code for entity in world.active}
    nobody = disagreement(SOUND, lambda *_: ({}, set()), world, "0", 1)
    everybody = disagreement(SOUND, lambda *_: ({}, everyone), world, "0", 1)
    assert any(said.startswith("seed 0, level 1: flags differ for ") for said in (nobody, everybody))
