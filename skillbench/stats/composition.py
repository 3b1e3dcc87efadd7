"""How much of the fall is composition: composed cases against the twins of their own skills."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from skillbench.stats.estimate import (
    LEVEL,
    NO_DATA,
    WIDENED,
    ZERO_VARIANCE,
    Estimate,
    clustered,
    difference_interval,
    effective_size,
    wilson_interval,
)
from skillbench.stats.outcomes import (
    TOOLED,
    Floats,
    Outcomes,
    Table,
    Unscored,
    atoms,
    composed,
    validate_outcomes,
)


@dataclass(frozen=True)
class CompositionGap:
    """Observed solve minus what independent skills would give, at one k.

    Attributes:
        gap: the mean over chains of ``Y_k - prod s_i``; negative means composition costs.
        observed: mean solve of the composed cases in these chains.
        expected: mean product of the twins' solve rates.
        lowest, highest: means of the Fréchet bounds: what any dependence between skills allows.
        dropped: chains left out because a twin or the composed case is missing or unscored.
    """

    gap: Estimate
    observed: float
    expected: float
    lowest: float
    highest: float
    dropped: int


@dataclass(frozen=True)
class ConditionalGap:
    """P(the composite fails | every atom passes) at one k.

    ``independent`` is what skills that merely fail independently would give, so only the excess over it
    is composition; NaN with a single repeat per twin. ``dropped`` as in :class:`CompositionGap`.
    """

    gap: Estimate
    independent: float
    dropped: int


def composition_gap(
    outcomes: Table, run: str | None = None, *, unscored: Unscored = "exclude", level: float = LEVEL
) -> tuple[CompositionGap, ...]:
    """The composition gap at each k: per chain, solve at k minus the product of its k twins' rates.

    ``G_c = Y_ck - prod_{i<=k} s_ci``, mean over chains, t over chains. Products are taken within the
    chain, where repeats of different twins are independent, so each is unbiased however few the
    repeats; a product of pooled means is not (chains differ, and the mean of products is not the
    product of means). Fréchet bounds per chain: ``[max(0, sum s - k + 1), min s]``; with few repeats
    they are noisy and lean outward. If no chain varies, Wilson intervals of both parts are
    combined (MOVER) instead of a zero width.

    Source: Press et al. 2023 (arXiv 2210.03350) for the question; Fréchet 1951 for the bounds.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> last = composition_gap(simulate([agent], chains=200, epochs=1, name="docs"))[-1]
        >>> last.gap.low < truth(agent).gap[-1] < last.gap.high < 0
        True
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    found = []
    for pair in matched(checked, label, "solve", unscored):
        product = pair.rates.prod(axis=1)
        found.append(
            CompositionGap(
                gap=excess("composition gap", label, pair.k, pair.observed, product, level),
                observed=_mean(pair.observed),
                expected=_mean(product),
                lowest=_mean(np.maximum(0.0, pair.rates.sum(axis=1) - pair.k + 1)),
                highest=_mean(pair.rates.min(axis=1)),
                dropped=pair.dropped,
            )
        )
    return tuple(found)


