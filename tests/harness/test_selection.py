"""What a person may type after ``-T``, and what it selects."""

from __future__ import annotations

from typing import Any

import pytest

from skillbench.core.errors import SelectionError
from skillbench.core.taskset import load_task_set
from skillbench.harness.selection import parse_ks, parse_tools, refuse_mock, select

CASES = load_task_set("v0").cases


@pytest.mark.parametrize(
    ("given", "ks"),
    [
        ("2-7", (2, 3, 4, 5, 6, 7)),
        ("3", (3,)),
        (3, (3,)),
        ("2,4,7", (2, 4, 7)),
        ([2, 4, 7], (2, 4, 7)),
        (["2", 4, "6-7"], (2, 4, 6, 7)),
        ("7,2-3, 3", (2, 3, 7)),
        (" 2 - 4 ", (2, 3, 4)),
        ("16", (16,)),
    ],
)
def test_ks_are_read_as_people_write_them(given: Any, ks: tuple[int, ...]) -> None:
    """Numbers, ranges, lists and mixtures, as text or as Inspect's YAML gives them; sorted, each once."""
    assert parse_ks(given) == ks


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", r"k=\(nothing\): k runs upwards from 2 to 7"),
        ([], r"k=\(nothing\)"),
        ("two", "k=two: 'two' is no number or range; give 2-7, 3 or 2,4,7"),
        ("2..7", "'2..7' is no number or range"),
        (2.5, "'2.5' is no number or range"),
        (True, "'True' is no number or range"),
        ("-3", "'-3' is no number or range"),
        ("1", "k=1: k runs upwards from 2 to 7.*twins come with twins=true"),
        ("1-3", "k=1-3: k runs upwards from 2"),
        ("7-2", "k=7-2: k runs upwards from 2"),
        (17, "k=17: k runs upwards from 2 to 7 .16 in private sets"),
        ("2-999999999999", "k=2-999999999999: k runs upwards from 2"),
    ],
)
def test_what_is_no_k_is_refused(given: Any, words: str) -> None:
    """The message repeats what was given, says what is allowed, and where the twins are; a huge range costs nothing."""
    with pytest.raises(SelectionError, match=words):
        parse_ks(given)


@pytest.mark.parametrize(
    ("given", "spelling"),
    [
        ("code,search", "code,search"),
        ("search, code", "code,search"),
        (["search", "code"], "code,search"),
        ("code", "code"),
        (["search"], "search"),
        ("none", "none"),
    ],
)
def test_tools_have_one_spelling(given: Any, spelling: str) -> None:
    """Order, spaces and lists do not matter."""
    assert str(parse_tools(given)) == spelling
    assert parse_tools(spelling) == parse_tools(given)


@pytest.mark.parametrize("given", ["", [], "python", "code,web", "none,code", "Code", 3, "code;search"])
def test_unknown_tools_are_refused(given: Any) -> None:
    """The message lists what may be given."""
    with pytest.raises(SelectionError, match=r"tools=.*: give code,search \(default\), code, search or none"):
        parse_tools(given)


def test_the_whole_set_is_selected_by_default() -> None:
    """Skill@2 to Skill@7 with all twins is everything, in the set's order."""
    assert select(CASES, "2-7", None, twins=True) == list(CASES)


@pytest.mark.parametrize("chains", [1, 3, 12])
def test_chains_are_taken_whole(chains: int) -> None:
    """The first so many chains by name, each with every k asked for and one twin for every skill of the largest."""
    found = select(CASES, "2,5", chains, twins=True)
    names = sorted({case.chain for case in CASES})[:chains]
    assert {case.chain for case in found} == set(names)
    for name in names:
        mine = [case for case in found if case.chain == name]
        composed = {case.k: case for case in mine if case.kind == "chain"}
        assert sorted(composed) == [2, 5]
        assert sorted(case.skills[0] for case in mine if case.kind == "twin") == sorted(composed[5].skills)
    assert [case for case in CASES if case in found] == found


def test_twins_can_be_left_out() -> None:
    """With twins=false only composed cases remain."""
    found = select(CASES, 3, None, twins=False)
    assert {(case.kind, case.k) for case in found} == {("chain", 3)}
    assert len(found) == len({case.chain for case in CASES})


@pytest.mark.parametrize("chains", [0, -1, 13, 10**9])
def test_chains_that_are_not_there_are_refused(chains: int) -> None:
    """The message says how many the set has."""
    count = len({case.chain for case in CASES})
    with pytest.raises(SelectionError, match=rf"chains={chains}: the set has {count} chains; give 1 to {count}"):
        select(CASES, "2-7", chains, twins=True)


def test_a_k_that_is_not_there_is_refused() -> None:
    """The message names the missing k and those the set has."""
    with pytest.raises(
        SelectionError, match=r"k=7-9: the set has no cases with k = \[8, 9\]; it has \[2, 3, 4, 5, 6, 7\]"
    ):
        select(CASES, "7-9", None, twins=True)


def test_a_mock_without_a_script_is_refused() -> None:
    """It points to the model that plays for free; a scripted mock and every other model pass."""
    with pytest.raises(SelectionError, match=r"--model mockllm/model knows no answer.*--model skillbench/reference"):
        refuse_mock("mockllm/model", {})
    refuse_mock("mockllm/model", {"custom_outputs": []})
    refuse_mock("openai/gpt", {})
