"""Everything one run says about how it falls with k, in one object for tables and plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skillbench.stats.ceiling import CeilingCheck, ceiling_check
from skillbench.stats.composition import CompositionGap, ConditionalGap, composition_gap, conditional_gap
from skillbench.stats.contrasts import drops
from skillbench.stats.decay import HalfLife, half_life
from skillbench.stats.estimate import LEVEL, Contrast, Estimate
from skillbench.stats.means import UnscoredShare, mean_by_k, solve_by_k, unscored_share
from skillbench.stats.null import KNOWN, Marks, NullPoint, null_curve
from skillbench.stats.outcomes import Table, validate_outcomes
from skillbench.stats.trend import slope


@dataclass(frozen=True)
class Degradation:
    """One run: solve rates, shares of checkpoints right and scores by k, and what follows from them.

    Attributes:
        solve: the solve rate at each k, over what was scored.
        right: the share of checkpoints right at each k, then over all k.
        means: the mean score at each k, then over all k; ``means_no_bonus`` without the tool bonus.
        solved_unscored_zero, right_unscored_zero: the headline, over all k, with unscored rows as 0.
        means_unscored_zero, solve_unscored_zero: means and solve with unscored rows as 0.
        drops, solve_drops: later k against the first, in score and in solve.
        nulls: per measure, what the twins' own rates would give at each k.
    """

    run: str
    solve: tuple[Estimate, ...]
    right: tuple[Estimate, ...]
    means: tuple[Estimate, ...]
    means_no_bonus: tuple[Estimate, ...]
    solved_unscored_zero: Estimate
    right_unscored_zero: Estimate
    means_unscored_zero: tuple[Estimate, ...]
    solve_unscored_zero: tuple[Estimate, ...]
    drops: tuple[Contrast, ...]
    solve_drops: tuple[Contrast, ...]
    nulls: Mapping[str, tuple[NullPoint, ...]]
    slope: Estimate
    ceiling: CeilingCheck
    gaps: tuple[CompositionGap, ...]
    conditional_gaps: tuple[ConditionalGap, ...]
    half_life: HalfLife
    unscored: tuple[UnscoredShare, ...]


def degradation(
    outcomes: Table, run: str | None = None, *, marks: Mapping[str, Marks] | None = None, level: float = LEVEL
) -> Degradation:
    """How far a run falls as skills combine: every estimate of it, from one table.

    Args:
        outcomes: the table; validate it once if several runs are asked for.
        run: its label; may be left out when there is one.
        marks: the arithmetic of further measures that are to have a null curve, such as that of ``score``.
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
    arithmetic = {**KNOWN, **(marks or {})}
    return Degradation(
        run=label,
        solve=solve_by_k(checked, label, level=level),
        right=mean_by_k(checked, label, "right", level=level),
        means=mean_by_k(checked, label, level=level),
        means_no_bonus=mean_by_k(checked, label, "score_no_bonus", level=level),
        solved_unscored_zero=mean_by_k(checked, label, "solve", unscored="zero", level=level)[-1],
        right_unscored_zero=mean_by_k(checked, label, "right", unscored="zero", level=level)[-1],
        means_unscored_zero=mean_by_k(checked, label, unscored="zero", level=level),
        solve_unscored_zero=solve_by_k(checked, label, unscored="zero", level=level),
        drops=drops(checked, label, level=level),
        solve_drops=drops(checked, label, "solve", level=level),
        nulls={name: null_curve(checked, label, name, marks=each, level=level) for name, each in arithmetic.items()},
        slope=slope(checked, label, level=level),
        ceiling=ceiling_check(checked, label, level=level),
        gaps=composition_gap(checked, label, level=level),
        conditional_gaps=conditional_gap(checked, label, level=level),
        half_life=half_life(checked, label, level=level),
        unscored=unscored_share(checked, label),
    )
