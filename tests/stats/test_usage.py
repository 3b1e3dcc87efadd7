"""Tool uplift and the cost of a solved case."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skillbench.stats import Outcomes, cost_per_solved, tool_bonus, tool_uplift, truth, validate_outcomes

from .conftest import MIDDLING

Frame = Callable[..., pd.DataFrame]


def test_the_planted_bonus_is_recovered(study: Outcomes) -> None:
    """Half the rows owe a tenth of their score to tools; none of the other agent's do."""
    planted = truth(MIDDLING).tool_bonus
    for found, target in zip(tool_bonus(study, "middling"), [*planted, planted.mean()], strict=True):
        assert found.low < target < found.high
    assert all(found.estimate == 0 for found in tool_bonus(study, "better"))


def test_tool_uplift_compares_runs_without_the_bonus(grid_of: Frame) -> None:
    """A run whose bare score is the same has no uplift, whatever bonus it was given."""
    bare = grid_of(np.array([[5.0, 4.0], [6.0, 6.0], [7.0, 5.0]]), measure="score_no_bonus")
    frame = pd.concat(
        [bare.assign(score=bare["score_no_bonus"]), bare.assign(run="tools", score=bare["score_no_bonus"] + 2)]
    )
    assert tool_uplift(frame, "tools", "a").overall.estimate == 0
    assert tool_uplift(frame, "tools", "a", "score").overall.estimate == 2


def test_cost_per_solved_case_is_total_over_total(frame_of: Frame) -> None:
    """Costs 1 and 3 with one case solved: 4 a solved case; an interval over several chains covers it."""
    frame = frame_of({"c": {2: [1.0]}, "d": {2: [0.0]}}, measure="solve")
    frame["cost"] = [1.0, 3.0]
    assert cost_per_solved(frame).estimate == 4.0


def test_unknown_cost_is_never_zero(frame_of: Frame, study: Outcomes) -> None:
    """A chain without a cost is left out; with none known, or none solved, there is no figure."""
    frame = frame_of({"c": {2: [1.0]}, "d": {2: [1.0]}}, measure="solve")
    frame["cost"] = [2.0, np.nan]
    found = cost_per_solved(frame)
    assert (found.estimate, found.chains) == (2.0, 1)
    assert cost_per_solved(frame, resource="tokens").note == "tokens is unknown"
    unsolved = validate_outcomes(frame.assign(solve=0.0))
    assert cost_per_solved(unsolved).note == "nothing was solved"
    assert math.isnan(cost_per_solved(unsolved).estimate)
    many = cost_per_solved(study, "better")
    assert 0 < many.low < many.estimate < many.high
    assert many.estimate == pytest.approx(0.045 / float(np.mean([0.7])), rel=0.5)