def conditional_gap(
    outcomes: Table, run: str | None = None, *, unscored: Unscored = "exclude", level: float = LEVEL
) -> tuple[ConditionalGap, ...]:
    """P(composite fails | every atom passes) at each k, over chains and repeats together.

    Repeats of composite and twins are independent, so every combination of repeats counts:
    ``q = sum_c w_c (1 - Y_ck) / sum_c w_c`` with ``w_c = prod s_ci``, the chain's share of repeats in
    which all atoms pass. The variance is the ratio's, linearised by chain; the interval is Wilson's on
    the size that variance implies, so that 0 and 1 keep a width. ``independent`` is ``1 - sum_c E[w²] /
    sum_c w`` with the unbiased ``s (R s - 1)/(R - 1)`` for each squared rate.

    Source: Press et al. 2023 (arXiv 2210.03350), compositionality gap; Cochran 1977, 6.3.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> last = conditional_gap(simulate([agent], chains=200, epochs=2, name="docs"))[-1]
        >>> bool(last.independent < last.gap.low < truth(agent).conditional[-1] < last.gap.high)
        True
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    found = []
    for pair in matched(checked, label, "solve", unscored):
        k, solve, rates, repeats = pair.k, pair.observed, pair.rates, pair.repeats
        weight = rates.prod(axis=1)
        total = float(weight.sum())
        share = float(weight @ (1 - solve)) / total if total > 0 else math.nan
        influence = weight * (1 - solve - share) / total if total > 0 else np.empty(0)
        floor = total**2 / float(weight @ weight) if total > 0 else 0.0
        n = int((weight > 0).sum())
        variance = float(np.sum(influence**2)) * n / max(n - 1, 1)
        size = effective_size(share, variance, min(floor, n), max(floor, float(n) * repeats.max(initial=1.0)))
        low, high = wilson_interval(share, size, level)
        note = "" if total > 0 else NO_DATA if not len(solve) else "no chain has all its atoms solved"
        estimate = Estimate("conditional gap", label, k, share, low, high, level, n, "ratio over chains, Wilson", note)
        found.append(ConditionalGap(estimate, _independent(rates, repeats), pair.dropped))
    return tuple(found)


@dataclass(frozen=True)
class Matched:
    """The chains that have a composed case at k and the twins of all its skills.

    Attributes:
        k: how many skills are combined.
        observed: the composed case's measure, one value per chain.
        rates: solve rates of its k twins, chains by k.
        tooled: rates at which they were solved by a tool's result, chains by k.
        repeats: how often each twin was tried, chains by k.
        dropped: chains left out because a twin or the composed case is missing or unscored.
    """

    k: int
    observed: Floats
    rates: Floats
    tooled: Floats
    repeats: Floats
    dropped: int


def matched(outcomes: Outcomes, run: str, measure: str, unscored: Unscored) -> list[Matched]:
    """The composed cases beside their own twins, for each k that was run."""
    panel = composed(outcomes, run, measure, unscored)
    if not panel.ks:
        return []
    rates, repeats = atoms(outcomes, run, max(panel.ks), unscored)
    tooled, _ = atoms(outcomes, run, max(panel.ks), unscored, TOOLED)
    found = []
    for at, k in enumerate(panel.ks):
        there = ~np.isnan(panel.means[:, at])
        whole = there & ~np.isnan(rates[:, :k]).any(axis=1)
        dropped = int((~np.isnan(panel.means).all(axis=1)).sum() - whole.sum())
        mine, by_tool, tries = (part[whole, :k] for part in (rates, tooled, repeats))
        found.append(Matched(k, panel.means[whole, at], mine, by_tool, tries, dropped))
    return found


def excess(
    quantity: str, run: str, k: int, observed: Floats, expected: Floats, level: float, top: float = 1.0
) -> Estimate:
    """Observed minus expected, both from 0 to ``top``, by t over chains.

    Where no chain varies, the width is that of Wilson's intervals of both, combined (MOVER).
    """
    difference = observed - expected
    n = len(difference)
    mean = _mean(difference)
    found = clustered(quantity, run, k, mean, (difference - mean) / max(n, 1), method="t over chains", level=level)
    if found.note == ZERO_VARIANCE:
        ends = ((share, *wilson_interval(share, n, level)) for share in (_mean(observed) / top, _mean(expected) / top))
        low, high = difference_interval(*ends)
        found = replace(found, low=top * low, high=top * high, method="MOVER of Wilson intervals", note=WIDENED)
    return found.clipped(-top, top)


def _independent(rates: Floats, repeats: Floats) -> float:
    total = float(rates.prod(axis=1).sum())
    if not total > 0 or (repeats < 2).any():
        return math.nan
    squares = (rates * (repeats * rates - 1) / (repeats - 1)).prod(axis=1)
    return min(max(1 - float(squares.sum()) / total, 0.0), 1.0)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan
