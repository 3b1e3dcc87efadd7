"""The chain bootstrap: whole chains are redrawn, with the same draw for every run.

Bits come from a PCG64 keyed by the SHA-256 stream of a name, and indices are scaled from raw 64-bit
words, so a name gives the same resample on every platform, Python and numpy version.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from skillbench.core.streams import stream
from skillbench.stats.outcomes import Floats, Ints

DRAWS: Final = 10_000
_SEED_WORDS: Final = 8


def _bits(name: tuple[str, ...], count: int) -> NDArray[np.uint64]:
    source = stream("stats", *name)
    seed = [source.integer(0, 2**32 - 1) for _ in range(_SEED_WORDS)]
    words: NDArray[np.uint64] = np.random.PCG64(np.random.SeedSequence(seed)).random_raw(count)
    return words


def uniforms(shape: tuple[int, ...], *name: str) -> Floats:
    """Uniform numbers in [0, 1), 53 bits each, from the generator of this name.

    Example:
        >>> uniforms((3,), "docs").round(4).tolist()
        [0.9814, 0.0716, 0.0855]
    """
    words = _bits(name, math.prod(shape))
    return (words >> np.uint64(11)).astype(np.float64).reshape(shape) * 2.0**-53


def indices(shape: tuple[int, ...], n: int, *name: str) -> Ints:
    """Uniform integers in ``0..n-1`` (multiply and shift; bias below n / 2^32).

    Example:
        >>> indices((6,), 10, "docs").tolist()
        [9, 0, 0, 8, 6, 9]
    """
    words = _bits(name, math.prod(shape)) >> np.uint64(32)
    return ((words * np.uint64(n)) >> np.uint64(32)).astype(np.int64).reshape(shape)


@lru_cache(maxsize=2)
def chain_weights(n: int, draws: int = DRAWS, name: str = "bootstrap") -> Floats:
    """How often each of ``n`` chains is drawn: an array ``draws`` by ``n`` whose rows sum to ``n``.

    It depends on ``n`` and the name alone, so runs over the same chains share one resample index and
    their differences are paired. Source: Efron 1979; cluster form, Davison and Hinkley 1997, 3.8.

    Example:
        >>> weights = chain_weights(5)
        >>> weights.shape, set(weights.sum(axis=1).tolist())
        ((10000, 5), {5.0})
    """
    drawn = indices((draws, n), n, name, str(n), str(draws))
    drawn += np.arange(draws)[:, None] * n
    weights = np.bincount(drawn.ravel(), minlength=draws * n).reshape(draws, n).astype(np.float64)
    weights.setflags(write=False)
    return weights


def weighted_means(weights: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Mean of each column under each draw, and the number of chains behind it; NaN cells are left out.

    Args:
        weights: draws by chains.
        values: chains by columns.

    Returns:
        Two arrays, draws by columns; a mean is NaN where no chain was drawn.

    Example:
        >>> means, counts = weighted_means(np.array([[1.0, 1.0], [2.0, 0.0]]), np.array([[4.0, np.nan], [6.0, 8.0]]))
        >>> means.tolist(), counts.tolist()
        ([[5.0, 8.0], [4.0, nan]], [[2.0, 1.0], [2.0, 0.0]])
    """
    held = ~np.isnan(values)
    if values.size and held.all():
        counts = np.repeat(weights.sum(axis=1)[:, None], values.shape[1], axis=1)
        return (weights @ values) / counts, counts
    totals = weights @ np.where(held, values, 0.0)
    counts = weights @ held.astype(np.float64)
    means = np.full(totals.shape, np.nan)
    np.divide(totals, counts, out=means, where=counts > 0)
    return means, counts


def percentile_interval(drawn: Floats, n: int, level: float) -> tuple[float, float]:
    """The expanded percentile interval of bootstrap draws over ``n`` chains.

    Tails are ``Phi(-t(n-1) sqrt(n/(n-1)))`` instead of (1-level)/2, which undoes the bootstrap's two
    small-sample faults (variance too small by (n-1)/n, normal for t). NaN if more than a tenth of a
    tail's worth of draws is undefined. Source: Hesterberg 2015, The American Statistician 69(4).

    Example:
        >>> drawn = weighted_means(chain_weights(30), np.arange(30.0)[:, None])[0][:, 0]
        >>> low, high = percentile_interval(drawn, 30, 0.95)
        >>> round((high - low) / 2, 1), round(2.045 * float(np.arange(30).std(ddof=1)) / 30**0.5, 1)  # t gives the same
        (3.3, 3.3)
    """
    if n < 2:
        return math.nan, math.nan
    tail = float(special.ndtr(-special.stdtrit(n - 1, 0.5 + level / 2) * math.sqrt(n / (n - 1))))
    undefined = np.isnan(drawn)
    if undefined.mean() > tail / 10:
        return math.nan, math.nan
    low, high = np.quantile(drawn[~undefined], [tail, 1 - tail])
    return float(low), float(high)
