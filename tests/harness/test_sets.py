"""A scorer finds the task set of a sample, also long after the run."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inspect_ai._util.error import PrerequisiteError  # what Inspect prints without a traceback
from inspect_ai.util import Store

from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.harness.sets import STORED, sets

V0 = load_task_set("v0")


def sample(case_id: str, noted: str | None = None) -> Any:
    """What a scorer reads of a finished sample."""
    return SimpleNamespace(sample_id=case_id, store=Store({} if noted is None else {STORED: noted}))


def test_a_named_set_is_taken(small_set: TaskSet) -> None:
    """Whatever the sample says."""
    assert sets(str(small_set.root))(sample(V0.cases[0].id, "v0")).root == small_set.root


def test_the_set_that_the_run_noted_is_found(small_set: TaskSet) -> None:
    """A private set by the path that the run was given."""
    assert sets(None)(sample(small_set.cases[0].id, str(small_set.root))).root == small_set.root


@pytest.mark.parametrize("noted", [None, "v0", "moved/away"])
def test_a_shipped_set_is_found_by_its_cases(noted: str | None) -> None:
    """Logs from before runs noted their set, and sets that were moved."""
    assert sets(None)(sample(V0.cases[0].id, noted)).root == V0.root


def test_an_altered_set_is_not_taken(small_set: TaskSet, tmp_path: Path) -> None:
    """Ids are hashes of content: another set at the same place does not hold the case; the message says what to do."""
    place = tmp_path / "set"
    shutil.copytree(small_set.root, place)
    (place / "cases.jsonl").write_text("{}\n")
    with pytest.raises(PrerequisiteError, match=r"is in no task set found here.*made with the task set.*-S tasks="):
        sets(None)(sample(small_set.cases[0].id, str(place)))


def test_a_missing_set_is_refused_before_anything_is_scored() -> None:
    """By name, when the scorer is made."""
    with pytest.raises(PrerequisiteError, match="no task set 'nowhere'"):
        sets("nowhere")
