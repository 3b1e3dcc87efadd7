"""The letter: a claim counts when it is true, said, and asked for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from small import DIALS, NAMES, RECIPES

from skillbench.compose.freeze import build_chain
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.letter import DRIVER, MISSING, Letter


@pytest.fixture(scope="module")
def letter() -> Letter:
    """The letter of a Skill@3 case."""
    dials = DIALS.model_copy(update={"deliverables": ["letter"]})
    built = build_chain(0, RECIPES[1], (*NAMES, "a letter"), dials)
    found = product_of(next(case for case in built.cases if case.k == 3))
    assert isinstance(found, Letter)
    return found


def right(letter: Letter, change: Callable[[dict[str, Any]], None]) -> int:
    """Parts right of the perfect letter after a change."""
    fields = copy.deepcopy(letter.perfect())
    change(fields["letter"])
    return letter.compare(letter.read(fields), None).to_key.right


def test_an_omission_loses_its_point(letter: Letter) -> None:
    """Each claim left out is one part less."""
    for place in range(len(letter.perfect()["letter"]["claims"])):
        assert right(letter, lambda fields, place=place: fields["claims"].pop(place)) == letter.asked - 1


def test_a_claim_that_the_prose_does_not_make_is_none(letter: Letter) -> None:
    """Without its sentence in the letter, a listed claim counts for nothing."""
    assert right(letter, lambda fields: fields.update(text="Dear reader, see the list.")) == 0


def test_claiming_everything_gains_nothing(letter: Letter) -> None:
    """Every measure as every driver, in both directions: no driver counts any more."""

    def everything(fields: dict[str, Any]) -> None:
        drivers = [claim for claim in fields["claims"] if claim["kind"] == DRIVER]
        for claim in drivers:
            for key, title in letter.titles.items():
                for way in ("up", "down"):
                    quote = f"{claim['about']} is moved {way} by {title}."
                    fields["text"] += f" {quote}"
                    fields["claims"].append({**claim, "value": key, "direction": way, "quote": quote})

    assert right(letter, everything) == letter.asked - len(letter.drivers)


def test_calling_everything_unanswered_gains_nothing(letter: Letter) -> None:
    """Whoever says of every question that nothing answers it loses the one that can be answered."""

    def nothing_answers(fields: dict[str, Any]) -> None:
        for number in letter.questions:
            quote = f"Nothing answers question {number}."
            fields["text"] += f" {quote}"
            fields["claims"].append({"kind": MISSING, "about": number, "value": "", "quote": quote})

    assert right(letter, nothing_answers) == letter.asked - 1


def test_a_claim_about_nothing_asked_costs_a_point(letter: Letter) -> None:
    """Claims on other matters count against the letter, one each."""

    def strangers(fields: dict[str, Any]) -> None:
        fields["claims"] += [{"kind": "amount", "about": "Z99", "value": 1.0, "quote": "Dear reader,"}] * 2

    assert right(letter, strangers) == letter.asked - 2
