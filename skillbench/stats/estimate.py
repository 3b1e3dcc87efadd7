"""What an estimate is, and the closed-form intervals: Student t over chains, Wilson, MOVER.

The chain is the cluster: repeats are averaged within a case before anything else (Miller 2024,
arXiv 2411.00640), and chains, not rows, are counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from skillbench.stats.outcomes import Floats

LEVEL = 0.95

ZERO_VARIANCE = "zero variance: every chain gave the same value, so the interval has no width"
WIDENED = "no chain varies: width from Wilson's interval on the chains"
ONE_CHAIN = "one chain: no interval can be given"
NO_DATA = "no scored data"
LEAST_CHAINS = 5
"""Below so many chains an interval is given, but no verdict."""


def few_chains(n: int) -> str:
    """A note where an interval rests on too few chains to mean much; empty from :data:`LEAST_CHAINS` on."""
    return f"{n} chains: too few for a verdict" if 2 <= n < LEAST_CHAINS else ""


@dataclass(frozen=True)
class Estimate:
    """One estimate with its interval.

    ``k`` is None where the quantity belongs to no single k. ``chains`` counts clusters, not rows.
    ``note`` says what a reader must know (zero variance, extrapolation, chains left out) or is empty.
    """

    quantity: str
    run: str
    k: int | None
    estimate: float
    low: float
    high: float
    level: float
    chains: int
    method: str
    note: str = ""

    def clipped(self, low: float, high: float) -> Estimate:
        """The same estimate with its interval cut to the values that are possible."""
        return replace(self, low=_clip(self.low, low, high), high=_clip(self.high, low, high))


@dataclass(frozen=True)
class Contrast(Estimate):
    """A difference with its test: ``p`` two-sided, ``p_holm`` adjusted within its family.

    ``detectable`` is the smallest true difference that 80 % of such studies would find at this level.
    """

    p: float = math.nan
    p_holm: float = math.nan
    detectable: float = math.nan


def tidy(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Estimates as a frame, one row each, columns named as the fields (``k`` is NA where it is None).

    Example:
        >>> found = clustered("mean", "demo", 2, 5.0, np.array([-0.5, 0.0, 0.5]), method="t over chains")
        >>> tidy([found])[["quantity", "k", "estimate", "chains"]].values.tolist()
        [['mean', 2, 5.0, 3]]
    """
    frame = pd.DataFrame([asdict(estimate) for estimate in estimates])
    return frame.astype({"k": "Int64"}) if len(frame) else frame


def _clip(value: float, low: float, high: float) -> float:
    return value if math.isnan(value) else min(max(value, low), high)


def t_quantile(level: float, df: float) -> float:
    """The two-sided Student quantile, for example 1.984 at 95 % and 99 degrees of freedom.

    Example:
        >>> round(t_quantile(0.95, 99), 3)
        1.984
    """
    return float(special.stdtrit(df, 0.5 + level / 2))


def t_interval(mean: float, error: float, df: float, level: float = LEVEL) -> tuple[float, float]:
    """``mean ± t(df) * error``; NaN without degrees of freedom or a finite error.

    Example:
        >>> tuple(round(end, 3) for end in t_interval(1.0, 0.1, 99))
        (0.802, 1.198)
    """
    if not df > 0 or not math.isfinite(error):
        return math.nan, math.nan
    half = t_quantile(level, df) * error
    return mean - half, mean + half


def standard_error(influence: Floats) -> float:
    """The clustered standard error of an estimator from its influence per chain.

    ``sqrt(n/(n-1) * sum(psi_c ** 2))`` with ``psi_c`` summing to 0. With one value per chain this is
    exactly ``s/sqrt(n)``. Source: Liang and Zeger 1986, with the small-sample factor n/(n-1).
    Rounding residue counts as 0, so equal values give exactly 0.

    Example:
        >>> values = np.array([1.0, 2.0, 3.0, 4.0])
        >>> round(standard_error((values - values.mean()) / 4), 4), round(float(values.std(ddof=1)) / 2, 4)
        (0.6455, 0.6455)
    """
    n = len(influence)
    if n < 2:
        return math.nan
    error = math.sqrt(n / (n - 1) * float(np.sum(influence**2)))
    return 0.0 if error <= 1e-13 else error  # NaN stays NaN


def clustered(
    quantity: str, run: str, k: int | None, mean: float, influence: Floats, *, method: str, level: float = LEVEL
) -> Estimate:
    """An :class:`Estimate` with a t interval from the influence of each chain."""
    n = len(influence)
    error = standard_error(influence)
    low, high = t_interval(mean, error, n - 1, level)
    note = NO_DATA if n == 0 else ONE_CHAIN if n == 1 else ZERO_VARIANCE if error == 0 else few_chains(n)
    return Estimate(quantity, run, k, mean, low, high, level, n, method, note)


def wilson_interval(share: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval for a proportion ``share`` of ``n`` (which may be an effective size).

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Never of zero width: 0 of 20 gives
    0 to 0.161. Source: Wilson 1927; Brown, Cai and DasGupta 2001.

    Example:
        >>> tuple(round(end, 3) for end in wilson_interval(0.0, 20))
        (0.0, 0.161)
    """
    if not n > 0 or math.isnan(share):
        return math.nan, math.nan
    z = float(special.ndtri(0.5 + level / 2))
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    return (0.0 if share <= 0 else max(low, 0.0)), (1.0 if share >= 1 else min(high, 1.0))


def widened(estimate: Estimate) -> Estimate:
    """The estimate of a rate, with Wilson's width on its chains where none of them varies.

    Example:
        >>> perfect = clustered("solve", "demo", 7, 1.0, np.zeros(20), method="t over chains")
        >>> found = widened(perfect)
        >>> round(found.low, 3), found.high
        (0.839, 1.0)
    """
    if estimate.note != ZERO_VARIANCE:
        return estimate.clipped(0.0, 1.0)
    low, high = wilson_interval(estimate.estimate, estimate.chains, estimate.level)
    return replace(estimate, low=low, high=high, method="Wilson over chains", note=WIDENED)


def effective_size(share: float, variance: float, floor: float, ceiling: float) -> float:
    """The number of independent trials that would give this variance: ``p(1-p)/variance``.

    Kept within ``floor`` (chains) and ``ceiling`` (rows); at 0 or 1 it is ``floor``, since repeats of a
    chain that always solves say nothing about the next chain. Source: Kish 1965; Korn and Graubard 1998.

    Example:
        >>> effective_size(0.5, 0.0025, floor=10, ceiling=400)
        100.0
    """
    if share <= 0 or share >= 1:
        return floor
    if variance <= 0:
        return ceiling
    return min(max(share * (1 - share) / variance, floor), ceiling)


def difference_interval(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float]:
    """Interval of ``first - second`` from two (estimate, low, high), by the MOVER rule.

    ``low = p - q - sqrt((p - l_p)² + (u_q - q)²)`` and likewise for high; it has width even when both
    are 1. Source: Newcombe 1998, method 10; Zou and Donner 2008.

    Example:
        >>> first, second = (0.8, *wilson_interval(0.8, 70)), (0.6, *wilson_interval(0.6, 80))
        >>> tuple(round(end, 4) for end in difference_interval(first, second))  # Newcombe, table II (a)
        (0.0524, 0.3339)
    """
    (p, low_p, high_p), (q, low_q, high_q) = first, second
    return p - q - math.hypot(p - low_p, high_q - q), p - q + math.hypot(high_p - p, q - low_q)
