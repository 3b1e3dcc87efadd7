"""The commands a person types: what they print, what they write, how they refuse."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from staged_rows import study

from skillbench.cli import main
from skillbench.cli.board import PACKAGE
from skillbench.evidence.runs import RunEvidence
from skillbench.submissions.pack import Pack, pack, read_pack
from skillbench.submissions.schema import Tier
from skillbench.submissions.verification import Verification, statement_digest, write_evidence

SITE = [
    "index.html",
    "leaderboard.md",
    "leaderboard.csv",
    "leaderboard.json",
    "leaderboard.parquet",
    "outcomes.parquet",
]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def submissions(root: Path, evidence: RunEvidence) -> dict[str, Path]:
    """Both runs packed below ``root/results``, their logs stood in for by a few bytes each."""
    for name in set(evidence.runs["file"]):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(name.encode())
    return {
        label: pack(evidence, label, root / "results", snapshot="s", contact="c", attested=True)
        for label in ("lab/steady", "lab/falling")
    }


def checked(packed: Pack) -> Verification:
    """The evidence of a check of full logs."""
    return Verification(
        statement=statement_digest(packed),
        logs=list(packed.logs),
        recomputed=len(packed.samples),
        checked_with="0.1.0",
    )


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> RunEvidence:
    """The commands read a planted study in place of logs: what is tested here lies behind the reader."""
    evidence = study()
    monkeypatch.setattr("skillbench.cli.board.collect", lambda *_args, **_options: evidence)
    return evidence


def run(*arguments: str) -> Result:
    """A command's result."""
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.usefixtures("planted")
def test_without_the_plotting_library_tables_and_page_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be drawn is said, on standard error and on the page, with the way to get it."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    done = run("leaderboard", "logs", "--out", "site")
    assert done.exit_code == 0
    assert "left out: figures need vl-convert, which is missing; pip install" in done.stderr
    assert all((tmp_path / "site" / name).stat().st_size for name in SITE)
    assert "figures need vl-convert" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("planted")
def test_leaderboard_prints_the_table_and_names_what_it_wrote(tmp_path: Path) -> None:
    """Runs, intervals and a verdict on standard output; every file exists and none is empty."""
    done = run("leaderboard", "logs", "--out", "site", "--eee", "Lab")
    assert done.exit_code == 0
    assert "lab/falling" in done.output
    assert "the fall is real" in done.output
    for name in [*SITE, "degradation.svg", "degradation.png", "degradation.html"]:
        assert f"site/{name}" in done.output
        assert (tmp_path / "site" / name).stat().st_size > 500
    assert len(list((tmp_path / "site" / "every_eval_ever").rglob("*.json"))) == 2


@pytest.mark.usefixtures("planted")
def test_plot_writes_the_format_its_name_says(tmp_path: Path) -> None:
    """One file with --out, three without; an unknown ending is refused."""
    assert run("plot", "solve", "logs", "--out", "solve.png").exit_code == 0
    assert (tmp_path / "solve.png").read_bytes().startswith(b"\x89PNG")
    assert run("plot", "gap", "logs").exit_code == 0
    assert sorted(path.name for path in tmp_path.glob("gap.*")) == ["gap.html", "gap.png", "gap.svg"]
    refused = run("plot", "gap", "logs", "--out", "gap.pdf")
    assert refused.exit_code == 2
    assert ".svg, .png or .html" in refused.output


@pytest.mark.usefixtures("planted")
def test_compare_finds_the_planted_difference_and_takes_parts_of_names() -> None:
    """The sentence says who is above; an ambiguous part is refused with the candidates."""
    done = run("compare", "steady", "falling", "logs")
    assert "lab/steady is" in done.output
    assert "above lab/falling" in done.output
    refused = run("compare", "lab", "falling", "logs")
    assert refused.exit_code == 2
    assert "matches 2 runs (lab/falling, lab/steady)" in refused.output


@pytest.mark.usefixtures("planted")
def test_plan_says_what_it_assumed_or_took_from_the_pilot() -> None:
    """Without a pilot the assumptions are named; with one its variance is used; fewer chains for larger effects."""
    assert "assumed, for want of a --pilot" in run("plan", "--effect", "0.5").output
    assert (
        "from the pilot of lab/falling" in run("plan", "--effect", "0.5", "--pilot", "logs", "--run", "falling").output
    )
    assert run("plan", "--effect", "-1").exit_code == 2


