"""How results travel: from upstream values to the dials of later work."""

from __future__ import annotations

import itertools

import pytest

from skillbench.core.quantities import Quantity
from skillbench.core.schema import Coupling
from skillbench.core.taskset import TaskSet
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Dials, Findings
from skillbench.skills.dataflow import (
    base_dials,
    block_of,
    case_dials,
    coupled_dials,
    key_findings,
)

BASE = Dials({Quantity.DEMAND: {"A": 100.0, "B": 200.0}, Quantity.CREW: {"A": 4.0, "B": 8.0}}, frozenset("A"))
FOUND = {
    "Up": Findings({"A": 0.0, "B": 2.0}, frozenset("B")),
    "Other": Findings({"A": 3.0, "B": 1.0}, frozenset()),
}


def coupling(src: str, quantity: Quantity | None, *, raises: bool | None) -> Coupling:
    """A rule into the skill under test."""
    return Coupling(src=src, dst="Down", quantity=quantity, raises=raises, page="HB-0001")


def test_raising_multiplies_and_lowering_divides() -> None:
    """Standings of 0.5 and 1.5 act on the named quantity alone; what the register says stays untouched."""
    raised = coupled_dials(BASE, [coupling("Up", Quantity.DEMAND, raises=True)], FOUND)
    assert raised.quantities == {Quantity.DEMAND: {"A": 50.0, "B": 300.0}, Quantity.CREW: {"A": 4.0, "B": 8.0}}
    lowered = coupled_dials(BASE, [coupling("Up", Quantity.CREW, raises=False)], FOUND)
    assert lowered.quantities[Quantity.CREW] == pytest.approx({"A": 8.0, "B": 8.0 / 1.5})
    assert BASE.quantities[Quantity.DEMAND] == {"A": 100.0, "B": 200.0}


def test_an_exception_adds_the_flagged() -> None:
    """Entities flagged upstream come under the exception beside those of the register."""
    assert coupled_dials(BASE, [coupling("Up", None, raises=None)], FOUND).exceptions == frozenset("AB")


def test_the_order_of_rules_does_not_matter() -> None:
    """Several rules into one skill give the same dials in any order."""
    rules = [
        coupling("Up", Quantity.DEMAND, raises=True),
        coupling("Other", Quantity.DEMAND, raises=False),
        coupling("Other", None, raises=None),
    ]
    results = [coupled_dials(BASE, order, FOUND) for order in itertools.permutations(rules)]
    for other in results[1:]:
        assert other.exceptions == results[0].exceptions
        for quantity, values in results[0].quantities.items():
            assert other.quantities[quantity] == pytest.approx(values, rel=1e-12)


def test_an_absent_source_hands_nothing_over() -> None:
    """A rule whose source is not among the findings leaves the register as it is."""
    rules = [coupling("Absent", Quantity.DEMAND, raises=True), coupling("Absent", None, raises=None)]
    assert coupled_dials(BASE, rules, FOUND) == BASE


def test_a_frozen_case_flows_to_its_own_key(small_set: TaskSet) -> None:
    """Solving every skill on dials made from the keys before it gives the frozen key."""
    for case in small_set.cases:
        records, key = small_set.truth(case), key_findings(case)
        found: dict[str, Findings] = {}
        for tag in case.skills:
            found[tag] = skill_named(tag).solve(block_of(case, tag, records), case_dials(case, tag, found))
            assert found[tag].values == pytest.approx(key[tag].values, rel=1e-9)
            assert found[tag].flagged == key[tag].flagged


def test_dropping_a_rule_drops_that_rule(small_set: TaskSet) -> None:
    """Without its only rule a skill stands on the register; each dropped rule changes the dials."""
    for case in small_set.cases:
        key = key_findings(case)
        for rule in case.couplings:
            others = [one for one in case.couplings if one.dst == rule.dst and one != rule]
            without = case_dials(case, rule.dst, key, without=rule)
            assert without != case_dials(case, rule.dst, key)
            assert (without == base_dials(case, rule.dst)) == (not others)
