"""What tools add and what a solved case costs."""

from __future__ import annotations

import math

import numpy as np

from skillbench.stats.contrasts import Comparison, compare
from skillbench.stats.estimate import LEVEL, Estimate, clustered
from skillbench.stats.means import column_mean, overall
from skillbench.stats.outcomes import Panel, Table, composed, validate_outcomes


def tool_bonus(outcomes: Table, run: str | None = None, *, level: float = LEVEL) -> tuple[Estimate, ...]:
    """Points that effective tool use added, by k and over all (``k`` None).

    ``score - score_no_bonus`` per chain, averaged as any mean, t over chains. This is the rubric's bonus
    as it arrived in the score (0 under a cap), not what tools did for the work: for that, run the agent
    with and without tools and use :func:`tool_uplift`. Source: Miller 2024 (arXiv 2411.00640), paired differences.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tool_rate=0.5)
        >>> *_, whole = tool_bonus(simulate([agent], chains=100, epochs=1, name="docs"))
        >>> bool(whole.low < truth(agent).tool_bonus.mean() < whole.high)
        True
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    panel = composed(checked, label, "score")
    bare = composed(checked, label, "score_no_bonus")
    shift = Panel(label, "tool bonus", panel.ks, panel.means - bare.means)
    values = shift.present
    mean, influence = overall(values)
    return (
        *(column_mean("tool bonus", label, k, values[:, at], level) for at, k in enumerate(shift.ks)),
        clustered("tool bonus", label, None, mean, influence, method="t over chains", level=level),
    )


def tool_uplift(
    outcomes: Table, with_tools: str, without_tools: str, measure: str = "score_no_bonus", *, level: float = LEVEL
) -> Comparison:
    """What tools did for the work: the paired difference between a run with tools and one without.

    The score without bonus by default, so that the bonus for using tools is not counted as their effect;
    ``measure="solve"`` for solved cases. See :func:`~skillbench.stats.contrasts.compare`.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> bare, tools = PlantedAgent("bare", (0.2,) * 7), PlantedAgent("tools", (0.1,) * 7)
        >>> found = tool_uplift(simulate([bare, tools], chains=100, epochs=1, name="docs"), "tools", "bare").overall
        >>> bool(found.low < truth(tools).score.mean() - truth(bare).score.mean() < found.high)
        True
    """
    return compare(outcomes, with_tools, without_tools, measure, level=level)


def cost_per_solved(
    outcomes: Table, run: str | None = None, resource: str = "cost", *, level: float = LEVEL
) -> Estimate:
    """Cost (or tokens) of one solved composed case: total spent over total solved.

    A ratio of means with its variance linearised by chain: ``psi_c = (x_c - q y_c) / sum y``. Chains whose cost
    or solve is unknown anywhere are left out, never counted as 0. Source: Cochran 1977, chapter 6.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> perfect = PlantedAgent("demo", (0.0,) * 7)  # 0.01 per skill, k = 2 to 7, every case solved
        >>> round(cost_per_solved(simulate([perfect], chains=5, epochs=1, name="docs")).estimate, 4)
        0.045
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    spent = composed(checked, label, resource).means
    solved = composed(checked, label, "solve").means
    known = ~(np.isnan(spent) | np.isnan(solved)).any(axis=1)
    spent_by_chain, solved_by_chain = spent[known].sum(axis=1), solved[known].sum(axis=1)
    total = float(solved_by_chain.sum())
    quantity = f"{resource} per solved case"
    if not total > 0:
        note = "nothing was solved" if known.any() else f"{resource} is unknown"
        nan = math.nan
        return Estimate(quantity, label, None, nan, nan, nan, level, int(known.sum()), "ratio over chains", note)
    ratio = float(spent_by_chain.sum()) / total
    influence = (spent_by_chain - ratio * solved_by_chain) / total
    estimate = clustered(quantity, label, None, ratio, influence, method="ratio over chains", level=level)
    return estimate.clipped(0.0, math.inf)
