"""The authored track through Inspect's own loop: choices, prompts, scorers, logs and the board."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai._util.error import PrerequisiteError  # what Inspect prints without a traceback
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score
from judge.open_tasks import HIRED, write_open_set
from once import once

from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.evidence.collect import collect
from skillbench.harness.agent import AUTHORED, instructions
from skillbench.harness.dataset import prompt_for
from skillbench.harness.selection import parse_tools
from skillbench.report.board import make_board
from skillbench.report.wording import verdict
from skillbench.task import skillbench

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:The 'initial' parameter:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What Inspect left open is collected here, under the filters above."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def open_set(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    """The two small authored tasks as a set."""
    home = once(tmp_path_factory, "open", write_open_set)
    return load_task_set(home / "set")


def played(open_set: TaskSet, folder: Path, judges: list[Model] | None = None, **options: Any) -> EvalLog:
    """One run of the task without a sandbox."""
    options = {"tasks": str(open_set.root), "track": "authored", "tools": "none", **options}
    roles = {"model_roles": {"grader": judges}} if judges else {}
    model = options.pop("model", "skillbench/reference")
    [log] = run("skillbench/task.py", task_args=options, model=model, log_dir=str(folder), display="none", **roles)
    assert log.status == "success", log.error
    return log


def silent(*_: Any) -> ModelOutput:
    """A judge that says nothing."""
    output = ModelOutput.from_content("mockllm/model", "")
    output.usage = ModelUsage()
    return output


def scores(log: EvalLog, name: str) -> list[Score]:
    """A scorer's scores in the order of the samples."""
    return [(sample.scores or {})[name] for sample in log.samples or []]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no grader": ({}, r"must be read: give a grader .* -T judge=audit for what code alone decides: 32% of"),
    "an unknown track": ({"track": "third"}, "track=third: give keyed"),
    "a set of the other track": ({"track": "keyed", "judge": "audit"}, "-T track=authored"),
    "a judge of the other track": ({"judge": "paper"}, "paper is a rubric; cases of the authored track need a reader"),
    "no default set yet or whole": ({"tasks": "nowhere"}, "no task set 'nowhere'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_choices_cost_nothing(open_set: TaskSet, name: str) -> None:
    """Each is one message before anything runs."""
    options, words = REFUSED[name]
    with pytest.raises(PrerequisiteError, match=words):
        skillbench(**{"tasks": str(open_set.root), "track": "authored", "tools": "none", **options})


def test_the_agent_sees_brief_and_files(open_set: TaskSet) -> None:
    """Without a sandbox the files stand in the prompt; its desk speaks of an answer, not of an object or a handbook."""
    case = open_set.case(HIRED.case.id)
    prompt = prompt_for(open_set, case, parse_tools("none"))
    assert HIRED.files["lease.md"] in prompt
    told = instructions(parse_tools("code"), AUTHORED)
    assert "/work/records/" in told
    assert "handbook" not in told
    task = skillbench(tasks=str(open_set.root), track="authored", tools="none", judge="audit")
    assert [sample.metadata["group"] for sample in task.dataset if sample.metadata] == ["k3", "k2"]


def test_the_audit_says_what_code_decides(open_set: TaskSet, tmp_path: Path) -> None:
    """With judge=audit the reference scores 10 on what code decides, and each sample tells the share."""
    log = played(open_set, tmp_path, judge="audit")
    told = scores(log, "audit_scorer")
    assert [one.as_dict()["score"] for one in told] == [10, 10]
    assert [one.metadata["decided"] for one in told if one.metadata] == [0.3824, 0.2609]
    assert "38% of the criteria's weight" in (told[0].explanation or "")
    assert log.eval.metadata
    assert log.eval.metadata["track"] == "authored"


def test_a_judge_reads_and_the_board_shows(open_set: TaskSet, tmp_path: Path) -> None:
    """Audit and reader score one run; its log becomes rows and a board without twins and without a gap."""
    log = played(open_set, tmp_path, [get_model("skillbench-judge/plain")])
    assert [one.as_dict()["score"] for one in scores(log, "rubric")] == pytest.approx([9.225, 7.2833], abs=1e-3)
    evidence = collect([str(tmp_path)])
    assert sorted(evidence.outcomes["judge"].unique()) == [
        "audit",
        "authored-2026-11-21 by skillbench-judge/plain",
    ]
    assert set(evidence.outcomes["k"]) == {2, 3}
    assert set(evidence.outcomes["chain"]) == {"a01", "a02"}
    assert set(evidence.outcomes["right"]) == {1.0}
    line = make_board(evidence).lines[0]
    assert "none has twins" in verdict(line)
    assert line.solved.estimate == 1.0
    assert line.gap is None or math.isnan(line.gap.gap.estimate)


def test_a_silent_judge_gains_nothing(open_set: TaskSet, tmp_path: Path) -> None:
    """Without a verdict the headline is the floor: what code cannot decide counts as not met."""
    log = played(open_set, tmp_path, [get_model("mockllm/model", custom_outputs=silent)], chains=1)
    (score,) = scores(log, "rubric")
    assert float(score.as_dict()["score"] or 0) == pytest.approx(6.8893, abs=1e-3)
    assert math.isnan(float(score.as_dict()["judged"] or math.nan))


def test_planted_mistakes_cost_figures(open_set: TaskSet, tmp_path: Path) -> None:
    """An agent that errs in every skill solves nothing."""
    log = played(open_set, tmp_path, judge="audit", model=get_model("skillbench/planted", error=1.0))
    assert [one.as_dict()["solve"] for one in scores(log, "audit_scorer")] == [0, 0]
