"""Logs in other places than here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import fsspec
import pytest
from click.testing import CliRunner
from fsspec.implementations.memory import MemoryFileSystem

from skillbench.cli import main
from skillbench.core.taskset import TaskSet
from skillbench.evidence import logs as reader
from skillbench.evidence.cache import Shelf
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import find_logs

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_only_logs_are_found_but_a_named_file_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a folder names tell; a file that was named is taken at its word."""
    monkeypatch.setattr(MemoryFileSystem, "store", {})
    for name in ("a/2026-01-31T10-00-00_x.json", "a/settings.json", "b.eval", "c.zip"):
        with fsspec.open(f"memory://logs/{name}", "wb") as stream:
            stream.write(b"x")
    found = [log.path for log in find_logs(["memory://logs"])]
    assert found == ["memory:///logs/a/2026-01-31T10-00-00_x.json", "memory:///logs/b.eval"]
    assert [log.path for log in find_logs(["memory://logs/c.zip"])] == ["memory:///logs/c.zip"]


@pytest.mark.slow
def test_logs_in_s3_make_the_same_board_and_are_read_once(
    log_folder: Path, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploaded logs give the leaderboard of the files; unchanged ones come from the cache, changed ones do not."""
    store = fsspec.filesystem("s3")
    store.put(f"{log_folder}/", f"{bucket}/logs/", recursive=True)
    for place, out in ((str(log_folder), "here"), (f"{bucket}/logs", "there")):
        done = CliRunner().invoke(main, ["leaderboard", place, "--out", str(tmp_path / out)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    here, there = (json.loads((tmp_path / out / "leaderboard.json").read_text()) for out in ("here", "there"))
    assert here == there

    opened: list[str] = []
    read = reader.read_log
    monkeypatch.setattr(reader, "read_log", lambda file: (opened.append(file.path), read(file))[1])
    place = [f"{bucket}/logs"]
    fresh = collect(place, cache=Shelf())
    assert opened == []
    assert sorted(fresh.runs["run"]) == ["skillbench/careless", "skillbench/reference"]
    before, other = find_logs(place)
    content = store.cat_file(before.path)
    store.pipe_file(before.path, content[:-1] + bytes([content[-1] ^ 1]))  # the same second, the same size
    (tmp_path / "other").mkdir()
    after, same = find_logs(place)
    assert (after.path, after.size, same) == (before.path, before.size, other)
    assert after.stamp != before.stamp
    assert [log for log in (after, same) if log in Shelf()] == [same]


@pytest.mark.slow
def test_a_run_that_logs_to_s3_is_ranked_from_there(small_set: TaskSet, bucket: str, tmp_path: Path) -> None:
    """Inspect writes the log into the bucket itself; the leaderboard reads it in another process."""
    model = ["--model", "skillbench/reference", "--display", "none"]
    task = ["-T", f"tasks={small_set.root}", "-T", "k=2", "-T", "tools=search"]
    evaluate = ["-m", "inspect_ai", "eval", "skillbench/task.py", *model, *task, "--log-dir", f"{bucket}/logs"]
    rank = [
        "-c",
        "from skillbench.cli import main; main()",
        "leaderboard",
        f"{bucket}/logs",
        "--out",
        str(tmp_path / "board"),
    ]
    for command in (evaluate, rank):
        done = subprocess.run(  # noqa: S603  our own interpreter and arguments
            [sys.executable, *command], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
    (run,) = json.loads((tmp_path / "board/leaderboard.json").read_text())["runs"]
    assert (run["run"], run["score"]) == ("skillbench/reference", 10.0)
