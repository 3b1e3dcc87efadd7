"""Estimators over a table of outcomes: the chain is the cluster.

Every function takes the frame that :func:`validate_outcomes` describes, or what it returned; validate
once when calling several. Estimates are frozen dataclasses with an interval, a method and a note;
:func:`tidy` makes a frame of them. Formulas and sources stand in the docstrings; docs/statistics.md
says when not to use which.
"""

from skillbench.stats.agreement import interval_alpha, jackknife, quadratic_kappa
from skillbench.stats.ceiling import CeilingCheck, ceiling_check
from skillbench.stats.composition import CompositionGap, ConditionalGap, composition_gap, conditional_gap
from skillbench.stats.contrasts import Comparison, compare, detectable, drops, holm
from skillbench.stats.correction import CorrectedShare, Verdicts, corrected_share
from skillbench.stats.decay import HalfLife, half_life
from skillbench.stats.degradation import Degradation, degradation
from skillbench.stats.estimate import Contrast, Estimate, tidy, wilson_interval
from skillbench.stats.means import UnscoredShare, mean_by_k, solve_by_k, unscored_share
from skillbench.stats.null import Marks, NullPoint, null_curve
from skillbench.stats.outcomes import MEASURES, Outcomes, validate_outcomes
from skillbench.stats.power import (
    Components,
    Option,
    Plan,
    minimum_detectable_effect,
    plan,
    variance_components,
)
from skillbench.stats.purse import PurseCurve, purse_curve
from skillbench.stats.ranks import RankRange, rank_ranges
from skillbench.stats.rasch import ItemEffect, ItemEffects, item_effects
from skillbench.stats.sensitivity import Sensitivity, slope_sensitivity
from skillbench.stats.simulation import PlantedAgent, Truth, simulate, simulate_line, truth
from skillbench.stats.trend import slope
from skillbench.stats.usage import cost_per_solved, tool_bonus, tool_uplift

__all__ = [
    "MEASURES",
    "CeilingCheck",
    "Comparison",
    "Components",
    "CompositionGap",
    "ConditionalGap",
    "Contrast",
    "CorrectedShare",
    "Degradation",
    "Estimate",
    "HalfLife",
    "ItemEffect",
    "ItemEffects",
    "Marks",
    "NullPoint",
    "Option",
    "Outcomes",
    "Plan",
    "PlantedAgent",
    "PurseCurve",
    "RankRange",
    "Sensitivity",
    "Truth",
    "UnscoredShare",
    "Verdicts",
    "ceiling_check",
    "compare",
    "composition_gap",
    "conditional_gap",
    "corrected_share",
    "cost_per_solved",
    "degradation",
    "detectable",
    "drops",
    "half_life",
    "holm",
    "interval_alpha",
    "item_effects",
    "jackknife",
    "mean_by_k",
    "minimum_detectable_effect",
    "null_curve",
    "plan",
    "purse_curve",
    "quadratic_kappa",
    "rank_ranges",
    "simulate",
    "simulate_line",
    "slope",
    "slope_sensitivity",
    "solve_by_k",
    "tidy",
    "tool_bonus",
    "tool_uplift",
    "truth",
    "unscored_share",
    "validate_outcomes",
    "variance_components",
    "wilson_interval",
]
