"""A data set is whole: every dialogue asked for is in it or in quarantine, however often the run was killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from agents.play import INSPECTS_OWN
from click.testing import CliRunner
from synthesis.killed import CONNECTIONS, TASKS

from skillbench.cli import main

pytestmark = INSPECTS_OWN


def made(out: Path, *given: str) -> str:
    """What the command says of a data set made by the rehearsal model."""
    command = ["synthesize", "--out", str(out), "--model", "skillbench-rehearsal/nonsense", *given]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_data_set_is_whole_and_readable(tmp_path: Path) -> None:
    """JSON lines and Parquet hold the same rows; with the quarantine they are all that was asked for."""
    said = made(tmp_path / "set", "--n", "24", "--order", "curriculum", "--epochs", "2")
    rows = [json.loads(line) for line in (tmp_path / "set/data/train.jsonl").read_text(encoding="utf-8").splitlines()]
    rest = [json.loads(line) for line in (tmp_path / "set/quarantine.jsonl").read_text(encoding="utf-8").splitlines()]
    assert pq.read_table(tmp_path / "set/data/train.parquet").to_pylist() == rows
    assert sorted(row["id"] for row in rows + rest) == [f"{number:07}" for number in range(24)]
    assert all(row["reason"].partition(":")[0] in {"form", "near"} for row in rest)
    assert f"{len(rows)} of 24 dialogues kept" in said
    epochs = [row["epoch"] for row in rows]
    assert epochs == sorted(epochs)
    for row in rows:
        assert [turn["role"] for turn in row["messages"]] == ["user", "assistant"]
        assert len(row["skills"]) == row["k"] == len(row["sources"])
    assert f"| dialogues asked for, kept, refused | 24, {len(rows)}, {24 - len(rows)} |" in (
        tmp_path / "set/README.md"
    ).read_text(encoding="utf-8")


def test_near_duplicates_are_refused(tmp_path: Path) -> None:
    """A dialogue that an earlier one said already goes to quarantine with the earlier one's number."""
    corpus = tmp_path / "one.jsonl"
    corpus.write_text('{"id": "a", "text": "weigh the honey of every roof", "tags": ["Weighing"]}\n', encoding="utf-8")
    said = made(tmp_path / "set", str(corpus), "--n", "3", "-k", "1", "--seed", "x")
    assert "1 of 3 dialogues kept" in said
    rest = [json.loads(line) for line in (tmp_path / "set/quarantine.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["reason"] for row in rest] == ["near: it is 100% like dialogue 0000000"] * 2


@pytest.mark.slow
def test_a_killed_run_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    """Killed 20 times, a run ends with the bytes of one that was left alone.

    No finished job is asked again, and no more replies are paid again than were on their way when a run was killed.
    """
    script = str(Path(__file__).with_name("killed.py"))
    command = [sys.executable, script, str(tmp_path), "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)  # noqa: S603  our own program
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 5
    assert all(found["same"].values()), found["same"]
    assert found["distinct"]
    assert found["finals"] == [TASKS, TASKS]
    assert found["twice"] <= found["kills"] * CONNECTIONS
