"""The purse curve: planted shares are recovered, and the half-purse lies where it was planted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skillbench.core.errors import SelectionError
from skillbench.stats import PlantedAgent, purse_curve, simulate
from skillbench.stats.purse import crossings

PLANTED = {1.0: 0.3, 1.4: 0.6, 2.0: 0.85, 4.0: 0.95}
"""Share of checkpoints right by purse."""


def study(name: str, chains: int = 30) -> tuple[object, dict[float, str]]:
    """One agent under four purses, on the same chains."""
    agents = [PlantedAgent(f"agent x{multiple:g}", (1 - share,) * 7) for multiple, share in PLANTED.items()]
    runs = {multiple: f"agent x{multiple:g}" for multiple in PLANTED}
    return simulate(agents, chains=chains, epochs=1, name=name), runs


def planted_half() -> float:
    """Where the planted shares, linear in the logarithm of the purse, fall to half of their last."""
    step = (0.95 / 2 - 0.3) / (0.6 - 0.3)
    return 1.4**step


def test_shares_and_half_purse_are_recovered() -> None:
    """With 300 chains every share and the half-purse lie inside their intervals, which are narrow."""
    table, runs = study("recovered", chains=300)
    curve = purse_curve(table, runs)  # type: ignore[arg-type]  # simulate gives a frame
    assert curve.multiples == tuple(sorted(PLANTED))
    for point, share in zip(curve.right, PLANTED.values(), strict=True):
        assert point.low < share < point.high < point.low + 0.05
    assert curve.half.low < planted_half() < curve.half.high < curve.half.low + 0.1
    assert curve.half.chains == 300


@pytest.mark.slow
def test_the_interval_covers_the_planted_half_purse() -> None:
    """Over 200 studies of 24 chains the 95 % interval holds the planted half-purse in 91 to 99 % of them."""
    held = 0
    for number in range(200):
        table, runs = study(f"coverage {number}", chains=24)
        half = purse_curve(table, runs).half  # type: ignore[arg-type]  # simulate gives a frame
        held += half.low <= planted_half() <= half.high
    assert 0.91 <= held / 200 <= 0.99


def test_a_share_that_stays_has_no_half_purse() -> None:
    """An agent that is as good with the smallest purse halves below it, which 0 says, with words."""
    agents = [PlantedAgent(name, (0.1,) * 7) for name in ("poor", "rich")]
    half = purse_curve(simulate(agents, chains=20, epochs=1, name="flat"), {1: "poor", 4: "rich"}).half
    assert (half.estimate, half.low, half.high) == (0, 0, 0)
    assert "below the smallest" in half.note


def test_the_crossing_next_to_the_largest_purse_counts() -> None:
    """Where a share falls, rises and falls again, the first fall on the way down from the largest purse is told."""
    found = crossings(np.array([0.0, 1.0, 2.0, 3.0]), np.array([[0.0, 0.9, 0.2, 0.8], [0.0, 0.0, 0.0, 0.0]]))
    assert 4 < found[0] < 8
    assert math.isnan(found[1])


def test_an_unknown_run_is_refused() -> None:
    """The message names the runs there are."""
    table, _ = study("unknown", chains=2)
    with pytest.raises(SelectionError, match="agent x1"):
        purse_curve(table, {1.0: "agent x1", 2.0: "somebody"})  # type: ignore[arg-type]  # simulate gives a frame
