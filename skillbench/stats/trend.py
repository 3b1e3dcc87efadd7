"""The slope per added skill: cluster-robust least squares."""

from __future__ import annotations

import math

import numpy as np

from skillbench.stats.estimate import (
    LEVEL,
    NO_DATA,
    ONE_CHAIN,
    ZERO_VARIANCE,
    Estimate,
    few_chains,
    t_interval,
)
from skillbench.stats.means import POSSIBLE, Interval
from skillbench.stats.outcomes import Floats, Panel, Table, Unscored, composed, validate_outcomes
from skillbench.stats.resample import chain_weights, percentile_interval

ONE_K = "a slope needs scores at two or more k"


def slope(
    outcomes: Table,
    run: str | None = None,
    measure: str = "score",
    *,
    unscored: Unscored = "exclude",
    interval: Interval = "t",
    level: float = LEVEL,
) -> Estimate:
    """Points gained (negative: lost) per added skill: least squares of the measure on k.

    Errors are clustered by chain: CR2, ``A_c = (I - H_cc)^(-1/2)``, with Satterthwaite degrees of
    freedom. Where every chain has every k this is exactly the t interval over the chains' own slopes,
    with n-1 degrees. Source: Bell and McCaffrey 2002; Pustejovsky and Tipton 2018, JBES 36(4).

    Args:
        outcomes: the table.
        run: its label; may be left out when there is one.
        measure: any measure column.
        unscored: leave unscored rows out, or count them as 0.
        interval: ``t`` (CR2) or ``bootstrap`` (whole chains, 10,000 draws).
        level: the confidence level.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> found = slope(simulate([agent], chains=100, epochs=1, name="docs"))
        >>> found.low < truth(agent).slope < found.high
        True
    """
    checked = validate_outcomes(outcomes)
    low, high = POSSIBLE.get(measure, (0.0, math.inf))
    return panel_slope(composed(checked, checked.only(run), measure, unscored), interval, level, high - low)


def panel_slope(panel: Panel, interval: Interval, level: float, reach: float) -> Estimate:
    """:func:`slope` of one panel whose values lie within ``reach`` of each other; no interval goes beyond that."""
    values, ks = panel.present, np.array(panel.ks, dtype=np.float64)
    n = len(values)
    quantity, method = f"slope of {panel.measure} per skill", "least squares, CR2 by chain"
    if interval == "bootstrap":
        method = "least squares, chain bootstrap"
    if n == 0 or (~np.isnan(values)).any(axis=0).sum() < 2:
        note = NO_DATA if n == 0 else ONE_K
        return Estimate(quantity, panel.run, None, math.nan, math.nan, math.nan, level, n, method, note)
    fitted, error, df = _cluster_robust(values, ks)
    if interval == "bootstrap":
        low, high = percentile_interval(slopes(chain_weights(n), values, ks), n, level)
    else:
        low, high = t_interval(fitted, error, df, level)
    note = ONE_CHAIN if n == 1 else ZERO_VARIANCE if error == 0 else few_chains(n)
    x = ks - ks.mean()
    steepest = reach * float(
        x[x > 0].sum() / (x @ x)
    )  # all of the first half at one end, all of the second at the other
    found = Estimate(quantity, panel.run, None, fitted, low, high, level, n, method, note)
    return found.clipped(-steepest, steepest)


def slopes(weights: Floats, values: Floats, ks: Floats) -> Floats:
    """The least-squares slope under each row of chain weights (draws by chains); NaN where undefined.

    Example:
        >>> scores = np.array([[9.0, 7.0], [9.0, 8.0]])
        >>> slopes(np.array([[1.0, 1.0], [2.0, 0.0]]), scores, np.array([2.0, 3.0])).tolist()
        [-1.5, -2.0]
    """
    held = ~np.isnan(values)
    filled = np.where(held, values, 0.0)
    x = ks - ks.mean()
    moments = weights @ np.stack([held.sum(1), held @ x, held @ (x * x), filled.sum(1), filled @ x], axis=1)
    count, sum_x, sum_xx, sum_y, sum_xy = moments.T
    spread = count * sum_xx - sum_x**2
    out = np.full(len(weights), np.nan)
    np.divide(count * sum_xy - sum_x * sum_y, spread, out=out, where=spread > 1e-9)
    return out


def _cluster_robust(values: Floats, ks: Floats) -> tuple[float, float, float]:
    """Slope, its CR2 standard error and Satterthwaite degrees of freedom, for chains by k with holes.

    A missing cell is a row of zeros in the design, which leaves every sum alone and gives its block of
    ``I - H`` a unit diagonal, so all chains share one batched eigendecomposition.
    """
    held = ~np.isnan(values)
    y = np.where(held, values, 0.0)
    x = ks - ks.mean()
    design = held[:, :, None] * np.stack([np.ones_like(x), x], axis=1)  # chains, k, 2
    bread = np.linalg.inv(np.einsum("ckp,ckq->pq", design, design))
    beta = bread @ np.einsum("ckp,ck->p", design, y)
    residual = y - design @ beta
    hat = np.einsum("ckp,pq,clq->ckl", design, bread, design)
    roots, vectors = np.linalg.eigh(np.eye(len(x)) - hat)
    powers = np.where(roots > 1e-9, np.maximum(roots, 1e-9) ** -0.5, 0.0)
    adjust = np.einsum("ckr,cr,clr->ckl", vectors, powers, vectors)
    direction = design @ bread[:, 1]
    lever = np.einsum("ckl,cl->ck", adjust, direction)
    variance = float(np.sum(np.einsum("ck,ck->c", lever, residual) ** 2))
    reach = np.einsum("ckp,ck->cp", design, lever)
    overlap = np.diag(np.sum(lever**2, axis=1)) - reach @ bread @ reach.T
    spread = float(np.sum(overlap**2))
    # Two chains with one k each leave nothing to estimate a spread from.
    degrees = float(np.trace(overlap) ** 2) / spread if len(values) > 1 and spread > 0 else 0.0
    error = math.sqrt(variance) if len(values) > 1 else math.nan
    return float(beta[1]), (error if error > 1e-12 else 0.0), degrees
