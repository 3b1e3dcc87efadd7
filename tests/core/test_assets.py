"""Shipped files are found by the path they have in a checkout, from any directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.core.assets import asset_dir, given_or_shipped
from skillbench.core.near import or_near
from skillbench.core.taskset import load_task_set


def test_a_shipped_corpus_and_set_are_found_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of the help texts work where there is no ``tasks`` folder."""
    monkeypatch.chdir(tmp_path)
    assert Path(given_or_shipped("tasks/corpus/seed.jsonl")) == asset_dir("tasks") / "corpus" / "seed.jsonl"
    assert load_task_set("tasks/v0").manifest.name == load_task_set("v0").manifest.name


def test_a_persons_own_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it has the name of a shipped one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks" / "corpus").mkdir(parents=True)
    (tmp_path / "tasks" / "corpus" / "seed.jsonl").touch()
    assert given_or_shipped("tasks/corpus/seed.jsonl") == "tasks/corpus/seed.jsonl"


@pytest.mark.parametrize("path", ["tasks/none.jsonl", "tasks/../pyproject.toml", "s3://tasks/x", "mine.jsonl", "tasks"])
def test_other_paths_stay_as_they_are(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not exist, what leads out of the shipped folders, and addresses."""
    monkeypatch.chdir(tmp_path)
    assert given_or_shipped(path) == (path if path != "tasks" else str(asset_dir("tasks")))


@pytest.mark.parametrize(("given", "said"), [("Chain", " (did you mean 'chains'?)"), ("colour", ""), ("", "")])
def test_a_near_name_is_offered(given: str, said: str) -> None:
    """Whatever its case; nothing where nothing is near."""
    assert or_near(given, ["k", "chains", "twins"]) == said
