"""Real logs of planted agents on a small set, and tables of planted studies in the shape of logs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from once import once
from staged_rows import study

from skillbench.core.taskset import TaskSet
from skillbench.evidence.runs import RunEvidence
from skillbench.report.board import Board, make_board

ROOT = Path(__file__).parent.parent
MODELS = ["skillbench/reference", "skillbench/careless"]


def evaluate(small_set: TaskSet, folder: Path, models: list[str], *options: str) -> Path:
    """Run planted agents over the small set through Inspect's own loop; no sandbox, so it is quick."""
    task = ["-T", f"tasks={small_set.root}", "-T", "k=2-3", "-T", "tools=search"]
    where = ["--log-dir", str(folder), "--display", "none"]
    command = [sys.executable, "-m", "inspect_ai", "eval", "skillbench/task.py", "--model", ",".join(models)]
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments
        [*command, *where, *task, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def log_folder(small_set: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two planted agents, two epochs."""
    return once(tmp_path_factory, "logs", lambda folder: evaluate(small_set, folder, MODELS, "--epochs", "2"))


@pytest.fixture(scope="session")
def rerun_folder(small_set: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference agent once more, one epoch."""
    return once(tmp_path_factory, "rerun", lambda folder: evaluate(small_set, folder, MODELS[:1]))


@pytest.fixture(scope="session")
def rubric_folder(small_set: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The careless agent with a scripted judge beside the audit, in the matched context."""
    judge = ["--model-role", "grader=skillbench-judge/plain", "-T", "context=matched"]
    return once(tmp_path_factory, "rubric", lambda folder: evaluate(small_set, folder, MODELS[1:], *judge))


@pytest.fixture(scope="session")
def evidence() -> RunEvidence:
    """Two planted runs of 30 chains, one that falls and one that does not."""
    return study()


@pytest.fixture(scope="session")
def board(evidence: RunEvidence) -> Board:
    """The board of :func:`evidence`."""
    return make_board(evidence)
