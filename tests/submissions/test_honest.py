"""Honest runs of every kind pass: what finds an alteration must find nothing where there is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from real_runs import ROOT, evaluate

from skillbench.cli.submit import allowed_limits, check_logs
from skillbench.core.taskset import TaskSet
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import find_logs
from skillbench.submissions.checks import faults, read_whole
from skillbench.submissions.pack import pack, read_pack

CARELESS = ["skillbench/careless"]


def found(folder: Path, task_set: TaskSet) -> list[str]:
    """Every fault in the logs of a folder, of the cases that they ran."""
    logs = [read_whole(file, task_set, allowed_limits()) for file in find_logs([str(folder)])]
    ran = frozenset(case for log in logs for case in log.head.cases)
    return faults(logs, ran, max(log.head.epochs for log in logs))


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ["--temperature", "0.5", "--max-tokens", "4000"],
        ["-T", "tools=none"],
        ["-T", "message_limit=3"],
        ["--solver", "inspect_ai/basic_agent"],
    ],
    ids=lambda options: options[-1],
)
def test_an_honest_run_has_no_fault(small_set: TaskSet, tmp_path: Path, options: list[str]) -> None:
    """Settings, no tools, a limit that is hit, an agent of one's own."""
    assert found(evaluate(small_set, tmp_path / "logs", CARELESS, *options), small_set) == []


def forged(folder: Path, to: Path, change: Callable[[EvalLog], object]) -> Path:
    """A copy of a folder's log after a change."""
    to.mkdir()
    (source,) = folder.iterdir()
    log = read_eval_log(str(source), resolve_attachments=True)
    change(log)
    write_eval_log(log, str(to / source.name))
    return to


def grader_calls(log: EvalLog) -> list[Any]:
    """Every call of a judge."""
    events = [event for sample in log.samples or [] for event in sample.events]
    return [event for event in events if event.event == "model" and event.role == "grader"]


def points(log: EvalLog) -> None:
    """Points of one's own, in score and event."""
    for sample in log.samples or []:
        scores: Any = sample.scores
        name = next(one for one in scores if one != "audit_scorer")
        scores[name].value = dict.fromkeys(("score", "without_bonus", "judged", "as_zero"), 9.5)
        given: Any = next(event for event in sample.events if event.event == "score" and event.scorer == name)
        given.score.value = scores[name].value


def silence(log: EvalLog) -> None:
    """A judge that wrote no verdict."""
    for event in grader_calls(log):
        event.output.message.content = "I liked it."
        event.output.completion = "I liked it."


def stranger(log: EvalLog) -> None:
    """A judge that the log does not name."""
    for event in grader_calls(log):
        event.model = "lab/other"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The .initial. parameter:DeprecationWarning")  # of tenacity, in Inspect's retries
def test_a_rubric_score_follows_from_what_its_judge_wrote(
    rubric_folder: Path, small_set: TaskSet, tmp_path: Path
) -> None:
    """Honest verdicts pass; points of one's own, a judge that wrote nothing, and a judge never named are found."""
    assert found(rubric_folder, small_set) == []
    for change, words in (
        (points, "is 9.500000 in the log"),
        (silence, "which is no verdict (invented verdict)"),
        (stranger, "was judged with lab/other"),
    ):
        wrong = found(forged(rubric_folder, tmp_path / change.__name__, change), small_set)
        assert [fault for fault in wrong if words in fault], wrong[:3]


@pytest.mark.slow
def test_a_retried_run_is_packed_with_the_log_it_retried(
    rerun_folder: Path, small_set: TaskSet, tmp_path: Path
) -> None:
    """Two samples lost, run again by Inspect: passes with both logs, and with the later one alone it does not."""

    def cancel(log: EvalLog) -> None:
        log.status = "cancelled"
        log.samples = (log.samples or [])[2:]

    folder = forged(rerun_folder, tmp_path / "logs", cancel)
    (first,) = folder.iterdir()
    command = [sys.executable, "-m", "inspect_ai", "eval-retry", str(first), "--log-dir", str(folder)]
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments
        [*command, "--display", "none"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    packed = read_pack(
        pack(collect([str(folder)]), "skillbench/reference", tmp_path, snapshot="s", contact="c", attested=True)
    )
    assert sorted(log.name for log in packed.logs) == sorted(path.name for path in folder.iterdir())
    check_logs(packed, find_logs([str(folder)]), small_set)
    first.unlink()
    assert [fault for fault in found(folder, small_set) if "no earlier log of the run holds it" in fault]
