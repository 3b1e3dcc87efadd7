"""Time the estimators on a full board: ``python benchmarks/stats/speed.py [runs]``."""

from __future__ import annotations

import sys
import time

import numpy as np

from skillbench.stats import PlantedAgent, degradation, rank_ranges, simulate, validate_outcomes


def main() -> None:
    """Print seconds of CPU time for validation, all runs' degradation, and ranks."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    agents = [
        PlantedAgent(f"run-{at:02d}", tuple(np.linspace(0.02, 0.05 + 0.01 * at, 20)), tax=0.03, chain_sd=0.7)
        for at in range(runs)
    ]
    frame = simulate(agents, 100, 3, "speed")
    print(f"{len(frame)} rows: {runs} runs, 100 chains with twins, 3 epochs")
    marks = [time.process_time()]
    outcomes = validate_outcomes(frame)
    marks.append(time.process_time())
    for run in outcomes.runs:
        degradation(outcomes, run)
    marks.append(time.process_time())
    rank_ranges(outcomes)
    marks.append(time.process_time())
    for what, seconds in zip(("validate", "degradation of all", "rank ranges"), np.diff(marks), strict=True):
        print(f"{what:20s} {seconds:.2f} s")


if __name__ == "__main__":
    main()
