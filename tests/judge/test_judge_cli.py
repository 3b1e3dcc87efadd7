"""``skillbench judge``: gold, labels, attacks and comparisons from the command line."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from inspect_ai import Task, score
from inspect_ai import eval as run
from inspect_ai.dataset import Sample
from inspect_ai.log import write_eval_log
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from judge.staged import catalogue_tags, staged, write_set

from skillbench.cli.judge import judge
from skillbench.core.errors import InputError, JudgeError, LogError
from skillbench.harness.rubric import rubric
from skillbench.harness.scorer import audit_scorer
from skillbench.judge.attacks import FAMILIES
from skillbench.judge.payloads import Attempt

STAGES = [staged(*catalogue_tags(k, f"cli{k}"), seed=f"cli{k}") for k in (1, 2, 4)]
FREE = ["--judge", "rubric-2026-11-21", "--grader", "skillbench-judge/plain"]


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small task set, by path."""
    return str(write_set(tmp_path_factory.mktemp("cli"), STAGES).root)


def called(*words: str) -> Result:
    """The command's result; an error raised on purpose is raised here."""
    result = CliRunner().invoke(judge, words, catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_list_names_every_judge() -> None:
    """All three profiles are listed."""
    shown = called("list").output
    assert all(name in shown for name in ("audit", "rubric-2026-11-21", "paper"))


def test_the_audit_is_calibrated(tasks: str) -> None:
    """Every ledger of the gold set is exact."""
    shown = re.search(r"ledgers exact\D+(\d+) of (\d+)", called("calibrate", "--tasks", tasks).output)
    assert shown
    assert shown[1] == shown[2]
    assert int(shown[1]) >= 49


def test_a_rubric_is_calibrated(tasks: str) -> None:
    """A scripted rubric judge agrees with gold, and a second reading with the first."""
    shown = called("calibrate", "--tasks", tasks, *FREE, "--items", "12", "--retest", "2").output
    assert "retest spread p95" in shown
    for name in ("status kappa", "score alpha", "band kappa, quadratic", "retest alpha"):
        (row,) = (line for line in shown.splitlines() if name in line)
        assert re.search(r"\d\.\d{3} +│ (—|all equal|−?\d\.\d{3} to \d\.\d{3}) +│", row)
    assert "0.0%" in shown


def test_human_labels(tasks: str, tmp_path: Path) -> None:
    """Labels that agree with the audit give perfect figures; a malformed line is named by its number."""
    stage = STAGES[1]
    row = {"case": stage.case.id, "answer": json.dumps(stage.perfect()), "score": 10.0}
    row["skills"] = dict.fromkeys(stage.case.skills, "applied")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps(row) + "\n\n" + json.dumps(row | {"answer": "", "score": 0, "skills": {}}) + "\n")
    assert "1.000" in called("calibrate", "--tasks", tasks, "--labels", str(labels)).output
    labels.write_text(json.dumps(row) + "\n" + json.dumps(row | {"score": 11}) + "\n")
    with pytest.raises(InputError, match=r"labels.jsonl:2"):
        called("calibrate", "--tasks", tasks, "--labels", str(labels))


def test_attack(tasks: str) -> None:
    """The suite runs on the audit and on a free rubric judge, and nothing is raised."""
    assert "tampering" in called("attack", "--tasks", tasks, "--variants", "6").output
    believing = ["--judge", "rubric-2026-11-21", "--grader", "skillbench-judge/credulous"]
    shown = called("attack", "--tasks", tasks, "--variants", "6", "--family", "denial of service", *believing).output
    assert "denial of service" in shown


def test_an_attack_that_works_is_an_error(tasks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that raises the audit's score ends the command with an error that names it."""
    stage = STAGES[1]

    def bribe(ground: object) -> object:
        del ground
        return Attempt(json.dumps(stage.perfect()))

    monkeypatch.setitem(FAMILIES, "plea for full marks", bribe)
    with pytest.raises(JudgeError, match="plea for full marks"):
        called("attack", "--tasks", tasks, "--variants", "12", "--family", "plea for full marks")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--judge", "nobody"], "there are: audit"),
        (["--judge", "rubric-2026-11-21"], "needs a model"),
        (["--judge", "audit", "--grader", "openai/x"], "asks no model"),
        (["--judge", "rubric-2026-11-21", "--grader", "nowhere/model"], "nowhere/model"),
    ],
)
def test_a_wrong_choice_of_judge(tasks: str, words: list[str], message: str) -> None:
    """Unknown judge, missing grader, spare grader, unknown provider: each is said."""
    with pytest.raises(InputError, match=message):
        called("calibrate", "--tasks", tasks, *words)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:The 'initial' parameter:DeprecationWarning")
def test_two_judges_of_one_run_and_a_second_opinion(tasks: str, tmp_path: Path) -> None:
    """Audit and rubric score one run, another profile re-judges its log, and compare shows where they differ."""
    stage = STAGES[1]

    @solver
    def submits(text: str) -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            del generate
            state.output = ModelOutput.from_content("mockllm/model", text)
            return state

        return solve

    sample = Sample(id=stage.case.id, input="Task.", metadata={"kind": "chain", "chain": "c", "group": "k2"})
    scorers = [audit_scorer(tasks), rubric(tasks)]
    grader = {"grader": get_model("skillbench-judge/plain")}
    tried = [
        Task(dataset=[sample], solver=submits(text), scorer=scorers)
        for text in ("The rest is open.", json.dumps(stage.perfect()))
    ]
    log, better = run(tried, model="mockllm/model", model_roles=grader, log_dir=str(tmp_path), display="none")
    assert (log.status, better.status) == ("success", "success"), log.error
    path = log.location
    assert "0 of 1 samples differ" in called("compare", f"{path}@audit_scorer", f"{path}@rubric").output
    assert "1 of 1 samples differ" in called("compare", f"{path}@rubric", f"{better.location}@rubric").output
    again = score(log, rubric(tasks, profile="paper"), action="overwrite", model_roles=grader, display="none")
    write_eval_log(again, str(tmp_path / "again.eval"))
    assert again.samples
    assert again.samples[0].scores
    assert again.samples[0].scores["rubric"].metadata
    assert again.samples[0].scores["rubric"].metadata["profile"] == "paper"
    assert "0 of 1 samples differ" in called("compare", f"{path}@rubric", str(tmp_path / "again.eval")).output
    with pytest.raises(LogError, match="name one"):
        called("compare", path, path)
    gc.collect()


def test_compare_needs_logs(tmp_path: Path) -> None:
    """A file that is no log is refused."""
    path = tmp_path / "x.eval"
    path.write_text("nothing")
    with pytest.raises(LogError, match="not an Inspect log"):
        called("compare", str(path), str(path))
