"""Fifty samples at once leave nothing on the machine, however the evaluation ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox.kinds import resolved_or_skipped

FIFTY = Path(__file__).with_name("fifty.py")
SAMPLES = 50
PATIENCE_S = 20.0


def _processes(mark: str) -> list[str]:
    """Command lines on this machine that hold ``mark`` or belong to a sandbox of this test."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [line for line in lines if mark in line]


def _groups(pid: int) -> list[Path]:
    """What is left of the harness's control groups."""
    return [path for path in Path("/sys/fs/cgroup").rglob(f"skillbench-{pid}") if path.is_dir()]


def _until(done: Callable[[], bool], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _littered(ready: Path) -> bool:
    """Whether all samples have left their litter."""
    return ready.exists() and len(ready.read_text(encoding="utf-8").split()) == SAMPLES


def _interrupt(harness: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, and once more if nothing happens: Python drops one that arrives while it finalises an object."""
    harness.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        harness.wait(90)
        return
    harness.send_signal(signal.SIGINT)


def _kill(harness: subprocess.Popen[bytes]) -> None:
    harness.kill()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "strike"),
    [("normal", None), ("error", None), ("hang", _interrupt), ("hang", _kill)],
    ids=["normal end", "error", "cancel", "kill -9"],
)
def test_nothing_is_left(ending: str, strike: Callable[[subprocess.Popen[bytes]], None] | None, tmp_path: Path) -> None:
    """No process, mount, control group or file of fifty littering samples remains."""
    resolved_or_skipped("bubblewrap")
    mark = str(time.time_ns() % 10**9 + 10**9)
    ready, logs, scratch = tmp_path / "ready", tmp_path / "logs", tmp_path / "tmp"
    scratch.mkdir()
    mounts = Path("/proc/mounts").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "inspect_ai", "eval", FIFTY.name, "--model", "none", "--display", "none"]
    command += ["--max-samples", str(SAMPLES), "--max-sandboxes", str(SAMPLES), "--log-dir", str(logs)]
    command += ["--max-subprocesses", str(2 * SAMPLES)]
    for name, value in (("ending", ending), ("mark", mark), ("ready", str(ready))):
        command += ["-T", f"{name}={value}"]
    with subprocess.Popen(  # noqa: S603  our own words
        command,
        cwd=FIFTY.parent,  # Inspect takes a task's path relative to here
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as harness:
        try:
            if strike is not None:
                _until(lambda: _littered(ready), "the samples did not get going", 120)
                assert len(_processes(f"sleep {mark}")) >= SAMPLES
                strike(harness)
            harness.wait(120)
        finally:
            harness.kill()
    assert _littered(ready)
    _until(lambda: not _processes(f"sleep {mark}"), f"processes are left: {_processes(mark)}", PATIENCE_S)
    _until(lambda: not _groups(harness.pid), f"control groups are left: {_groups(harness.pid)}", PATIENCE_S)
    assert Path("/proc/mounts").read_text(encoding="utf-8") == mounts
    assert not Path(f"/tmp/{mark}").exists()  # noqa: S108  where a leak would show
    if strike is not _kill:
        assert not list(scratch.iterdir())
