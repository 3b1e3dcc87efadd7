"""Circulars: what they change is determined, each one bites, and what they leave alone stays as it was."""

from __future__ import annotations

from datetime import date

import pytest
from small import DIALS, NAMES, RECIPES, contents

from skillbench.complications.base.contract import WRITTEN, slip_of
from skillbench.complications.base.registry import load_complications
from skillbench.complications.base.scopes import FEWEST, MOST
from skillbench.compose.chain import Chain, compose_chain
from skillbench.compose.domain import load_domains
from skillbench.compose.handbook import handbook
from skillbench.compose.scoping import shared_clauses
from skillbench.core.schema import Amendment, Case
from skillbench.core.taskset import TaskSet
from skillbench.skills.amending import amended
from skillbench.skills.catalogue import load_catalogue, moved, skill_named
from skillbench.skills.contract import Block, Findings, Terms
from skillbench.skills.dataflow import block_of, case_dials, key_findings, terms_of
from skillbench.verify.frozen import open_case

UNIT = load_complications()["amendment"]


@pytest.fixture(scope="module")
def hardest() -> Chain:
    """Three skills, one of which knows one set of terms alone, at the highest level."""
    dials = DIALS.model_copy(update={"complications": {"amendment": 3}})
    return compose_chain("c01-water", RECIPES[1].tags, load_domains()["water"], (*NAMES, "amendments"), dials)


def test_sheets_stay_as_they_were(amended_set: TaskSet) -> None:
    """What a sheet prints is what the checkpoint holds as its terms, and no sheet mentions a circular."""
    for case in amended_set.cases:
        pages = {page.id: page for page in amended_set.handbook(case)}
        for point in case.checkpoints:
            assert pages[point.page].parameters == point.params
            sheets = [pages[number] for number in case.needed_pages if pages[number].skill == point.tag]
            assert {slot: text for sheet in sheets for slot, text in sheet.slots.items()} == point.clauses
            assert not [sheet.id for sheet in sheets if "ircular" in sheet.text]


def test_every_chain_case_has_it_and_each_slip_moves_the_measure(amended_set: TaskSet) -> None:
    """Missing a part of it gives another number for somebody, in every checkpoint that it acts on."""
    for case in amended_set.cases:
        truth, key = amended_set.truth(case), key_findings(case)
        assert case.dials.complications == {"amendment": 2}
        assert case.kind == "twin" or any(point.amendments for point in case.checkpoints)
        for point in case.checkpoints:
            skill, dials = skill_named(point.tag), case_dials(case, point.tag, key)
            for slip in point.misread:
                wrong = skill.solve(block_of(case, point.tag, truth, key, slip), dials)
                assert moved(skill, key[point.tag], wrong), (case.id, point.tag, slip)


def test_levels_add_what_does_not_count(hardest: Chain) -> None:
    """At the highest level every skill has two circulars in force and every kind of slip; scope needs some."""
    for link in hardest.links:
        everybody = all(len(one.codes) == DIALS.entities for one in link.amendments)
        missing = {"scope-ignored"} if everybody else set()
        assert len(link.amendments) == 2
        assert set(link.misread) == {slip_of("amendment", slip) for slip in set(UNIT.slips) - missing}


def test_a_skill_of_one_network_is_amended_for_everybody(hardest: Chain) -> None:
    """Graph Theory knows no terms of single entities: a circular for some of them would say too little."""
    link = hardest.link("Graph Theory")
    assert all(len(one.codes) == DIALS.entities for one in link.amendments)
    assert not link.ground({}).terms.scoped


def test_circulars_for_some_split_the_entities_and_part_the_work(hardest: Chain, amended_set: TaskSet) -> None:
    """Each entity gets what it would get if its terms were everybody's: no reader can take it in two ways."""
    links = [*hardest.links, *(link for case in amended_set.cases for link in open_case(amended_set, case).links)]
    truth = {link.tag: link.findings for link in hardest.links}
    scoped = 0
    for link in links:
        block, skill = link.ground(truth if link in hardest.links else {}), skill_named(link.tag)
        dials = link.dials(truth) if link in hardest.links else link.dials({})
        together = skill.solve(block, dials)
        for code in dials.entities:
            own = block.terms.at(code)
            alone = skill.solve(Block(block.records, Terms(own.params, own.clauses)), dials)
            assert alone.values[code] == pytest.approx(together.values[code], rel=1e-9)
            assert (code in alone.flagged) == (code in together.flagged)
        scoped += len(block.terms.scoped)
        for one in link.amendments:
            share = len(one.codes) / len(dials.entities)
            assert share == 1 or FEWEST <= share <= MOST
    assert scoped


