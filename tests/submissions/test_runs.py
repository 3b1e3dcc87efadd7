"""Recorded runs of a submission are of what it hands in, each job once."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from once import once
from small import freeze_kind

from skillbench.core.jobs import Run
from skillbench.core.schema import Case
from skillbench.core.taskset import load_task_set
from skillbench.harness.handed_in import STORED_RUNS, jobs_of, read_runs
from skillbench.judge.gold import perfect_answer
from skillbench.judge.transcript import Transcript
from skillbench.submissions.again import _of_runs


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A Skill@2 case that hands in a program."""
    task_set = load_task_set(once(tmp_path_factory, "kind-program", lambda out: freeze_kind(out, "program")))
    return next(case for case in task_set.cases if case.k == 2)


def faults(case: Case, runs: list[Run] | None, **changed: Any) -> list[str]:
    """What the check says of a sample with these runs."""
    text = json.dumps(perfect_answer(case) | {"program": "print(1)"} | changed)
    store = {} if runs is None else {STORED_RUNS: [run.model_dump() for run in runs]}
    sample: Any = SimpleNamespace(completion=text, store=store)
    return list(_of_runs(sample, case, Transcript((), text, "", read_runs(store.get(STORED_RUNS, [])))))


def test_runs_that_do_not_belong_are_told(case: Case) -> None:
    """One run of each job is sound; a missing, doubled, foreign or spare one is not."""
    text = json.dumps(perfect_answer(case) | {"program": "print(1)"})
    runs = [Run(id=job.id, exit=0, printed="{}") for job in jobs_of(case, text)]
    assert len(runs) == 2
    assert faults(case, runs) == []
    foreign = runs[0].model_copy(update={"id": "0" * 32})
    for forged in (None, [], runs[:1], [*runs, runs[0]], [foreign, runs[1]]):
        assert "forged runs" in " ".join(faults(case, forged))
    assert "forged runs" in " ".join(faults(case, runs, program="print(2)"))


def test_a_hand_in_without_jobs_has_no_record(case: Case) -> None:
    """An answer without a program has nothing to record."""
    assert faults(case, None, program="") == faults(case, [], program="") == []
    assert "forged runs" in " ".join(faults(case, [Run(id="0" * 32, exit=0, printed="{}")], program=""))


@pytest.mark.parametrize("raw", [None, 3, {}, [1], [{"id": "x"}], [{"id": "x", "exit": 0, "printed": "y" * 100_001}]])
def test_a_record_of_another_shape_is_none(raw: object) -> None:
    """Whatever a log holds in that place is read as runs or not at all."""
    assert read_runs(raw) == ()
