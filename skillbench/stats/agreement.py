"""Agreement of judges on an ordered scale, and intervals by chain for any figure of agreement.

Agreement on labels without order (macro-F1, Cohen's kappa), mean absolute error and rank correlation stand in
:mod:`skillbench.judge.agreement`; :func:`jackknife` gives them, too, an interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from skillbench.core.errors import InputError
from skillbench.stats.estimate import LEVEL, Estimate, clustered

UNDEFINED: Final = "undefined without one of the chains: no interval can be given"


def quadratic_kappa(truth: Sequence[float], given: Sequence[float]) -> float:
    """Weighted kappa with squared distances, for ordered bands coded 0, 1, 2, ...: 1 is perfect, 0 is chance.

    ``1 - sum (t_i - g_i)² / n / (sum_ij (t_i - g_j)² / n²)``, whose denominator, the distance of labels
    paired at random, is ``var t + var g + (mean t - mean g)²``. A constant difference between judge and
    labels lowers it, unlike a correlation. 1.0 if both sides hold one and the same value, NaN without items.

    Source: Cohen 1968, Psychological Bulletin 70(4); Fleiss and Cohen 1973 (its reading as a correlation).

    Example:
        >>> quadratic_kappa([0, 1, 2, 3], [0, 1, 2, 2])
        0.875
    """
    first, second = np.asarray(truth, dtype=np.float64), np.asarray(given, dtype=np.float64)
    if len(first) != len(second):
        raise InputError(f"{len(first)} labels against {len(second)}; give one of each for every item")
    if not len(first):
        return math.nan
    chance = float(first.var() + second.var() + (first.mean() - second.mean()) ** 2)
    return 1.0 if chance == 0 else 1 - float(np.mean((first - second) ** 2)) / chance


def interval_alpha(ratings: Sequence[Sequence[float]]) -> float:
    """Krippendorff's alpha for scores: any number of judgements per item, NaN where one is missing.

    ``1 - D_o/D_e`` with squared distances: D_o within items, ``sum_u 2 m_u SS_u / (m_u - 1) / n``, and D_e
    between any two of the n values that can be paired, ``2 SS / (n - 1)``; SS is a sum of squares about its
    mean. Items with a single value say nothing and are left out. For the agreement of a judge with itself
    (retest) give its repeats. 1.0 if all values are one and the same, NaN if no item has two.

    Source: Krippendorff 2019, Content Analysis, 4th edition, chapter 12.

    Example:
        >>> round(interval_alpha([[1, 1], [5, 6], [9, 9], [4, float("nan")]]), 4)
        0.9871
    """
    rows = [np.asarray(row, dtype=np.float64) for row in ratings]
    held = [row[~np.isnan(row)] for row in rows]
    paired = [row for row in held if len(row) > 1]
    if not paired:
        return math.nan
    values = np.concatenate(paired)
    between = 2 * float(np.sum((values - values.mean()) ** 2)) / (len(values) - 1)
    within = sum(2 * len(row) * float(np.sum((row - row.mean()) ** 2)) / (len(row) - 1) for row in paired)
    return 1.0 if between == 0 else 1 - within / len(values) / between


def jackknife(
    quantity: str,
    statistic: Callable[..., float],
    chains: Sequence[Hashable],
    *columns: Sequence[Any],
    run: str = "",
    level: float = LEVEL,
) -> Estimate:
    """A figure computed from items, with an interval that treats the items of a chain as one.

    The figure is computed again without each chain c: ``var = (n-1)/n sum (f_(-c) - mean f)²``, t on n - 1.
    Items of a chain share data and an answer's style, so judges err on them together; intervals over items
    are too narrow. Figures must be smooth in the data: kappa, alpha, F1, mean error, correlation; not a
    median or a 95th percentile. A figure that some chain alone decides (undefined without it) has no interval.

    Source: Efron and Stein 1981, Annals of Statistics 9(3); by clusters, Rao and Wu 1988.

    Args:
        quantity: what to call it.
        statistic: from the columns to the figure, e.g. :func:`quadratic_kappa`.
        chains: the chain of each item.
        columns: what the statistic takes, each as long as ``chains``.
        run: the judge's label.
        level: the confidence level.

    Raises:
        InputError: columns of different length.

    Example:
        >>> truth, given = [0, 1, 2, 3, 3, 1, 0, 2], [0, 1, 2, 2, 3, 1, 1, 2]
        >>> found = jackknife("band kappa", quadratic_kappa, ["a", "a", "b", "b", "c", "c", "d", "d"], truth, given)
        >>> round(found.estimate, 3), round(found.low, 3), found.chains
        (0.875, 0.547, 4)
    """
    if any(len(column) != len(chains) for column in columns):
        raise InputError(f"{len(chains)} chains for columns of {[len(column) for column in columns]} items")
    code = {chain: at for at, chain in enumerate(dict.fromkeys(chains))}
    own = [code[chain] for chain in chains]
    without = np.array(
        [
            statistic(*([value for value, c in zip(column, own, strict=True) if c != left] for column in columns))
            for left in range(len(code))
        ]
    )
    n = len(code)
    influence = -(n - 1) / max(n, 1) * (without - without.mean()) if n > 1 else np.zeros(n)
    found = clustered(quantity, run, None, statistic(*columns), influence, method="jackknife over chains", level=level)
    return replace(found, note=UNDEFINED) if np.isnan(without).any() and n > 1 else found
