"""Measure interval coverage on planted agents: ``python benchmarks/stats/coverage.py [replications]``."""

from __future__ import annotations

import sys
import time

import numpy as np

from skillbench.stats.instrument import Coverage, coverage, line_coverage
from skillbench.stats.simulation import PlantedAgent, truth

MIDDLING = tuple(np.linspace(0.03, 0.25, 20))
STRONG = tuple(np.linspace(0.002, 0.04, 20))
WEAK = tuple(np.linspace(0.2, 0.5, 20))
RIVAL = PlantedAgent("rival", tuple(np.linspace(0.03, 0.2, 20)), tax=0.03, chain_sd=0.7)

SCENARIOS = (
    ("middling agent", PlantedAgent("planted", MIDDLING, tax=0.05, chain_sd=0.7), 100, 1),
    ("three epochs", PlantedAgent("planted", MIDDLING, tax=0.05, chain_sd=0.7), 100, 3),
    ("5 % unscored", PlantedAgent("planted", MIDDLING, tax=0.05, chain_sd=0.7, unscored=0.05), 100, 2),
    ("24 chains", PlantedAgent("planted", MIDDLING, tax=0.05, chain_sd=0.7), 24, 2),
    ("strong agent", PlantedAgent("planted", STRONG, tax=0.01, chain_sd=1.0), 100, 2),
    ("weak agent", PlantedAgent("planted", WEAK, tax=0.1, chain_sd=0.7), 100, 2),
)


LINES = ((100, 1), (100, 3), (24, 2), (12, 1))
"""Chains and epochs of the studies whose line, 11 at k = 2 and 0.6 lower with every skill, is cut at 10."""


def main() -> None:
    """Print one table per scenario, then one per study of a line that the ceiling cuts."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for label, agent, chains, epochs in SCENARIOS:
        began = time.perf_counter()
        counted = coverage(agent, RIVAL, chains, epochs, replications)
        took = time.perf_counter() - began
        planted = truth(agent)
        print(
            f"\n{label}: {chains} chains, {epochs} epoch(s), {replications} studies in {took:.0f} s; "
            f"slope {planted.slope:.3f}, gap at 7 {planted.gap[-1]:.3f}, half-life k {planted.k_half:.1f}"
        )
        _show(counted)
    for chains, epochs in LINES:
        print(f"\nline cut at the ceiling: {chains} chains, {epochs} epoch(s), {replications} studies")
        _show(line_coverage(11.0, -0.6, chains, epochs, replications))


def _show(counted: tuple[Coverage, ...]) -> None:
    for row in counted:
        print(
            f"  {row.quantity:24s} {row.covered:6.1%}  below {row.below:5.1%}  "
            f"above {row.above:5.1%}  width {row.width:.3f}"
        )


if __name__ == "__main__":
    main()
