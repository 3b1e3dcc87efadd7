"""From real logs to the page, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from inspect_ai.log import read_eval_log, write_eval_log

from skillbench.cli import main


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    """A command's result."""
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def test_real_logs_end_to_end_and_a_second_time_to_the_same_bytes(log_folder: Path, tmp_path: Path) -> None:
    """The board of the planted agents' own logs: the reference leads, and the cache changes nothing."""
    for name in ("one", "two"):
        assert run("leaderboard", str(log_folder), "--out", name).exit_code == 0
    first = json.loads((tmp_path / "one/leaderboard.json").read_text(encoding="utf-8"))
    assert first["runs"][0]["run"] == "skillbench/reference"
    assert first["runs"][0]["score"] == 10.0
    for name in ("leaderboard.json", "index.html", "degradation.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_log_with_markup_for_a_model_name_makes_an_inert_page(log_folder: Path, tmp_path: Path) -> None:
    """From the log file to the page: the name is text."""
    log = read_eval_log(str(min(log_folder.iterdir())))
    log.eval.model = "<script>alert(1)</script>"
    for sample in log.samples or []:
        sample.output.completion = "<img src=x onerror=alert(1)>" * 10
    write_eval_log(log, str(tmp_path / "hostile.eval"))
    assert run("leaderboard", "hostile.eval", "--out", "site").exit_code == 0
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
