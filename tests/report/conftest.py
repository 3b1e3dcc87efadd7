"""Real logs of planted agents on a small set, and tables of planted studies in the shape of logs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from staged_rows import study

from skillbench.core.taskset import TaskSet
from skillbench.report.board import Board, make_board
from skillbench.report.runs import Evidence

ROOT = Path(__file__).parent.parent.parent
MODELS = ["skillbench/reference", "skillbench/careless"]


@pytest.fixture(scope="session")
def log_folder(small_set: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two planted agents over the small set, two epochs, through Inspect's own loop; no sandbox, so it is quick."""
    folder = tmp_path_factory.mktemp("logs")
    options = ["--epochs", "2", "--log-dir", str(folder), "--display", "none", "-M", f"tasks={small_set.root}"]
    task = ["-T", f"tasks={small_set.root}", "-T", "k=2-3", "-T", "tools=search"]
    command = [
        sys.executable,
        "-m",
        "inspect_ai",
        "eval",
        "skillbench/task.py",
        "--model",
        ",".join(MODELS),
        *options,
        *task,
    ]
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """Two planted runs of 30 chains, one that falls and one that does not."""
    return study()


@pytest.fixture(scope="session")
def board(evidence: Evidence) -> Board:
    """The board of :func:`evidence`."""
    return make_board(evidence)
