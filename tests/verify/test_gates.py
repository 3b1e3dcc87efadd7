"""Every gate holds on what was built, and every gate can fail, alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small import copied, rehash

from skillbench.core.schema import Case
from skillbench.core.taskset import CASES_FILE, TaskSet, load_task_set
from skillbench.judge.gold import perfect_answer
from skillbench.skills.catalogue import load_catalogue
from skillbench.verify import unguessable
from skillbench.verify.findable import scripted_reader
from skillbench.verify.frozen import open_case
from skillbench.verify.gates import check_case
from skillbench.verify.scored import TRIVIAL, check_scores, judged
from skillbench.verify.sensitive import gate_sensitive
from skillbench.verify.unguessable import check_frequency, gate_unguessable

Parts = dict[str, Any]


def tampered(task_set: TaskSet, to: Path, case_id: str, change: Callable[[Parts], object]) -> tuple[TaskSet, Case]:
    """A copy of a set in which one case, its pages and its world were changed, with a manifest that agrees."""
    case = task_set.case(case_id)
    root = copied(task_set, to)
    parts: Parts = {
        "case": case.model_dump(mode="json"),
        "pages": [page.model_dump() for page in task_set.handbook(case)],
        "world": json.loads(task_set.truth(case)["world"]),
    }
    change(parts)
    lines = (root / CASES_FILE).read_text(encoding="utf-8").split("\n")
    lines = [json.dumps(parts["case"]) if f'"id":"{case_id}"' in line else line for line in lines]
    (root / CASES_FILE).write_text("\n".join(lines), encoding="utf-8")
    (root / case.handbook).write_text("".join(json.dumps(page) + "\n" for page in parts["pages"]), encoding="utf-8")
    (root / case.truth["world"]).write_text(json.dumps(parts["world"]), encoding="utf-8")
    rehash(root)
    opened = load_task_set(root)
    return opened, opened.case(case_id)


def failed(task_set: TaskSet, case: Case) -> dict[str, list[str]]:
    """Reasons by the number of the gate that gave them, all seven gates run; each failure names the case."""
    found: dict[str, list[str]] = {}
    for failure in [*check_scores(task_set, case), *check_case(task_set, case)]:
        assert failure.subject == case.id
        found.setdefault(failure.gate.partition(" ")[0], []).append(failure.reason)
    return found


@pytest.fixture(scope="module")
def chain_id(small_set: TaskSet) -> str:
    """A Skill@3 case."""
    return next(case.id for case in small_set.cases if case.k == 3)


@pytest.fixture(scope="module")
def twin_id(small_set: TaskSet) -> str:
    """A twin of the same chain."""
    return next(case.id for case in small_set.cases if case.kind == "twin")


def test_every_built_case_passes_every_gate(small_set: TaskSet) -> None:
    """What the builder makes needs no second look."""
    assert {case.id: failed(small_set, case) for case in small_set.cases} == {case.id: {} for case in small_set.cases}


def test_every_amended_case_passes_every_gate(amended_set: TaskSet) -> None:
    """With circulars all seven hold: they can be found, and missing them shows."""
    assert {case.id: failed(amended_set, case) for case in amended_set.cases} == {
        case.id: {} for case in amended_set.cases
    }


def test_a_complication_that_does_not_bite_is_refused(amended_set: TaskSet, tmp_path: Path) -> None:
    """Whoever believes the sheet goes by the terms in force: measure, decision and both checkpoints stay."""

    def toothless(parts: Parts) -> None:
        for checkpoint in parts["case"]["checkpoints"]:
            if checkpoint.get("misread"):
                checkpoint["misread"]["amendment/sheet-believed"] = checkpoint["amendments"]

    chain = next(case for case in amended_set.cases if case.k == 2)
    reasons = failed(*tampered(amended_set, tmp_path, chain.id, toothless))["7"]
    assert [reason.partition(",")[0] for reason in reasons] == [
        *(f"amendment acts on {tag}" for tag in chain.skills),
        "amendment leaves the Skill@2 decision as it is for somebody who misses it",
        "amendment changes the checkpoints of 0 skills",
    ]


def test_a_circular_that_cannot_be_found_is_refused(amended_set: TaskSet, tmp_path: Path) -> None:
    """A circular that names nothing a reader would search for stays unread."""

    def mute(parts: Parts) -> None:
        for page in parts["pages"]:
            if page.get("kind") == "circular":
                page["body"] = "It is otherwise."

    chain = next(case for case in amended_set.cases if case.k == 2)
    reasons = failed(*tampered(amended_set, tmp_path, chain.id, mute))["5"]
    assert reasons[0].startswith("the scripted reader did not find HB-")


@pytest.mark.slow
def test_the_shipped_set_passes_every_gate() -> None:
    """``skillbench verify tasks/v0`` finds nothing, case by case."""
    shipped = load_task_set("v0")
    assert {case.id: failed(shipped, case) for case in shipped.cases} == {case.id: {} for case in shipped.cases}


def spoil_schema(parts: Parts) -> None:
    """The schema asks for a field nobody mentioned, so that the reference answer no longer validates."""
    parts["case"]["deliverable"]["required"].append("signature")


def spoil_amount(parts: Parts) -> None:
    """Two amounts of the key are exchanged: their sum still is the fund."""
    amounts = parts["case"]["product"]["key"]["amounts"]
    one, two = sorted(amounts)[:2]
    amounts[one], amounts[two] = amounts[two], amounts[one]


def spoil_key(parts: Parts) -> None:
    """One value of the key is off by a millionth: nothing a tolerance sees, but not what the solver finds."""
    values = parts["case"]["checkpoints"][0]["values"]
    values[min(values)] *= 1 + 1e-6


def spoil_flags(parts: Parts) -> None:
    """One flag of the key is turned."""
    checkpoint = parts["case"]["checkpoints"][0]
    code = min(checkpoint["values"])
    checkpoint["flagged"] = sorted({code} ^ set(checkpoint["flagged"]))


def spoil_lookalike(parts: Parts) -> None:
    """A sheet that does not count says just what the sheet in force says: mistaking it would cost nothing."""
    checkpoint = parts["case"]["checkpoints"][0]
    right = next(page for page in parts["pages"] if page["id"] == checkpoint["page"])
    other = next(page for page in parts["pages"] if page["title"] == right["title"] and page["id"] != right["id"])
    for name in ("body", "parameters", "slots"):
        other[name] = right[name]


def spoil_names(parts: Parts) -> None:
    """An entity is called after its rank."""
    parts["world"]["active"][0]["name"] = "Number 1"


def spoil_page(parts: Parts) -> None:
    """The page that says which entities are in scope is gone from the handbook."""
    parts["pages"] = [page for page in parts["pages"] if page["id"] != parts["case"]["needed_pages"][0]]


def spoil_status(parts: Parts) -> None:
    """The page that says which entities are in scope is withdrawn."""
    for page in parts["pages"]:
        if page["id"] == parts["case"]["needed_pages"][0]:
            page["withdrawn"] = "2026-02-20"


def spoil_length(parts: Parts) -> None:
    """The brief goes on and on."""
    parts["case"]["prompt"] += "And another thing. " * 3_000


SPOILED = {
    "1": ("1", spoil_schema, "the reference answer scores"),
    "2 by a value": ("2", spoil_key, "the frozen key is not what the reference solver finds"),
    "2 by a flag": ("2", spoil_flags, "frozen flags differ"),
    "2 by an amount": ("2", spoil_amount, "the frozen key of the division is not what follows from the measures"),
    "3": ("3", spoil_lookalike, "which does not count, gives nearly the same answer"),
    "4": ("4", spoil_names, "an entity's name holds a digit"),
    "5 by a lost page": ("5", spoil_page, "the scripted reader did not find HB-"),
    "5 by a withdrawn page": ("5", spoil_status, "the scripted reader did not find HB-"),
    "6": ("6", spoil_length, "characters; the budget at k="),
}


@pytest.mark.parametrize("name", SPOILED)
def test_each_gate_fails_alone(small_set: TaskSet, tmp_path: Path, chain_id: str, twin_id: str, name: str) -> None:
    """A case spoiled in one respect fails exactly the gate that guards it, with the reason."""
    gate, change, words = SPOILED[name]
    # A twin has no hand-overs, so that a turned flag shows nowhere else.
    opened, case = tampered(small_set, tmp_path, twin_id if change is spoil_flags else chain_id, change)
    found = failed(opened, case)
    assert list(found) == [gate], found
    assert any(words in reason for reason in found[gate])


def test_a_lost_rules_page_is_named(small_set: TaskSet, tmp_path: Path, chain_id: str) -> None:
    """Without the page that holds its parameters a case fails gate 5, and the reference answer quotes thin air."""

    def change(parts: Parts) -> None:
        lost = parts["case"]["checkpoints"][0]["page"]
        parts["pages"] = [page for page in parts["pages"] if page["id"] != lost]

    found = failed(*tampered(small_set, tmp_path, chain_id, change))
    assert {"1", "5"} <= set(found)
    assert small_set.case(chain_id).checkpoints[0].page in found["5"][0]


def test_a_world_without_decoys_is_named(small_set: TaskSet, tmp_path: Path, chain_id: str) -> None:
    """A register that lists only the entities in play fails gate 4."""
    opened, case = tampered(small_set, tmp_path, chain_id, lambda parts: parts["world"].update(decoys=[]))
    reasons = list(gate_unguessable(open_case(opened, case)))
    assert "the register lists only entities in play" in reasons


def test_sorted_values_are_named(small_set: TaskSet, tmp_path: Path, twin_id: str) -> None:
    """A key that rises in the order of the codes can be guessed in part: gate 4."""

    def change(parts: Parts) -> None:
        checkpoint = parts["case"]["checkpoints"][0]
        codes, values = sorted(checkpoint["values"]), sorted(checkpoint["values"].values())
        checkpoint["values"] = dict(zip(codes, values, strict=True))

    opened, case = tampered(small_set, tmp_path, twin_id, change)
    assert any("rise or fall" in reason for reason in gate_unguessable(open_case(opened, case)))


def test_a_fund_too_small_to_matter_is_named(small_set: TaskSet, tmp_path: Path, chain_id: str) -> None:
    """When no mistake moves an amount by five cents, gate 3 says which one it was."""

    def change(parts: Parts) -> None:
        key = parts["case"]["product"]["key"]
        key["amounts"] = {code: v / key["fund"] * 0.2 for code, v in key["amounts"].items()}
        key["fund"] = 0.2

    opened, case = tampered(small_set, tmp_path, chain_id, change)
    reasons = list(gate_sensitive(open_case(opened, case)))
    assert any("leaves the Skill@3 decision as it was" in reason for reason in reasons)
    assert any("resampled blocks change the final answer" in reason for reason in reasons)


def test_the_scripted_reader_opens_what_it_needs(small_set: TaskSet) -> None:
    """It finds every needed page from the words of the brief, and keeps no page of others or of the past."""
    for case in small_set.cases:
        frozen = open_case(small_set, case)
        assert set(case.needed_pages) <= scripted_reader(frozen)


def test_a_common_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A skill whose total comes up in more than a tenth of draws fails gate 4 by name; one that varies passes."""
    tag, skill = next(iter(load_catalogue().items()))
    assert check_frequency(tag, seeds=100) == []
    stuck = SimpleNamespace(
        reads=skill.reads,
        measure=skill.measure,
        records=lambda *_: None,
        draw_terms=lambda *_: None,
        solve=lambda *_: SimpleNamespace(values={"A": 7.0}),
    )
    monkeypatch.setattr(unguessable, "load_catalogue", lambda: {tag: stuck})
    [failure] = check_frequency(tag, seeds=50)
    assert (failure.subject, failure.gate) == (tag, "4 unguessable")
    assert "50 of 50 seeds give the same total 7" in failure.reason


@pytest.mark.parametrize("name", TRIVIAL)
def test_doing_nothing_scores_next_to_nothing(small_set: TaskSet, name: str) -> None:
    """The empty, echo, copy-the-prompt and list-everything answers solve nothing and score at most 1."""
    for case in small_set.cases:
        verdict = judged(small_set, case, TRIVIAL[name](case))
        assert (verdict.solve, verdict.score <= 1) == (False, True)


def test_the_gold_answer_is_perfect_without_tools(small_set: TaskSet) -> None:
    """The key as an answer scores 10 of 10 by hand: the bonus is never needed."""
    for case in small_set.cases:
        verdict = judged(small_set, case, json.dumps(perfect_answer(case)))
        assert (verdict.solve, verdict.score, verdict.scored.without_bonus) == (True, 10, 10)
