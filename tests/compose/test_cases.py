"""Prefixes nest, twins stand on the same data, and a brief gives away neither steps nor skills."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator

import jsonschema
import pytest

from skillbench.compose import cases
from skillbench.compose.cases import prompt_budget
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.division import Division
from skillbench.judge.gold import perfect_answer
from skillbench.skills.catalogue import load_catalogue, skill_named, tolerance
from skillbench.skills.formats import csv_rows


@pytest.fixture(scope="module", params=["small", "v0"])
def task_set(request: pytest.FixtureRequest, small_set: TaskSet) -> TaskSet:
    """The fresh small set, and the shipped one."""
    return small_set if request.param == "small" else load_task_set("v0")


def chains(task_set: TaskSet) -> Iterator[tuple[list[Case], list[Case]]]:
    """Per chain its prefixes in order of k, and its twins in order of the longest prefix."""
    for name in sorted({case.chain for case in task_set.cases}):
        mine = [case for case in task_set.cases if case.chain == name]
        prefixes = sorted((case for case in mine if case.kind == "chain"), key=lambda case: case.k)
        twins = {case.skills[0]: case for case in mine if case.kind == "twin"}
        yield prefixes, [twins[tag] for tag in prefixes[-1].skills]


def test_prefixes_nest(task_set: TaskSet) -> None:
    """The Skill@k+1 case is the Skill@k case plus one skill: same organisation, records, keys and hand-overs."""
    for prefixes, _ in chains(task_set):
        for shorter, longer in itertools.pairwise(prefixes):
            k = shorter.k
            assert longer.k == k + 1
            assert longer.skills[:k] == shorter.skills
            assert longer.checkpoints[:k] == shorter.checkpoints
            assert longer.couplings[: len(shorter.couplings)] == shorter.couplings
            assert {rule.dst for rule in longer.couplings[len(shorter.couplings) :]} == {longer.skills[-1]}
            assert shorter.files.items() <= longer.files.items()
            assert set(longer.files) - set(shorter.files) == set(longer.checkpoints[-1].files)
            assert (longer.register_values, longer.handbook) == (shorter.register_values, shorter.handbook)
            assert set(shorter.needed_pages) < set(longer.needed_pages)
            one, two = product_of(shorter), product_of(longer)
            assert isinstance(one, Division)
            assert isinstance(two, Division)
            assert (one.fund, one.priority, one.page) == (two.fund, two.priority, two.page)
            assert one.favours.items() < two.favours.items()
            assert one.amounts != two.amounts


def test_every_skill_has_a_twin_with_the_same_key(task_set: TaskSet) -> None:
    """A twin asks for one skill on the same records; its key is the chain's within half a tolerance."""
    for prefixes, twins in chains(task_set):
        assert len(twins) == prefixes[-1].k
        for point, twin in zip(prefixes[-1].checkpoints, twins, strict=True):
            [alone] = twin.checkpoints
            skill = skill_named(point.tag)
            assert (alone.tag, alone.files, alone.params, alone.clauses, alone.flagged) == (
                point.tag,
                point.files,
                point.params,
                point.clauses,
                point.flagged,
            )
            for code, value in point.values.items():
                assert abs(alone.values[code] - value) <= tolerance(skill, value) / 2
            for name in point.files:
                assert twin.files[name] == prefixes[-1].files[name]


def test_a_twins_register_already_carries_what_upstream_found(task_set: TaskSet) -> None:
    """The register file of a twin states the revised figures and clauses; unrevised columns stand as they were."""
    for prefixes, twins in chains(task_set):
        base = prefixes[-1]
        for twin in twins:
            rows = {row["code"]: row for row in csv_rows(task_set.records(twin)["register.csv"])}
            into = [rule for rule in base.couplings if rule.dst == twin.skills[0]]
            revised = {rule.quantity for rule in into if rule.quantity}
            for quantity, values in twin.register_values.items():
                assert {code: float(rows[code][quantity]) for code in values} == values
                assert (values != base.register_values[quantity]) == (quantity in revised)
            under = {code for code, row in rows.items() if twin.checkpoints[0].key in row["clauses"].split(";")}
            assert under & set(twin.entities) == set(twin.checkpoints[0].exceptions)
            assert twin.couplings == []


