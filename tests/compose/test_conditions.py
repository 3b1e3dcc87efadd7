"""Every condition on a chain can be broken, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skillbench.compose import conditions
from skillbench.compose.chain import Link
from skillbench.compose.conditions import (
    amounts,
    amounts_moved,
    breaks_downstream,
    breaks_locally,
    replay,
    rounded,
)
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import AMOUNT_TOLERANCE, key_findings
from skillbench.verify.gates import open_case


@pytest.fixture(scope="module")
def case(small_set: TaskSet) -> Case:
    """A Skill@3 case."""
    return next(case for case in small_set.cases if case.k == 3)


@pytest.fixture(scope="module")
def links(small_set: TaskSet, case: Case) -> Sequence[Link]:
    """Its skills as the composer saw them."""
    return open_case(small_set, case).links


def local(links: Sequence[Link], place: int = 0, link: Link | None = None) -> str:
    """What breaks at one place."""
    upstream = {other.tag: other.findings for other in links[:place]}
    return breaks_locally(skill_named(links[place].tag), link or links[place], upstream)


def test_a_frozen_chain_breaks_nothing(case: Case, links: Sequence[Link]) -> None:
    """Every condition holds of what the composer accepted."""
    assert [local(links, place) for place in range(3)] == ["", "", ""]
    assert case.settlement is not None
    assert breaks_downstream(links, {3: case.settlement}) == ""


def test_a_near_threshold_breaks(links: Sequence[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision closer to its threshold than the margin is named with its distance."""
    monkeypatch.setattr(conditions, "MARGIN", 2.0)
    assert "from its threshold" in local(links)


@pytest.mark.parametrize("share", ["nobody", "everybody"])
def test_a_signal_that_separates_nothing_breaks(links: Sequence[Link], share: str) -> None:
    """A signal that nobody or everybody carries can drive no exception."""
    values = links[0].findings.values
    flat = Findings(values, frozenset(values if share == "everybody" else ()))
    assert local(links, 0, replace(links[0], findings=flat)) == "the signal separates nothing"


def test_rounding_that_matters_breaks(links: Sequence[Link]) -> None:
    """A key that differs from what carried-rounded values give is refused."""
    moved = {code: value * 1.01 for code, value in links[1].findings.values.items()}
    broken = replace(links[1], findings=Findings(moved, links[1].findings.flagged))
    assert local(links, 1, broken) == "carrying upstream values rounded changes the answer"


def test_a_weak_mistake_breaks(links: Sequence[Link], case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip or a dropped hand-over that moves too little is named, at its skill and in the final amounts."""
    monkeypatch.setattr(conditions, "SLIP_TOLERANCES", 1e9)
    assert local(links).startswith("changes too little: slip ")
    assert case.settlement is not None
    assert breaks_downstream(links, {3: case.settlement}).endswith("leaves the Skill@3 allocation unchanged")


def test_replaying_without_mistake_is_the_key(case: Case, links: Sequence[Link]) -> None:
    """Nothing slipped and nothing dropped gives the key, from any place on."""
    key = key_findings(case)
    for place in range(3):
        again = replay(links, key, place, None, None)
        for tag, findings in key.items():
            assert again[tag].values == pytest.approx(findings.values, rel=1e-9)


def test_a_mistake_travels_downstream_only(case: Case, links: Sequence[Link]) -> None:
    """A slip at the second skill leaves the first alone and changes the second."""
    key = key_findings(case)
    slip = next(iter(skill_named(links[1].tag).slips))
    found = replay(links, key, 1, slip, None)
    assert found[links[0].tag] == key[links[0].tag]
    assert found[links[1].tag].values != key[links[1].tag].values


def test_amounts_follow_the_asked_measures_only(case: Case, links: Sequence[Link]) -> None:
    """The settlement of a prefix ignores the measures it does not ask for."""
    assert case.settlement is not None
    key = key_findings(case)
    first = case.checkpoints[0]
    alone = case.settlement.model_copy(update={"favours": {first.key: True}})
    expected = amounts(alone, links[:1], {first.tag: key[first.tag]})
    assert amounts(alone, links, key) == expected
    assert amounts(case.settlement, links, key) != expected


def test_amounts_have_a_tolerance_of_a_cent_or_a_thousandth() -> None:
    """Small amounts are compared to the cent, large ones to 0.1 %; five tolerances count as moved."""
    assert [AMOUNT_TOLERANCE.at(value) for value in (0.0, 5.0, 1000.0)] == [0.01, 0.01, 1.0]
    assert not amounts_moved({"A": 1000.0, "B": 1.0}, {"A": 1004.9, "B": 1.04})
    assert amounts_moved({"A": 1000.0, "B": 1.0}, {"A": 1000.0, "B": 1.06})


def test_rounded_findings_are_what_an_agent_reports(links: Sequence[Link]) -> None:
    """Values keep the measure's digits, flags stay."""
    tag = links[0].tag
    digits = skill_named(tag).measure.digits
    reported = rounded(tag, links[0].findings)
    assert reported.flagged == links[0].findings.flagged
    assert all(reported.values[code] == round(value, digits) for code, value in links[0].findings.values.items())
