"""Everything one run says about how it falls with k, in one object for tables and plots."""

from __future__ import annotations

from dataclasses import dataclass

from skillbench.stats.ceiling import CeilingCheck, ceiling_check
from skillbench.stats.composition import CompositionGap, ConditionalGap, composition_gap, conditional_gap
from skillbench.stats.contrasts import drops
from skillbench.stats.decay import HalfLife, half_life
from skillbench.stats.estimate import LEVEL, Contrast, Estimate
from skillbench.stats.means import UnscoredShare, mean_by_k, solve_by_k, unscored_share
from skillbench.stats.outcomes import Table, validate_outcomes
from skillbench.stats.trend import slope


@dataclass(frozen=True)
class Degradation:
    """One run: means by k (the last is over all k), the same with unscored as 0, and what follows."""

    run: str
    means: tuple[Estimate, ...]
    means_unscored_zero: tuple[Estimate, ...]
    drops: tuple[Contrast, ...]
    slope: Estimate
    ceiling: CeilingCheck
    solve: tuple[Estimate, ...]
    solve_unscored_zero: tuple[Estimate, ...]
    gaps: tuple[CompositionGap, ...]
    conditional_gaps: tuple[ConditionalGap, ...]
    half_life: HalfLife
    unscored: tuple[UnscoredShare, ...]


def degradation(outcomes: Table, run: str | None = None, *, level: float = LEVEL) -> Degradation:
    """How far a run falls as skills combine: every estimate of it, from one table.

    Args:
        outcomes: the table; validate it once if several runs are asked for.
        run: its label; may be left out when there is one.
        level: the confidence level of every interval.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> found = degradation(simulate([agent], chains=100, epochs=1, name="docs"))
        >>> found.slope.high < 0, len(found.solve), found.half_life.beyond
        (True, 6, False)
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    return Degradation(
        run=label,
        means=mean_by_k(checked, label, level=level),
        means_unscored_zero=mean_by_k(checked, label, unscored="zero", level=level),
        drops=drops(checked, label, level=level),
        slope=slope(checked, label, level=level),
        ceiling=ceiling_check(checked, label, level=level),
        solve=solve_by_k(checked, label, level=level),
        solve_unscored_zero=solve_by_k(checked, label, unscored="zero", level=level),
        gaps=composition_gap(checked, label, level=level),
        conditional_gaps=conditional_gap(checked, label, level=level),
        half_life=half_life(checked, label, level=level),
        unscored=unscored_share(checked, label),
    )
