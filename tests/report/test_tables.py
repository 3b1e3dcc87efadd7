"""Tables: the same facts in every format, nothing invented, nothing lost."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from staged_rows import run_row, sample_row, study

from skillbench.report.board import Board, make_board
from skillbench.report.runs import merge
from skillbench.report.tables import document, frame, markdown, terminal_table, write_tables
from skillbench.report.wording import amount, figure, money, percent, reason, verdict


def test_a_planted_fall_is_called_real_and_composition(board: Board) -> None:
    """The taxed agent's fall and gap are found, the steady one's are not."""
    said = {line.run: (verdict(line), reason(line)) for line in board.lines}
    assert "the fall is real" in said["lab/falling"][0]
    assert "combining skills costs more" in said["lab/falling"][1]
    assert "the fall is real" not in said["lab/steady"][0]


def test_every_format_tells_the_same_scores(board: Board, tmp_path: Path) -> None:
    """CSV, JSON, parquet and Markdown agree with the estimates."""
    paths = {path.name: path for path in write_tables(board, tmp_path)}
    csv = pd.read_csv(paths["leaderboard.csv"])
    parquet = pd.read_parquet(paths["leaderboard.parquet"])
    runs = json.loads(paths["leaderboard.json"].read_text(encoding="utf-8"))["runs"]
    text = paths["leaderboard.md"].read_text(encoding="utf-8")
    for at, line in enumerate(board.lines):
        assert csv["score_k7"][at] == pytest.approx(line.by_k[7].estimate, abs=1e-12)
        assert parquet["slope"][at] == line.fall.slope.estimate
        assert runs[at]["score"] == line.overall.estimate
        assert figure(line.overall.estimate) in text


def test_tables_are_the_same_bytes_for_the_same_evidence(board: Board, tmp_path: Path) -> None:
    """Two builds from scratch agree byte for byte."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    write_tables(board, tmp_path / "one")
    write_tables(make_board(study()), tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_unknown_is_a_dash_and_never_zero(board: Board) -> None:
    """The planted study has no prices: cost is a dash in Markdown, null in JSON, missing in the frame."""
    assert money(float("nan")) == figure(float("nan")) == percent(float("nan")) == amount(float("nan")) == "—"
    assert document(board)["runs"][0]["cost_per_case"] is None
    assert frame(board)["cost_per_case"].isna().all()


def test_a_hostile_model_name_stays_text_in_markdown() -> None:
    """Pipes, tags and links do not leave their cell."""
    name = "x|y<script>alert(1)</script>[a](javascript:b)"
    text = markdown(make_board(study((name, "lab/other"), chains=3)))
    assert "<script>" not in text
    assert r"\[a\](javascript:b)" in text
    assert {line.count("|") - line.count(r"\|") for line in text.splitlines() if line.startswith("|")} == {16}


def test_the_terminal_shows_what_was_not_scored() -> None:
    """Errors and missing samples stand under the run's name."""
    nan = float("nan")
    lost = {"judge": "", "score": nan, "score_no_bonus": nan, "solve": nan, "coverage": nan, "state": "error"}
    samples = [sample_row("a", "c1-k2"), sample_row("a", "c2-k2", chain="c2", **lost)]
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(terminal_table(make_board(merge([run_row("m", file="a", expected=4)], samples, {}))))
    assert "1/4 scored (1 errors, 2 missing)" in console.export_text()


def test_one_chain_gives_a_score_and_no_interval() -> None:
    """Nothing fails, and nothing is claimed."""
    board = make_board(merge([run_row("m", file="a")], [sample_row("a", "c1-k2")], {}))
    assert board.lines[0].overall.estimate == 8.0
    assert "needs two k" in verdict(board.lines[0])
    assert markdown(board)
