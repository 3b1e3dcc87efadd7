"""The guide for a new skill: its commands work as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "new-skill.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_commands_run_in_order(tmp_path: Path) -> None:
    """Each command of the page ends with status 0, in a folder that looks like a checkout."""
    for path in (*ROOT.glob("*.toml"), *(ROOT / name for name in ("skillbench", "tests", "tasks", "prompts"))):
        (tmp_path / path.name).symlink_to(path)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    lines = [line for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")) for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        done = subprocess.run(  # noqa: S603  our own page, in a scratch folder
            ["/bin/bash", "-c", line], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
