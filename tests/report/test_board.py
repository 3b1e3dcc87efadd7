"""The board's headline: solve and the share right, ranked with nothing left out, beside what arithmetic alone gives."""

from __future__ import annotations

import doctest
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from staged_rows import run_row, sample_row, study

from skillbench.evidence.runs import merge
from skillbench.report import null_marks
from skillbench.report.board import Board, make_board
from skillbench.report.headline import headline
from skillbench.report.null_marks import MARKS, score_marks
from skillbench.report.wording import beside, reason, verdict
from skillbench.stats import compare

LOST: dict[str, Any] = {
    **dict.fromkeys(("score", "score_no_bonus", "solve", "coverage"), math.nan),
    "state": "unscored",
    "reason": "judge_failed: silence",
    "judge": "audit",
}


def case(file: str, chain: int, *, solved: bool = True, **changes: Any) -> dict[str, Any]:
    """A Skill@2 sample of a chain, with one of two checkpoints right where it is not solved."""
    right = json.dumps({"A": True, "B": solved})
    found = {"chain": f"c{chain}", "solve": float(solved), "correct": right, **changes}
    return sample_row(file, f"c{chain}-clinics-k2-{chain:010x}", **found)


def lines_of(board: Board) -> dict[str, tuple[int, int]]:
    """Each run's range of ranks."""
    return {line.run: (line.rank.best, line.rank.worst) for line in board.lines}


def test_solve_ranks_and_the_share_right_stands_beside_it() -> None:
    """A high score does not rank above more solved cases; of equal solve, more checkpoints right stand first."""
    logs = [run_row(name, file=name, task_id=name) for name in ("solver", "scorer", "half")]
    samples = [case("solver", at, score=7.0) for at in range(12)]
    samples += [case("scorer", at, solved=False, score=9.5, correct=json.dumps({"A": 0, "B": 0})) for at in range(12)]
    samples += [case("half", at, solved=False, score=2.0) for at in range(12)]
    board = make_board(merge(logs, samples, {}))
    assert [line.run for line in board.lines] == ["solver", "half", "scorer"]
    assert [(line.solved.estimate, line.right.estimate) for line in board.lines] == [(1.0, 1.0), (0.0, 0.5), (0.0, 0.0)]
    assert lines_of(board) == {"solver": (1, 1), "half": (2, 3), "scorer": (2, 3)}


def test_a_run_that_scores_only_what_it_solves_gains_nothing() -> None:
    """Unscored, failed and missing samples are 0 in headline and rank: 4 of 12 solved is a third, not all."""
    cases = [f"c{at}-clinics-k2-{at:010x}" for at in range(12)]
    logs = [run_row(name, file=name, task_id=name, cases=json.dumps(cases)) for name in ("whole", "choosy")]
    samples = [case("whole", at, solved=at < 9) for at in range(12)]
    samples += [case("choosy", at) for at in range(4)]
    samples += [case("choosy", at, **LOST) for at in range(4, 7)]
    samples += [case("choosy", at, **LOST | {"state": "error", "judge": ""}) for at in range(7, 9)]
    board = make_board(merge(logs, samples, {}))
    assert [line.run for line in board.lines] == ["whole", "choosy"]
    choosy = board.lines[1]
    assert choosy.solved.estimate == pytest.approx(4 / 12)
    assert choosy.right.estimate == pytest.approx(4 / 12)
    assert choosy.solve_by_k[2].estimate == 1.0
    assert "4 of 12 scored (3 unscored, 2 errors, 3 missing)" in choosy.solve_by_k[2].note


@pytest.mark.parametrize("others", [0, 1])
def test_an_unscored_run_is_never_first(others: int) -> None:
    """Alone, or beside a run that solves nothing: it has no rank."""
    names = ["silent", *(f"other-{at}" for at in range(others))]
    logs = [run_row(name, file=name, task_id=name) for name in names]
    samples = [case("silent", at, **LOST) for at in range(6)]
    samples += [case(name, at, solved=False) for name in names[1:] for at in range(6)]
    board = make_board(merge(logs, samples, {}))
    assert lines_of(board)["silent"] == (0, 0)
    assert board.lines[-1].run == "silent"
    assert [line.rank.best for line in board.lines[:-1]] == [1] * others


def test_twins_alone_make_a_board_without_ranks() -> None:
    """Nothing composed was run: no rank, no fall, no error."""
    twin = sample_row("a", "c1-clinics-t1-0000000000", kind="twin", k=1, skill="A", skills=json.dumps(["A"]))
    board = make_board(merge([run_row("m", file="a")], [twin], {}))
    assert lines_of(board) == {"m": (0, 0)}
    assert "needs two k" in headline(board.lines)


def test_the_marks_are_the_rubric_at_its_ends_and_rise_between() -> None:
    """Nothing right 0, all right 10, each further skill right no less; the bonus lifts by 2 at most."""
    for k in range(2, 17):
        plain, with_tool = score_marks(k)
        assert (plain[0], plain[-1], with_tool[0], with_tool[-1]) == (0, 10, 0, 10)
        assert (np.diff(plain) >= 0).all()
        assert ((with_tool >= plain) & (with_tool <= plain + 2 + 1e-9)).all()
        assert (MARKS["score_no_bonus"](k) == plain).all()
    assert doctest.testmod(null_marks).failed == 0


def test_every_measure_has_its_null_and_a_steady_run_lies_on_it() -> None:
    """No tax planted: each of 24 intervals of the difference holds 0, but for as many as chance allows."""
    steady = make_board(study(("lab/steady",), chains=60)).lines[0]
    excess = [point.excess for name in ("solve", "right", *MARKS) for point in steady.null(name).values()]
    assert len(excess) == 4 * 6
    assert sum(one.low <= 0 <= one.high for one in excess) >= 20


def test_sentences_of_two_chains_claim_nothing_and_stay_on_the_scale() -> None:
    """Too few chains is said for the fall, the gap and a comparison; no figure leaves its scale."""
    two = study(chains=2)
    for line in make_board(two).lines:
        assert "2 chains are too few" in verdict(line) or "no interval" in verdict(line)
        assert "2 chains cannot tell" in reason(line)
        for found in (line.drop, line.fall.slope, line.solved, line.right):
            assert found is not None
            assert abs(found.low) <= 10
            assert abs(found.high) <= 10
    table = two.outcomes
    sentence = compare(table, "lab/falling", "lab/steady").sentence
    assert "share only 2 chains, too few to tell them apart" in sentence
    found = compare(table, "lab/falling", "lab/steady")
    for contrast in (*found.by_k, found.overall):
        assert -10 <= contrast.low <= contrast.high <= 10


def test_the_headline_is_one_sentence_that_names_the_best_and_the_worst_gap() -> None:
    """Of three runs: who solves most, how many fall, who pays most for combining; of one, its own verdict."""
    three = make_board(study(("lab/steady", "lab/falling", "lab/other"), chains=40))
    said = headline(three.lines)
    assert said.count(". ") == 0
    assert said.startswith(f"{three.lines[0].run} solves most")
    assert "lab/falling most" in said
    one = replace(three, lines=three.lines[:1])
    assert headline(one.lines).startswith(verdict(one.lines[0]))
    assert "by arithmetic alone" in beside(one.lines[0])