def test_nothing_is_written_inside_the_package() -> None:
    """An output folder in the installed package is refused before any log is read."""
    done = run("leaderboard", "logs", "--out", str(PACKAGE / "site"))
    assert done.exit_code == 2
    assert "inside the installed package" in done.output


def test_no_logs_and_no_submissions_is_refused() -> None:
    """The message says what can be given."""
    done = run("leaderboard", "--out", "site")
    assert done.exit_code == 2
    assert "--submissions" in done.output


def test_a_self_reported_submission_is_shown_without_a_rank(tmp_path: Path, planted: RunEvidence) -> None:
    """Of two packed runs the log-checked one is ranked, the other has a dash."""
    folders = submissions(tmp_path, planted)
    packed = read_pack(folders["lab/falling"])
    assert write_evidence(packed, checked(packed)) == Tier.LOG_CHECKED
    assert run("leaderboard", "--submissions", "results", "--out", "site").exit_code == 0
    ranks = {
        row["run"]: row["rank_best"] for row in json.loads((tmp_path / "site/leaderboard.json").read_text())["runs"]
    }
    assert ranks == {"lab/falling": 1, "lab/steady": 0}
    assert "log-checked" in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def claim(record: dict[str, Any], evidence: dict[str, Any]) -> None:
    """A tier that the evidence does not give."""
    del evidence
    record["tier"] = "reproduced"


def alter_evidence(record: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Evidence changed after the record was made."""
    del record
    evidence["recomputed"] += 1


def other_statement(record: dict[str, Any], evidence: dict[str, Any]) -> None:
    """The record of another submission."""
    del evidence
    record["statement"] = "0" * 64


def invent(record: dict[str, Any], evidence: dict[str, Any]) -> None:
    """A hand-written record with nothing behind it."""
    record.clear()
    record.update(tier="log-checked", samples="0" * 64, checked_with="0.1.0")
    del evidence


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (claim, "says reproduced, its evidence gives log-checked"),
        (alter_evidence, "was made on other evidence"),
        (other_statement, "was made for another statement"),
        (invent, "Field required"),
    ],
)
def test_a_tier_written_by_hand_is_not_believed(
    tmp_path: Path, planted: RunEvidence, change: Callable[[dict[str, Any], dict[str, Any]], None], reason: str
) -> None:
    """The board derives the tier from the evidence and refuses a record that says anything else."""
    folder = submissions(tmp_path, planted)["lab/falling"]
    packed = read_pack(folder)
    write_evidence(packed, checked(packed))
    record, evidence = (json.loads((folder / name).read_text()) for name in ("check.json", "evidence.json"))
    change(record, evidence)
    (folder / "check.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "evidence.json").write_text(json.dumps(evidence, indent=1) + "\n", encoding="utf-8")
    refused = run("leaderboard", "--submissions", "results", "--out", "site")
    assert refused.exit_code == 2
    assert reason in refused.output


def test_a_record_without_evidence_is_not_believed(tmp_path: Path, planted: RunEvidence) -> None:
    """The file with the tier alone gives none."""
    folder = submissions(tmp_path, planted)["lab/falling"]
    packed = read_pack(folder)
    write_evidence(packed, checked(packed))
    (folder / "evidence.json").unlink()
    assert "a tier needs both" in run("leaderboard", "--submissions", "results", "--out", "site").output


def test_a_board_of_submissions_is_the_same_bytes_twice(tmp_path: Path, planted: RunEvidence) -> None:
    """What CI compares: packed runs with evidence, built twice into two folders, from two working folders."""
    for folder in submissions(tmp_path, planted).values():
        packed = read_pack(folder)
        write_evidence(packed, checked(packed))
    for name in ("one", "two"):
        assert run("leaderboard", "--submissions", "results", "--out", name).exit_code == 0
    first = {path.name: path.read_bytes() for path in sorted((tmp_path / "one").iterdir())}
    assert len(first) > 8
    assert first == {path.name: path.read_bytes() for path in sorted((tmp_path / "two").iterdir())}
