"""What is committed below results/: every submission holds, and the board is what they give."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

from skillbench.submissions.pack import read_pack
from skillbench.submissions.published import read_submissions
from skillbench.submissions.schema import Tier

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "results").rglob("submission.yaml"))


def test_every_committed_submission_holds_and_its_tier_follows_from_its_evidence() -> None:
    """Hashes, draws and claims agree; the three planted agents were judged again; none is large."""
    found = read_submissions(ROOT / "results")
    assert {one.run["model"]: one.tier for one in found if str(one.run["model"]).startswith("skillbench/")} == {
        f"skillbench/{name}": Tier.RE_JUDGED for name in ("reference", "careless", "overloaded")
    }
    for folder in FOLDERS:
        assert len(read_pack(folder).samples) > 0
        assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000


def test_the_committed_board_is_what_the_submissions_give() -> None:
    """A rebuild in a process of its own gives the committed bytes; a drift names the file and the command."""
    done = subprocess.run(
        [sys.executable, "scripts/board.py", "--results", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr[-1000:]


def test_a_drift_is_found() -> None:
    """The comparison itself: one byte changed is named and fails."""
    script = runpy.run_path(str(ROOT / "scripts/board.py"))
    path = ROOT / "results" / "leaderboard.md"
    assert script["keep"]({path: path.read_bytes()}, "x", check=True) == 0
    assert script["keep"]({path: path.read_bytes() + b"x"}, "x", check=True) == 1
