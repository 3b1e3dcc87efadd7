"""The README's commands work as written, with a planted agent in the place of a model that needs a key."""

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


def commands() -> list[str]:
    """Every line of every shell block but ``make``, which CI calls itself."""
    lines = [line for block in BLOCK.findall((ROOT / "README.md").read_text()) for line in block.splitlines()]
    return [line.partition("   #")[0].strip() for line in lines if line.strip() and not line.startswith("make ")]


def test_there_are_commands() -> None:
    """The README shows at least one run, one board and one build."""
    joined = "\n".join(commands())
    assert all(word in joined for word in ("inspect eval skillbench", "skillbench leaderboard", "skillbench build"))


@pytest.mark.slow
def test_commands_run_in_order(tmp_path: Path) -> None:
    """Each command ends with status 0, in a folder that looks like a checkout and is otherwise empty."""
    for name in ("skillbench", "tasks"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "INSPECT_DISPLAY": "plain",
    }
    for command in commands():
        ready = MODEL.sub("--model skillbench/reference", command)
        done = subprocess.run(  # noqa: S603  our own README, in a scratch folder
            ["/bin/bash", "-c", ready], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{ready}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert list((tmp_path / "logs").glob("*.eval"))
