"""The reliability half-life: at which k has the solve rate halved?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from skillbench.stats.estimate import LEVEL, NO_DATA, ONE_CHAIN, ZERO_VARIANCE, Estimate, wilson_interval
from skillbench.stats.outcomes import Floats, Table, Unscored, composed, validate_outcomes
from skillbench.stats.resample import chain_weights, percentile_interval, weighted_means

_STEEPEST = 40.0  # exp(-40) is 0 for any solve rate; keeps boundary fits finite
_EDGE = 1e-12


@dataclass(frozen=True)
class HalfLife:
    """The k at which the fitted solve rate is half of what it is at the first k.

    Attributes:
        k_half: that k, with its interval; infinite where no decline can be excluded.
        per_halving: skills added per halving, ``ln 2 / -ln r``.
        rate: r, the factor per added skill (1 = no decline).
        start: the fitted solve rate at the first k.
        misfit: the largest distance between observed and fitted rates; above 0.1 the curve is not
            geometric and ``crossing`` is the better figure.
        crossing: where the observed rates first fall below half the first (linear between k), or NaN.
        beyond: the half-life lies above the largest k that was run, so it is an extrapolation.
    """

    k_half: Estimate
    per_halving: float
    rate: float
    start: float
    misfit: float
    crossing: float
    beyond: bool


def half_life(
    outcomes: Table, run: str | None = None, *, unscored: Unscored = "exclude", level: float = LEVEL
) -> HalfLife:
    """Fit solve ~ a r^k and give the k at which it has halved, with a chain-bootstrap interval.

    The curve is fitted to the solve rates p_k by the log-linear quasi-likelihood ``sum n_k (p_k log mu_k
    - mu_k)``, ``mu_k = a r^(k - k_1)``, which allows rates of 0 (their logarithm would not). Its solution
    is exponential tilting: r is where the curve's mean k equals the mean k of the solved cases.
    ``k_half = k_1 + ln 2 / -ln r``. The interval is the expanded percentile of 10,000 redraws of chains,
    carried through this monotone map. When every case is solved, the lower end is that of Wilson's lower
    limit at the last k. Extrapolation is said in the note.

    Source: Wedderburn 1974 (quasi-likelihood); the half-life reading, Ord 2025 (arXiv 2505.05115).

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> found = half_life(simulate([agent], chains=100, epochs=1, name="docs")).k_half
        >>> found.low < truth(agent).k_half < found.high
        True
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    panel = composed(checked, label, "solve", unscored)
    values, ks = panel.present, np.array(panel.ks, dtype=np.float64)
    n = len(values)
    rates, counts = weighted_means(np.ones((1, n)), values)
    used = counts[0] > 0
    if used.sum() < 2 or not np.nansum(rates) > 0:
        note = NO_DATA if n == 0 else "two k with scores are needed" if used.sum() < 2 else "nothing was solved"
        return _undefined(label, n, level, note)
    values, ks, rates, counts = values[:, used], ks[used], rates[:, used], counts[:, used]
    x = ks - ks[0]
    decay = float(tilts(rates, counts, x)[0])
    fitted = np.exp(decay * x)
    start = float((counts[0] @ rates[0]) / (counts[0] @ fitted))
    low, high = _interval(values, x, level)
    notes = [ONE_CHAIN] if n == 1 else [ZERO_VARIANCE] if low == high else []
    if np.all(rates == 1):
        low, high = math.log(wilson_interval(1.0, n, level)[0]) / x[-1], 0.0
        notes = ["every case was solved: the lower end is Wilson's at the last k"]
    ends = [float(ks[0]) + _halving(end) for end in (low, decay, high)]
    beyond = not ends[1] <= ks[-1]
    if beyond:
        notes.append(f"beyond the observed k = {ks[0]:g} to {ks[-1]:g}: extrapolated")
    note = "; ".join(notes)
    return HalfLife(
        k_half=Estimate(
            "half-life", label, None, ends[1], ends[0], ends[2], level, n, "log-linear fit, chain bootstrap", note
        ),
        per_halving=_halving(decay),
        rate=math.exp(decay),
        start=start,
        misfit=float(np.abs(start * fitted - rates[0]).max()),
        crossing=_crossing(ks, rates[0]),
        beyond=beyond,
    )


