"""Ranks as ranges: ties are shown, not broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillbench.stats.contrasts import holm, p_value
from skillbench.stats.estimate import LEVEL, standard_error
from skillbench.stats.means import overall
from skillbench.stats.outcomes import Floats, Table, Unscored, composed, validate_outcomes


@dataclass(frozen=True)
class RankRange:
    """A run's mean and the ranks it may hold: ``best`` to ``worst``, 1 is the top."""

    run: str
    mean: float
    best: int
    worst: int


def rank_ranges(
    outcomes: Table, measure: str = "score", *, unscored: Unscored = "exclude", level: float = LEVEL
) -> tuple[RankRange, ...]:
    """Each run's range of ranks, best mean first.

    All pairs of runs are compared on shared chains (paired t, Holm over all pairs). A run's best rank is
    1 + the runs shown better than it; its worst, the number of runs minus those shown worse. All ranges
    hold at once with chance ``level``. Source: Mogstad, Romano, Shaikh and Wilhelm 2024, Review of
    Economic Studies 91(1).

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> agents = [PlantedAgent(name, (rate,) * 7) for name, rate in (("a", 0.1), ("b", 0.1), ("low", 0.4))]
        >>> found = rank_ranges(simulate(agents, chains=60, epochs=1, name="docs"))
        >>> sorted((each.run, each.best, each.worst) for each in found)
        [('a', 1, 2), ('b', 1, 2), ('low', 3, 3)]
    """
    checked = validate_outcomes(outcomes)
    panels = [composed(checked, run, measure, unscored) for run in checked.runs]
    ks = sorted(set.intersection(*(set(panel.ks) for panel in panels)))
    grids = [panel.means[:, [panel.ks.index(k) for k in ks]] for panel in panels]
    means = [overall(grid[~np.isnan(grid).all(axis=1)])[0] for grid in grids]
    n = len(grids)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    differences = [_difference(grids[a], grids[b]) for a, b in pairs]
    corrected = holm([p for _, p in differences])
    better, worse = [0] * n, [0] * n
    for (a, b), (difference, _), p in zip(pairs, differences, corrected, strict=True):
        if p < 1 - level:
            winner, loser = (a, b) if difference > 0 else (b, a)
            better[loser] += 1
            worse[winner] += 1
    ranges = [RankRange(run, means[at], 1 + better[at], n - worse[at]) for at, run in enumerate(checked.runs)]
    return tuple(sorted(ranges, key=lambda found: (-np.nan_to_num(found.mean, nan=-np.inf), found.run)))


def _difference(first: Floats, second: Floats) -> tuple[float, float]:
    values = first - second
    values = values[~np.isnan(values).all(axis=1)]
    mean, influence = overall(values)
    return mean, p_value(mean, standard_error(influence), len(values))
