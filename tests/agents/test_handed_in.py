"""Every kind of deliverable through the real loop; programs are run in the sandbox and recorded with the sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from agents.play import INSPECTS_OWN, audited, planted, play, scripted, submits, verdicts
from inspect_ai import score as inspect_score
from inspect_ai.model import Model
from once import once
from small import freeze_kind

from skillbench.core.errors import SelectionError
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables import program
from skillbench.deliverables.base.registry import load_kinds
from skillbench.harness.handed_in import STORED_RUNS
from skillbench.harness.scorer import audit_scorer
from skillbench.harness.selection import Tools, refuse_unrunnable
from skillbench.judge.gold import perfect_answer

pytestmark = INSPECTS_OWN


def kind_set(factory: pytest.TempPathFactory, kind: str) -> TaskSet:
    """A chain of three skills that hands in this kind."""
    return load_task_set(once(factory, f"kind-{kind}", lambda out: freeze_kind(out, kind)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", load_kinds())
def test_the_reference_hands_in_every_kind(
    kind: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, sandbox: str
) -> None:
    """Score 10 and solve 1 at every k and in every twin, with the bonus where it computes."""
    log = play(kind_set(tmp_path_factory, kind), tmp_path, planted("reference"), tools="code,search", sandbox=sandbox)
    for found in verdicts(log).values():
        assert found["values"] == {"score": 10.0, "without_bonus": 10.0, "solve": 1.0, "coverage": 1.0}
        assert found["defects"] == []


def hands_in(task_set: TaskSet, source: str) -> Model:
    """An agent that hands in the key of the Skill@2 case with a program of its own."""
    case = next(case for case in task_set.cases if case.k == 2)
    return scripted(submits(json.dumps(perfect_answer(case) | {"program": source})))


def played(task_set: TaskSet, logs: Path, source: str, sandbox: str) -> tuple[Any, dict[str, Any]]:
    """The log and the verdict of the Skill@2 case."""
    log = play(task_set, logs, hands_in(task_set, source), k="2", twins=False, tools="code", sandbox=sandbox)
    assert log.samples
    return log, audited(log.samples[0])


@pytest.mark.slow
def test_a_program_is_run_and_recorded(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, sandbox: str) -> None:
    """A program that is run scores as it prints; judged again from the log, without a sandbox, the same."""
    task_set = kind_set(tmp_path_factory, "program")
    case = next(case for case in task_set.cases if case.k == 2)
    known = perfect_answer(case)["program"]
    log, found = played(task_set, tmp_path, f"{known}# checked\n", sandbox)
    runs = log.samples[0].store[STORED_RUNS]
    assert [run["exit"] for run in runs] == [0, 0]
    assert (found["values"]["solve"], found["values"]["score"]) == (1.0, 10.0)
    again = inspect_score(log, audit_scorer(str(task_set.root)), action="overwrite", display="none")
    assert audited((again.samples or [])[0]) == found
    log.samples[0].store.pop(STORED_RUNS)
    unrecorded = inspect_score(log, audit_scorer(str(task_set.root)), action="overwrite", display="none")
    assert audited((unrecorded.samples or [])[0])["values"]["solve"] == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("raise SystemExit(3)", 3),
        ("print('x' * 30_000_000)", 125),
        ("import os; os.kill(os.getpid(), 9)", None),
        ("print(open('/proc/1/environ').read())", None),
        ("open('records/register.csv', 'w').write('gone')", 0),
    ],
)
def test_a_program_that_fails_scores_nothing_for_itself(
    source: str, status: int | None, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, sandbox: str
) -> None:
    """A crash, a flood, a kill or silence: the sample keeps its score, and the case is not solved."""
    log, found = played(kind_set(tmp_path_factory, "program"), tmp_path, source, sandbox)
    runs = log.samples[0].store[STORED_RUNS]
    assert all(len(run["printed"]) <= 100_000 for run in runs)
    assert status is None or {run["exit"] for run in runs} <= {status, 0 if status == 125 else status}
    assert found["values"]["solve"] == 0.0
    assert 3 < found["values"]["score"] < 8


@pytest.mark.slow
def test_an_endless_program_is_stopped(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time allowed a run counts as failed, and the sample keeps its score."""
    monkeypatch.setattr(program, "SECONDS", 2)
    log, found = played(kind_set(tmp_path_factory, "program"), tmp_path, "while True: pass", sandbox)
    assert [run["exit"] for run in log.samples[0].store[STORED_RUNS]] == [124, 124]
    assert (found["values"]["solve"], found["defects"]) == (0.0, [])


def test_programs_need_a_sandbox(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A run that could not run what is handed in is refused before anything is spent."""
    cases = kind_set(tmp_path_factory, "program").cases
    with pytest.raises(SelectionError, match="add code to the"):
        refuse_unrunnable(cases, Tools(code=False, search=True))
    refuse_unrunnable(cases, Tools(code=True, search=False))
    refuse_unrunnable([case for case in cases if case.k == 1], Tools(code=False, search=False))