def test_clauses_that_all_share_are_known() -> None:
    """All of Graph Theory's, and of most skills none: their solvers take terms per entity."""
    shared = {tag: shared_clauses(skill) for tag, skill in load_catalogue().items()}
    assert set(shared["Graph Theory"]) == set(load_catalogue()["Graph Theory"].slots())
    assert sum(not slots for slots in shared.values()) > len(shared) / 2


def test_dates_lie_on_their_side_of_the_brief(hardest: Chain, amended_set: TaskSet) -> None:
    """Every brief is of one day; all circulars were issued before it, and after every sheet."""
    said = f"Date: {WRITTEN.day} {WRITTEN:%B} {WRITTEN.year}\n"
    assert all(said in case.prompt for case in amended_set.cases)
    issued = [notice.issued for link in hardest.links for notice in link.notices]
    sheets = [date.fromisoformat(page.issued) for page in handbook(hardest, 300) if page.kind == "sheet"]
    assert max(sheets) < min(issued) <= max(issued) < WRITTEN


def test_needed_are_the_circulars_that_count_and_their_repeals(amended_set: TaskSet) -> None:
    """The guide and every page that puts something in force; nobody needs another house's or a later one."""
    for case in amended_set.cases:
        pages = {page.id: page for page in amended_set.handbook(case)}
        needed = [pages[number] for number in case.needed_pages]
        assert [page.title for page in needed].count(UNIT.guide) == 1
        assert {page.owner for page in needed} == {case.organisation}
        assert {one.page for point in case.checkpoints for one in point.amendments} <= set(case.needed_pages)


def test_a_scope_by_flags_follows_the_agents_own(amended_set: TaskSet) -> None:
    """Where upstream flags differ, the terms do; a twin's register says whom upstream measures flag."""
    by_flags = [
        (case, point, one)
        for case in amended_set.cases
        for point in case.checkpoints
        for one in point.amendments
        if one.flagged_by
    ]
    assert by_flags
    for case, point, one in by_flags:
        other = Findings(key_findings(case)[one.flagged_by].values, frozenset(set(case.entities) - set(one.codes)))
        assert terms_of(point, {one.flagged_by: other}) != terms_of(point, {})
        twin = next(
            c for c in amended_set.cases if c.kind == "twin" and (c.chain, c.skills) == (case.chain, [point.tag])
        )
        assert not any(own.flagged_by for own in twin.checkpoints[0].amendments)
        assert flagged_in(amended_set, twin, one.flagged_by) == set(one.codes)


def flagged_in(task_set: TaskSet, twin: Case, tag: str) -> set[str]:
    """Whom the register of a twin says that a measure flags."""
    lines = [line.split(",") for line in task_set.records(twin)["register.csv"].splitlines()]
    assert lines[0][-1] == "flags"
    return {line[0] for line in lines if line[2] == "active" and skill_named(tag).measure.key in line[-1].split(";")}


def test_the_later_of_two_holds_and_all_alike_are_one() -> None:
    """Amendments act in their order; terms that come out alike for everybody are plain terms."""
    terms = Terms({"a": 1}, {"x": "one"})
    from_pages = [
        Amendment(codes=["A", "B"], flagged_by="", clauses={"x": "two"}, params={}, page="HB-0001"),
        Amendment(codes=["B"], flagged_by="", clauses={"x": "three"}, params={"a": 2}, page="HB-0002"),
    ]
    found = amended(terms, from_pages, ["A", "B", "C"], {})
    assert found.scoped == {"A": Terms({"a": 1}, {"x": "two"}), "B": Terms({"a": 2}, {"x": "three"})}
    assert (found.params, found.clauses) == (terms.params, terms.clauses)
    assert amended(terms, from_pages[:1], ["A", "B"], {}) == Terms({"a": 1}, {"x": "two"})


def test_a_set_without_it_is_what_it_was(small_set: TaskSet, amended_set: TaskSet) -> None:
    """No trace in cases or pages: nothing of it is written where nobody asked for it."""
    text = "".join(data.decode() for data in contents(small_set.root).values())
    assert not [word for word in ('"amendments"', '"misread"', '"complications"', '"kind":"circular"') if word in text]
    assert '"kind":"circular"' in "".join(data.decode() for data in contents(amended_set.root).values())
