"""The purse on the board: runs that differ in nothing else make one curve."""

from __future__ import annotations

import pytest
from staged_rows import study

from skillbench.core.errors import InputError
from skillbench.report.board import Board, make_board
from skillbench.report.figures import KINDS
from skillbench.report.purse import curves
from skillbench.report.render import svg

PURSES = {name: {"model": "lab/a", "purse": purse} for name, purse in (("x1", "1"), ("x2", "2"), ("x4", "4"))}


@pytest.fixture(scope="module")
def bought() -> Board:
    """One agent with three purses, another with one, and a third that was given a sum."""
    others = {"y": {"model": "lab/b", "purse": "2"}, "z": {"model": "lab/a", "purse": "90points"}}
    return make_board(study((*PURSES, "y", "z"), 12, {**PURSES, **others}))


def test_runs_that_differ_in_their_purse_alone_make_a_curve(bought: Board) -> None:
    """The agent with three purses has a curve of three; one purse or a sum of points makes none."""
    found = curves(bought)
    assert list(found) == ["lab/a"]
    assert found["lab/a"].multiples == (1.0, 2.0, 4.0)


def test_the_figure_has_an_interval_at_every_mean(bought: Board) -> None:
    """Both panels hold low, value and high for each purse, and the picture can be drawn."""
    spec = KINDS["purse"].draw(bought)
    rows = spec["data"]["values"]
    assert {(row["measure"], row["purse"]) for row in rows} == {
        (measure, purse) for measure in ("checkpoints right", "cases solved") for purse in (1.0, 2.0, 4.0)
    }
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
    assert "purse" in svg(spec)


def test_runs_with_other_purses_are_not_ranked_together(bought: Board) -> None:
    """A purse is another exam: each group of runs with one purse has a first rank of its own."""
    first = {line.facts["purse"] for line in bought.lines if line.rank.best == 1}
    assert first == {line.facts["purse"] for line in bought.lines}


def test_without_two_purses_the_figure_says_how_to_get_them() -> None:
    """A board of plain runs has no such figure, and the reason names the option."""
    with pytest.raises(InputError, match="-T purse=4"):
        KINDS["purse"].draw(make_board(study()))