def tilts(rates: Floats, counts: Floats, x: Floats) -> Floats:
    """Log r of the fit, one per row: the root of ``sum n x e^(bx) / sum n e^(bx) = sum n p x / sum n p``.

    Args:
        rates: rows by k, solve rates; a row without any solved case gives NaN.
        counts: rows by k, the weight of each rate.
        x: skills added since the first k, starting at 0.

    Where only the first (last) k has any solved case, log r is -40 (40), which is 0 (no bound) to the eye.
    Source: Barndorff-Nielsen 1978, Information and Exponential Families (exponential tilting).

    Example:
        >>> tilts(np.array([[0.8, 0.4, 0.2]]), np.ones((1, 3)), np.arange(3.0)).round(3).tolist()  # -ln 2
        [-0.693]
    """
    solved = np.nan_to_num(rates) * counts
    total = solved.sum(axis=1)
    target = np.full(len(rates), np.nan)
    np.divide(solved @ x, total, out=target, where=total > 0)
    held = counts > 0
    floor = target <= np.where(held, x, np.inf).min(axis=1) + _EDGE
    ceiling = target >= np.where(held, x, -np.inf).max(axis=1) - _EDGE
    roots = np.select([np.isnan(target), floor, ceiling], [np.nan, -_STEEPEST, _STEEPEST], 0.0)
    inner = np.flatnonzero(roots == 0)
    roots[inner] = _newton(target[inner], counts[inner], x)
    return roots


def _newton(target: Floats, counts: Floats, x: Floats) -> Floats:
    """The roots by Newton's method kept inside a bisection; the mean rises in b, so each is unique."""
    low, high = np.full(len(target), -_STEEPEST), np.full(len(target), _STEEPEST)
    root = np.zeros(len(target))
    centred = x - x.mean()  # the tilt is the same; keeps the exponentials near 1
    for _ in range(60):
        weight = counts * np.exp(root[:, None] * centred)
        mass = weight.sum(axis=1)
        mean = (weight @ x) / mass
        variance = (weight @ (x * x)) / mass - mean**2
        excess = mean - target
        high = np.where(excess > 0, root, high)
        low = np.where(excess < 0, root, low)
        step = root - excess / np.maximum(variance, _EDGE)
        inside = (step > low) & (step < high)
        update = np.where(excess == 0, root, np.where(inside, step, (low + high) / 2))
        moved = float(np.max(np.abs(update - root), initial=0.0))
        root = update
        if moved < _EDGE:
            break
    return root


def _interval(values: Floats, x: Floats, level: float) -> tuple[float, float]:
    n = len(values)
    rates, counts = weighted_means(chain_weights(n), values)
    return percentile_interval(tilts(rates, counts, x), n, level)


def _halving(decay: float) -> float:
    """Skills per halving for log r; infinite without decline."""
    return math.nan if math.isnan(decay) else math.log(2) / -decay if decay < -1e-12 else math.inf


def _crossing(ks: Floats, rates: Floats) -> float:
    half = rates[0] / 2
    below = np.flatnonzero(rates < half)
    if not len(below) or rates[0] == 0:
        return math.nan
    at = int(below[0])
    share = (rates[at - 1] - half) / (rates[at - 1] - rates[at])
    return float(ks[at - 1] + share * (ks[at] - ks[at - 1]))


def _undefined(run: str, n: int, level: float, note: str) -> HalfLife:
    nan = math.nan
    estimate = Estimate("half-life", run, None, nan, nan, nan, level, n, "log-linear fit, chain bootstrap", note)
    return HalfLife(estimate, nan, nan, nan, nan, nan, beyond=False)
