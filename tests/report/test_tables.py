"""Tables: the same facts in every format, nothing invented, nothing lost."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from staged_rows import run_row, sample_row, study

from skillbench.evidence.runs import merge
from skillbench.report.board import Board, make_board
from skillbench.report.tables import document, frame, markdown, terminal_table, write_tables
from skillbench.report.wording import amount, figure, left_out, many, money, percent, reason, verdict
from skillbench.stats import compare


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
    assert {line.count("|") - line.count(r"\|") for line in text.splitlines() if line.startswith("|")} == {9, 17}


NAN = float("nan")
LOST = {"score": NAN, "score_no_bonus": NAN, "solve": NAN, "coverage": NAN}


def cut_off() -> Board:
    """Skill@2 of five chains: one scored, one failed, one without a verdict, two that the log lacks."""
    cases = [f"c{n}-clinics-k2-{n:010x}" for n in range(1, 6)]
    samples = [
        sample_row("a", cases[0]),
        sample_row("a", cases[1], chain="c2", judge="", state="error", reason="the sandbox died", **LOST),
        sample_row("a", cases[2], chain="c3", state="unscored", reason="judge_failed: silence", **LOST),
    ]
    return make_board(merge([run_row("m", file="a", cases=json.dumps(cases))], samples, {}))


def test_scored_failed_unscored_and_missing_are_told_apart_for_each_k() -> None:
    """Four fates, four numbers, in the estimate's note, the table's columns and the sentence with its reasons."""
    board = cut_off()
    (line,) = board.lines
    assert line.by_k[2].estimate == 8.0
    assert "1 of 5 scored (1 unscored, 1 error, 2 missing)" in line.by_k[2].note
    assert "1 of 5 scored" in line.overall.note
    row = frame(board).iloc[0]
    names = ("expected_k2", "scored_k2", "unscored_k2", "errors_k2", "missing_k2")
    assert [row[name] for name in names] == [5, 1, 1, 1, 2]
    for text in (markdown(board), left_out(line)):
        assert "k = 2: 1 of 5 scored (1 unscored, 1 error, 2 missing). Why: 1 × judge" in text
        assert "1 × the sandbox died" in text


def test_the_score_beside_counts_missing_samples_as_0_too() -> None:
    """8 points on one of five samples: 8 over what was scored, 1.6 over what was expected."""
    (line,) = cut_off().lines
    assert line.fall.means_unscored_zero[-1].estimate == pytest.approx(1.6)


def test_the_terminal_shows_what_was_not_scored() -> None:
    """Errors and missing samples stand under the run's name."""
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(terminal_table(cut_off()))
    assert "1 of 5 scored (1 unscored, 1 error, 2 missing)" in console.export_text()


def test_a_matched_context_is_named_and_ranked_apart() -> None:
    """Own and matched runs of one model are two lines with rank 1 each; a usual board says nothing of context."""
    logs = [run_row("m", file="a", task_id="a"), run_row("m", file="b", task_id="b", context="matched")]
    board = make_board(merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2", score=3.0)], {}))
    assert [(line.run, line.rank.best, line.rank.worst) for line in board.lines] == [
        ("m", 1, 1),
        ("m (context matched)", 1, 1),
    ]
    assert frame(board)["context"].tolist() == ["own", "matched"]
    assert "context" not in markdown(make_board(study()))


def test_a_run_of_one_k_leaves_the_others_ranks_alone_and_gets_none() -> None:
    """Beside it the two whole runs are ranked over all k, as without it; its mean says over which k it goes."""
    whole = study(("lab/a", "lab/b", "lab/part"), chains=8)
    table = whole.outcomes
    short = replace(whole, outcomes=table[(table["run"] != "lab/part") | (table["k"] <= 2)].reset_index(drop=True))
    alone = replace(whole, outcomes=table[table["run"] != "lab/part"].reset_index(drop=True))
    ranks = {line.run: (line.rank.best, line.rank.worst) for line in make_board(short).lines}
    assert ranks.pop("lab/part") == (0, 0)
    assert ranks == {line.run: (line.rank.best, line.rank.worst) for line in make_board(alone).lines}
    assert frame(make_board(short)).set_index("run")["k"]["lab/part"] == "2"


def test_numbers_of_things_agree_with_their_nouns(board: Board) -> None:
    """One chain, two chains; sums just below a thousand or above nothing keep their meaning."""
    assert (many(1, "chain"), many(2, "chain"), many(1200, "case")) == ("1 chain", "2 chains", "1,200 cases")
    assert (amount(999.0), amount(999.7), amount(999_960.0), amount(1.2e6)) == ("999", "1.0k", "1.0M", "1.2M")
    assert (money(0.0), money(0.00001), money(0.05), money(2.0)) == ("$0.00", "< $0.0001", "$0.0500", "$2.00")
    one = make_board(
        merge(
            [run_row("m", file="a")],
            [sample_row("a", "c1-k2"), sample_row("a", "c1-k3", k=3, skills=json.dumps(["A", "B", "C"]), skill="C")],
            {},
        )
    )
    for text in (markdown(one), markdown(board)):
        assert not re.search(r"\b1 (chains|runs|logs|errors|samples)\b|\(s\)| -\d", text)


def test_a_comparison_reads_well_whatever_it_found() -> None:
    """True minus signs, no negative zero, one chain is one chain, and no promise about what would be missed."""
    said = [
        compare(study(chains=12).outcomes, "lab/falling", "lab/steady").sentence,
        compare(study(chains=12).outcomes, "lab/steady", "lab/falling").sentence,
    ]
    two = study(chains=2).outcomes
    said.append(compare(two[two["chain"] == two["chain"].min()], "lab/falling", "lab/steady").sentence)
    for sentence in said:
        assert not re.search(r"[ (]-\d|\+0\.00 to|−0\.00|\(s\)|\bnan\b|\d%|1 shared chains", sentence), sentence
    assert "is" in said[0]
    assert "below lab/steady" in said[0]
    assert "95 % interval −" in said[0]
    assert "1 shared chain: too few for an interval" in said[2]


def test_one_chain_gives_a_score_and_no_interval() -> None:
    """Nothing fails, and nothing is claimed."""
    board = make_board(merge([run_row("m", file="a")], [sample_row("a", "c1-k2")], {}))
    assert board.lines[0].overall.estimate == 8.0
    assert "needs two k" in verdict(board.lines[0])
    assert markdown(board)
