"""What a log or a pack calls itself is shown everywhere, and does nothing anywhere."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from staged_rows import run_row, sample_row

from skillbench.cli.board import print_board, print_wide
from skillbench.core.plain import cell, plain, plain_values
from skillbench.evidence.runs import RunEvidence, merge
from skillbench.report.board import Board, make_board
from skillbench.report.figures import KINDS
from skillbench.report.page import render_page
from skillbench.report.render import svg
from skillbench.report.tables import terminal_table, write_tables

EVIL = [
    "lab/a[/x]",
    "[/bold]",
    "=1+1",
    "@SUM(A1)",
    "+1",
    "-1",
    "＝1+1",
    "<script>alert(1)</script>",
    "a|b`c`[x](javascript:1)",
    "[link=https://evil.example]x",
    "{{ 7*7 }}",
    "'); drop table runs; --",
]


def evidence(names: list[str]) -> RunEvidence:
    """A run of each name, two chains of two k each, whose task set and tools are named alike."""
    logs = [run_row(name, file=f"{at}.eval", task_set=names[0], tools=name) for at, name in enumerate(names)]
    skills = ["A", "B", "C"]
    rows = [
        sample_row(
            log["file"],
            f"c{chain}-k{k}",
            chain=f"c{chain}",
            k=k,
            skill=skills[k - 1],
            skills=json.dumps(skills[:k]),
            score=9.0 - k + chain,
        )
        for log in logs
        for chain in (1, 2, 3)
        for k in (2, 3)
    ]
    return merge(logs, rows, {})


@pytest.fixture(scope="module")
def hostile() -> Board:
    """A board of names that are markup, formulas and code."""
    return make_board(evidence(EVIL))


def test_markup_in_a_name_does_not_end_the_terminal(hostile: Board, capsys: pytest.CaptureFixture[str]) -> None:
    """A closing tag of rich in title and rows is printed as it is."""
    print_board(hostile)
    print_wide(terminal_table(make_board(evidence(["[/x]"]))))
    shown = capsys.readouterr().out
    assert "[/x]" in shown
    assert "[/bold]" in shown


def test_no_cell_of_the_csv_is_a_formula(hostile: Board, tmp_path: Path) -> None:
    """Names that a spreadsheet would run begin with an apostrophe; numbers below zero stay numbers."""
    write_tables(hostile, tmp_path)
    rows = list(csv.reader(io.StringIO((tmp_path / "leaderboard.csv").read_text(encoding="utf-8"))))
    texts = [value for row in rows for value in row]
    assert [value for value in texts if value[:1] in "=+@＝" and value] == []
    assert all(value[:1] != "-" or float(value) <= 0 for value in texts)
    assert {"'=1+1", "'@SUM(A1)", "'-1"} <= set(texts)


def test_the_page_shows_names_and_runs_none(hostile: Board) -> None:
    """No element is made from a name."""
    page = render_page(hostile, [], {}, {})
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("kind", ["degradation", "solve"])
def test_a_figure_is_one_well_formed_picture_whatever_a_run_is_called(hostile: Board, kind: str) -> None:
    """Labels stay text: the SVG parses, and holds no script."""
    tree = ET.fromstring(svg(KINDS[kind].draw(hostile)))  # noqa: S314  our own picture, which the test holds to be plain
    assert not [element for element in tree.iter() if element.tag.endswith("script")]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("gpt-5 é 中 ‑", "gpt-5 é 中 ‑"),
        ("a\x1b[2Jb", "a⟨U+001B⟩[2Jb"),
        ("a\u202eb\u2066", "a⟨U+202E⟩b⟨U+2066⟩"),
        ("a\r\nb\t\x00", "a⟨U+000D⟩⟨U+000A⟩b⟨U+0009⟩⟨U+0000⟩"),
        ("a\u200d\ufeff\xad\u2028", "a⟨U+200D⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+2028⟩"),
        ("\U000e0041\ud800", "⟨U+E0041⟩⟨U+D800⟩"),
    ],
)
def test_what_is_not_seen_is_spelled_out(given: str, shown: str) -> None:
    """Escapes, marks of direction, fillers, tags and halves of characters, and nothing else; twice changes nothing."""
    assert plain(given) == shown == plain(shown)
    assert plain_values({given: [given, 1, None]}) == {shown: [shown, 1, None]}


def test_a_cell_is_changed_only_where_a_spreadsheet_would_run_it() -> None:
    """Leading blanks do not hide a sign; other text and numbers stay."""
    assert [cell(value) for value in ("=a", " =a", "\t=a", "a=b", "", -1, None)] == [
        "'=a",
        "' =a",
        "'\t=a",
        "a=b",
        "",
        -1,
        None,
    ]
