"""The division: its arithmetic, what moves it, and what it reads."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from skillbench.core.findings import Findings
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.division import DIGITS, TOLERANCE, Division
from skillbench.skills.dataflow import by_measure, key_findings

DIVISION = Division(
    fund=1000.0,
    currency="EUR",
    favours={"x": True, "y": False},
    priority={"A": 2, "B": 3},
    digits=DIGITS,
    tolerance=TOLERANCE,
    amounts={"A": 500.0, "B": 500.0},
    page="HB-0001",
)


@pytest.fixture(scope="module")
def case(small_set: TaskSet) -> Case:
    """A Skill@3 case."""
    return next(case for case in small_set.cases if case.k == 3)


@pytest.fixture(scope="module")
def division(case: Case) -> Division:
    """Its division."""
    found = product_of(case)
    assert isinstance(found, Division)
    return found


def test_a_fund_is_shared_by_compound_claim() -> None:
    """Claims 2 * sqrt(0.5 / 1.5) and 3 * sqrt(1.5 / 0.5) share the fund in their ratio."""
    amounts = DIVISION.shared({"x": {"A": 0.0, "B": 2.0}, "y": {"A": 2.0, "B": 0.0}})
    one, two = 2 * math.sqrt(0.5 / 1.5), 3 * math.sqrt(1.5 / 0.5)
    assert amounts == pytest.approx({"A": 1000 * one / (one + two), "B": 1000 * two / (one + two)})


def test_the_fund_is_spent() -> None:
    """Whatever the measures, the amounts sum to the fund and nobody gets less than nothing."""
    for low, high in itertools.product((0.0, 1e-9, 7.0, 1e12), repeat=2):
        amounts = DIVISION.shared({"x": {"A": low, "B": high}, "y": {"A": high, "B": 1.0}})
        assert math.fsum(amounts.values()) == pytest.approx(1000.0)
        assert min(amounts.values()) > 0


def test_the_key_follows_from_the_measures(small_set: TaskSet) -> None:
    """The frozen amounts of every case are what its frozen measures give."""
    for case in small_set.cases:
        if isinstance(division := product_of(case), Division):
            again = division.after(by_measure(key_findings(case)))
            assert again.amounts == pytest.approx(division.amounts, rel=1e-9)


def test_amounts_follow_the_asked_measures_only(case: Case, division: Division) -> None:
    """The division of a prefix ignores the measures it does not ask for."""
    key = by_measure(key_findings(case))
    first = case.checkpoints[0].key
    alone = division.model_copy(update={"favours": {first: True}})
    assert alone.after(key).amounts == alone.after({first: key[first]}).amounts
    assert division.after(key).amounts != alone.after(key).amounts


def test_amounts_move_by_five_tolerances() -> None:
    """Small amounts are compared to the cent, large ones to 0.1 %; more than five tolerances count as moved."""
    assert [TOLERANCE.at(value) for value in (0.0, 5.0, 1000.0)] == [0.01, 0.01, 1.0]
    before, near, far = (
        DIVISION.model_copy(update={"amounts": amounts})
        for amounts in ({"A": 1000.0, "B": 1.0}, {"A": 1004.9, "B": 1.04}, {"A": 1000.0, "B": 1.06})
    )
    assert not before.moved(near)
    assert before.moved(far)


def test_an_entity_that_takes_it_all_is_in_doubt() -> None:
    """A division in which one entity takes more than 40 % is refused by name; one at 40 % stands."""
    assert "of the fund" in DIVISION.doubt()
    assert DIVISION.model_copy(update={"amounts": {"A": 400.0, "B": 400.0, "C": 200.0}}).doubt() == ""


@pytest.mark.parametrize(
    ("given", "defect"),
    [
        ([1], "allocation: missing or not an object"),
        ({"A": math.nan}, "allocation: no usable number for A"),
        ({"A": "5"}, "allocation: no usable number for A"),
        ({"A": True}, "allocation: no usable number for A"),
        ({"A": 1e300}, "allocation: no usable number for A"),
    ],
)
def test_what_is_no_amount_is_named(given: Any, defect: str) -> None:
    """Whatever stands in the field is read as far as it holds numbers, and the rest is named."""
    part = DIVISION.read({"allocation": given})
    assert part.defects == (defect,)
    assert part.fields == {}


def test_an_amount_that_follows_from_the_own_measures_stands(case: Case, division: Division) -> None:
    """Amounts that follow from other measures stand by them, and are not right."""
    other = by_measure(key_findings(case))
    first = case.checkpoints[0].key
    other[first] = Findings({code: value**2 + 1 for code, value in other[first].values.items()}, other[first].flagged)
    part = division.read(division.after(other).perfect())
    assert not division.compare(part, None).stands
    decision = division.compare(part, other)
    assert (decision.stands, decision.formed, decision.worked, decision.right) == (True, True, True, False)
