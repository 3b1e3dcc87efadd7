"""Every condition on a chain can be broken, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skillbench.compose import conditions
from skillbench.compose.conditions import idle_mistake, rounded, unmoved, unsound
from skillbench.compose.link import Link, Mistake, mistakes_along, own_mistakes
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base.registry import product_of
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import key_findings
from skillbench.verify.frozen import open_case


@pytest.fixture(scope="module")
def case(small_set: TaskSet) -> Case:
    """A Skill@3 case."""
    return next(case for case in small_set.cases if case.k == 3)


@pytest.fixture(scope="module")
def links(small_set: TaskSet, case: Case) -> Sequence[Link]:
    """Its skills as the composer saw them."""
    return open_case(small_set, case).links


def local(links: Sequence[Link], place: int = 0, link: Link | None = None) -> str:
    """What is unsound at one place."""
    return unsound(link or links[place], {other.tag: other.findings for other in links[:place]})


def test_a_frozen_chain_breaks_nothing(case: Case, links: Sequence[Link]) -> None:
    """Every condition holds of what the composer accepted."""
    assert [local(links, place) for place in range(3)] == ["", "", ""]
    product = product_of(case)
    assert product is not None
    assert idle_mistake(product, mistakes_along(links)) is None
    assert product.doubt() == ""


def test_a_near_threshold_breaks(links: Sequence[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision closer to its threshold than the margin is named with its distance."""
    monkeypatch.setattr(conditions, "MARGIN", 2.0)
    near = [local(links, place) for place in range(3)]
    assert any("from its threshold" in reason for reason in near)


@pytest.mark.parametrize("share", ["nobody", "everybody"])
def test_a_signal_that_separates_nothing_breaks(links: Sequence[Link], share: str) -> None:
    """A signal that nobody or everybody carries can drive no exception."""
    values = links[0].findings.values
    flat = Findings(values, frozenset(values if share == "everybody" else ()))
    assert local(links, 0, replace(links[0], findings=flat)).startswith("the signal takes")


def test_rounding_that_matters_breaks(links: Sequence[Link]) -> None:
    """A key that differs from what carried-rounded values give is refused."""
    moved = {code: value * 1.01 for code, value in links[1].findings.values.items()}
    broken = replace(links[1], findings=Findings(moved, links[1].findings.flagged))
    assert local(links, 1, broken) == "carrying upstream values rounded changes the answer"


def test_a_weak_mistake_breaks(links: Sequence[Link], case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip or a dropped hand-over that moves too little is named, at its skill and in the decision."""
    monkeypatch.setattr(conditions, "MISTAKE_TOLERANCES", 1e9)
    own = list(own_mistakes(links[0], {}))
    assert unmoved(links[0], own) == f"{own[0].name} changes too little"
    product = product_of(case)
    assert product is not None
    assert idle_mistake(product, mistakes_along(links), times=1e9) is not None


def test_a_mistake_travels_downstream_only(case: Case, links: Sequence[Link]) -> None:
    """A mistake leaves what comes before it alone, changes its own measure, and is carried on from there."""
    key = key_findings(case)
    for mistake in mistakes_along(links):
        place = case.skills.index(mistake.tag)
        assert all(mistake.found[tag].values == pytest.approx(key[tag].values) for tag in case.skills[:place])
        assert mistake.found[mistake.tag].values != key[mistake.tag].values
        assert list(mistake.found) == case.skills


def test_what_reads_nothing_of_a_mistake_stays(links: Sequence[Link]) -> None:
    """Following a mistake through a link that takes nothing from it gives the link's own findings, unsolved."""
    truth = {link.tag: link.findings for link in links[:2]}
    alone = replace(links[2], incoming=())
    followed = Mistake(links[0].tag, "none", dict(truth)).followed(alone, truth)
    assert followed.found[alone.tag] is alone.findings


def test_rounded_findings_are_what_an_agent_reports(links: Sequence[Link]) -> None:
    """Values keep the measure's digits, flags stay."""
    tag = links[0].tag
    digits = skill_named(tag).measure.digits
    reported = rounded(tag, links[0].findings)
    assert reported.flagged == links[0].findings.flagged
    assert all(reported.values[code] == round(value, digits) for code, value in links[0].findings.values.items())
