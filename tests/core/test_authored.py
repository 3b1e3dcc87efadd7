"""Authored cases live in the same schema and the same sets as keyed ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from written_case import LEDGER, authored_case, authored_part, authored_set, criteria

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.judge.opening import open_task_set


def test_an_authored_case_is_read_from_a_set(tmp_path: Path) -> None:
    """A set of authored cases loads and runs through the solver check: no solver, no handbook, its files whole."""
    task_set = open_task_set(authored_set(tmp_path).root)
    (case,) = task_set.cases
    assert case == authored_case()
    assert task_set.records(case) == {"ledger.csv": LEDGER}
    assert task_set.handbook(case) == ()
    assert case.entities == []


def test_a_keyed_case_says_nothing_of_authoring(small_set: TaskSet) -> None:
    """Dumps of keyed cases lack the field, so that their hashes and ids stand."""
    for case in small_set.cases:
        assert "authored" not in case.model_dump()
        assert Case.model_validate_json(case.model_dump_json()) == case


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a chain with an authored part": ({"kind": "chain"}, "kind .chain. with an authored part"),
    "an authored case without one": ({"authored": None}, "kind .authored. without an authored part"),
    "a handbook": ({"handbook": "pages.jsonl"}, "no checkpoints, couplings, product or handbook"),
    "k that disagrees": ({"k": 3}, "do not agree"),
    "a skill twice": ({"skills": ["Data Cleaning", "Data Cleaning"]}, "names other skills"),
    "a need of another skill": (
        {"authored": {**authored_part(), "needs": [{"skill": "Law", "quote": "a"}]}},
        r"names other skills: \['Law'\]",
    ),
    "five criteria": ({"authored": {**authored_part(), "criteria": criteria()[:5]}}, "at least 6 items"),
    "code without a check": (
        {"authored": {**authored_part(), "criteria": [*criteria()[:5], {**criteria()[5], "decided_by": "code"}]}},
        "criterion c06: decided by code",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_malformed_authored_case_is_refused(name: str) -> None:
    """Each defect is refused, and the message names it."""
    change, words = REFUSED[name]
    with pytest.raises(ValidationError, match=words):
        authored_case(**change)
