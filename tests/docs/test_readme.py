"""The commands of the pages for newcomers work as written, with a planted agent for a model that needs a key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODEL = re.compile(r"--model (?!skillbench/)\S+")
GRADER = re.compile(r"grader=\S+")
SHOWN_ONLY = ("make ", "pip ", "export ")
"""What CI does itself, or what is a person's own to type."""

PAGES = ["README.md", "docs/running.md", "docs/first-run.md", "docs/authoring.md"]


def commands(page: str) -> list[str]:
    """Every line of every shell block but those that are only shown."""
    lines = [line for block in BLOCK.findall((ROOT / page).read_text()) for line in block.splitlines()]
    return [line.partition("   #")[0].strip() for line in lines if line.strip() and not line.startswith(SHOWN_ONLY)]


def test_there_are_commands() -> None:
    """The README shows at least one run, one board and one build."""
    joined = "\n".join(commands("README.md"))
    assert all(word in joined for word in ("inspect eval skillbench", "skillbench leaderboard", "skillbench build"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_commands_run_in_order(page: str, tmp_path: Path) -> None:
    """Each command of a page ends with status 0, in an empty folder, as after an installation."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "INSPECT_DISPLAY": "plain",
    }
    for command in commands(page):
        ready = GRADER.sub("grader=skillbench-judge/plain", MODEL.sub("--model skillbench/careless", command))
        if " LOG " in ready:
            ready = ready.replace(" LOG ", f" {next(tmp_path.glob('logs/*.eval'))} --overwrite ")
        done = subprocess.run(  # noqa: S603  our own README, in a scratch folder
            ["/bin/bash", "-c", ready], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{ready}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert list(tmp_path.rglob("*.eval"))
