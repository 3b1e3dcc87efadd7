"""The shipped authored set: whole, through every gate, and made of the folders that people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.core.taskset import TaskSet, load_task_set

WRITTEN = Path(__file__).parents[2] / "tasks" / "written"


@pytest.fixture(scope="module")
def shipped() -> TaskSet:
    """``tasks/authored-v0`` with every hash checked."""
    return load_task_set("authored-v0")


def test_every_written_folder_is_a_case(shipped: TaskSet) -> None:
    """Each folder of ``tasks/written`` stands in the set, under its own name, with its brief word for word."""
    folders = sorted(path.name for path in WRITTEN.iterdir() if path.is_dir())
    assert sorted(case.chain for case in shipped.cases) == folders
    assert {case.k for case in shipped.cases} == set(range(2, 8))
    assert len(folders) >= 60
    assert len({skill for case in shipped.cases for skill in case.skills}) >= 80


def test_every_case_passed_every_gate(shipped: TaskSet) -> None:
    """No passage is a refusal, and every figure has the value that both programs computed."""
    gates = {frozenset(passage.gate for passage in case.authored.passages) for case in shipped.cases if case.authored}
    assert len(gates) == 1
    for case in shipped.cases:
        assert case.authored is not None
        assert all(passage.passed for passage in case.authored.passages), case.id
        assert all(figure.value is not None for figure in case.authored.figures), case.id