def test_the_register_says_what_the_case_knows(task_set: TaskSet) -> None:
    """Figures, priorities and clauses of the register file are those the key was computed from."""
    for prefixes, _ in chains(task_set):
        case = prefixes[-1]
        rows = [row for row in csv_rows(task_set.records(case)["register.csv"]) if row["status"] == "active"]
        assert sorted(row["code"] for row in rows) == case.entities
        for quantity, values in case.register_values.items():
            assert {row["code"]: float(row[quantity]) for row in rows} == values
        division = product_of(case)
        assert isinstance(division, Division)
        assert {row["code"]: int(row["priority"]) for row in rows} == division.priority
        for point in case.checkpoints:
            assert sorted(row["code"] for row in rows if point.key in row["clauses"].split(";")) == point.exceptions


def test_a_brief_names_no_skill_and_no_step(task_set: TaskSet) -> None:
    """Neither a tag nor the number of a needed page nor a slip's name stands in what the sender wrote."""
    for case in task_set.cases:
        brief = case.prompt.partition("## Records")[0]
        assert not [tag for tag in load_catalogue() if tag in brief]
        assert not [page for page in case.needed_pages if page in brief]
        assert not [slip for point in case.checkpoints for slip in point.slips if slip in brief]


def test_a_brief_asks_for_what_is_scored(task_set: TaskSet) -> None:
    """Every measure stands in the brief with key, title, unit and decimals; only composed cases share a fund."""
    for case in task_set.cases:
        for point in case.checkpoints:
            assert f"| `{point.key}` | {point.title} | {point.unit} | {point.digits} |" in case.prompt
        assert ("`allocation`" in case.prompt) == (case.product is not None)
        assert f"Reference: {case.chain}/" in case.prompt
        if isinstance(division := product_of(case), Division):
            assert f"{division.currency} {division.fund:,.0f}" in case.prompt


def test_the_schema_takes_the_perfect_answer(task_set: TaskSet) -> None:
    """The deliverable's schema is valid JSON Schema, takes the key, and refuses a field too many or too few."""
    for case in task_set.cases:
        jsonschema.Draft202012Validator.check_schema(case.deliverable)
        validator = jsonschema.Draft202012Validator(case.deliverable)
        answer = json.loads(json.dumps(perfect_answer(case)))
        assert validator.is_valid(answer)
        assert not validator.is_valid({**answer, "more": 1})
        assert not validator.is_valid({name: value for name, value in answer.items() if name != "note"})
        first = case.checkpoints[0].key
        stranger = {**answer["measures"][first]["values"], "Z00": 1}
        answer["measures"][first]["values"] = stranger
        assert not validator.is_valid(answer)


def test_amounts_spend_the_fund(task_set: TaskSet) -> None:
    """The key's amounts are the whole fund."""
    for case in task_set.cases:
        if isinstance(division := product_of(case), Division):
            assert math.fsum(division.amounts.values()) == pytest.approx(division.fund)


def test_prompts_stay_within_budget(task_set: TaskSet) -> None:
    """No prompt is longer than its k allows, and a record that is not shown whole is not lost."""
    for case in task_set.cases:
        assert len(case.prompt) <= prompt_budget(case.k)
        for name, text in task_set.records(case).items():
            assert text in case.prompt or text in case.inline, name


def test_records_show_their_heads_only(task_set: TaskSet) -> None:
    """The brief shows the register whole and of other long records the first lines; the rest stands in the sandbox."""
    for case in task_set.cases:
        for name, text in task_set.records(case).items():
            lines = text.splitlines()
            if name == "register.csv":
                assert text in case.prompt
            elif len(lines) > cases.HEAD_LINES:
                assert f"### {name} (first {cases.HEAD_LINES} of {len(lines)} lines)" in case.prompt
                assert text not in case.prompt


def test_measures_stand_in_no_computing_order(task_set: TaskSet) -> None:
    """The order of the measures in a brief is not that of the chain: it would be a plan."""
    longest = [prefixes[-1] for prefixes, _ in chains(task_set)]
    orders = []
    for case in longest:
        places = [case.prompt.index(f"| `{point.key}` |") for point in case.checkpoints]
        orders.append(places == sorted(places))
    assert not all(orders)
    assert sum(orders) <= max(1, len(orders) // 4)


def test_some_files_serve_no_measure() -> None:
    """In the shipped set composed cases come with records that nothing asked for needs, the same at every k."""
    for prefixes, _ in chains(load_task_set("v0")):
        spare = [set(case.files) - {name for p in case.checkpoints for name in p.files} for case in prefixes]
        assert len(spare[0]) > 1
        assert all(files == spare[0] for files in spare)
