"""Frames of outcomes written by hand, and planted studies shared by the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from skillbench.stats import Outcomes, PlantedAgent, simulate, validate_outcomes

Frame = Callable[..., pd.DataFrame]


def build(
    prefixes: Mapping[str, Mapping[int, Sequence[float]]],
    twins: Mapping[str, Sequence[Sequence[float]]] | None = None,
    run: str = "a",
    measure: str = "score",
) -> pd.DataFrame:
    """Rows from ``{chain: {k: epochs}}`` and ``{chain: [epochs of twin 1, twin 2, ...]}`` (solves)."""
    rows = []
    for chain, by_k in prefixes.items():
        for k, values in by_k.items():
            rows += [
                {
                    "case": f"{chain}/{k}",
                    "chain": chain,
                    "kind": "chain",
                    "k": k,
                    "skill": f"s{k}",
                    "epoch": e,
                    measure: v,
                }
                for e, v in enumerate(values, 1)
            ]
    for chain, solves in (twins or {}).items():
        for at, values in enumerate(solves, 1):
            rows += [
                {
                    "case": f"{chain}/t{at}",
                    "chain": chain,
                    "kind": "twin",
                    "k": 1,
                    "skill": f"s{at}",
                    "epoch": e,
                    "solve": v,
                }
                for e, v in enumerate(values, 1)
            ]
    frame = pd.DataFrame(rows)
    for column in ("score", "score_no_bonus", "solve", "coverage", "tokens", "cost"):
        if column not in frame:
            frame[column] = np.nan
    return frame.assign(run=run)


@pytest.fixture(scope="session")
def frame_of() -> Frame:
    """:func:`build`, for tests that write their outcomes out."""
    return build


def grid(values: np.ndarray, run: str = "a", measure: str = "score") -> pd.DataFrame:
    """One epoch per cell from an array of chains by k = 2, 3, ...; NaN cells are unscored rows."""
    return build(
        {f"c{at:03d}": {k: [v] for k, v in enumerate(row, 2)} for at, row in enumerate(values)},
        run=run,
        measure=measure,
    )


@pytest.fixture(scope="session")
def grid_of() -> Frame:
    """:func:`grid`, for tests that start from an array."""
    return grid


MIDDLING = PlantedAgent(
    "middling", tuple(np.linspace(0.03, 0.25, 20)), tax=0.05, chain_sd=0.7, unscored=0.02, tool_rate=0.5
)
BETTER = PlantedAgent("better", tuple(np.linspace(0.02, 0.15, 20)), tax=0.02, chain_sd=0.7)


@pytest.fixture(scope="session")
def study() -> Outcomes:
    """Two planted agents on the same 80 chains, three epochs."""
    return validate_outcomes(simulate([MIDDLING, BETTER], 80, 3, "study"))
