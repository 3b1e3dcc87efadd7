"""What the twins' own rates would give at each k if combining cost nothing, and what the run gave beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from skillbench.core.errors import SelectionError
from skillbench.stats.composition import excess, matched
from skillbench.stats.estimate import LEVEL, Estimate, clustered, widened
from skillbench.stats.means import POSSIBLE
from skillbench.stats.outcomes import Floats, Table, Unscored, validate_outcomes

Marks: TypeAlias = Callable[[int], Floats]
"""For k, an array 2 by k + 1: the measure of an answer with 0 to k skills right; second row, with a tool's result."""


def _all_right(k: int) -> Floats:
    return np.tile(np.arange(k + 1) == k, (2, 1)).astype(np.float64)


def _share_right(k: int) -> Floats:
    return np.tile(np.arange(k + 1) / k, (2, 1))


KNOWN: Final[Mapping[str, Marks]] = {"solve": _all_right, "right": _share_right, "coverage": _share_right}
"""Measures whose arithmetic is their definition; ``coverage`` forgives errors handed on, ``right`` does not."""


@dataclass(frozen=True)
class NullPoint:
    """A measure at one k: what skills that fail one by one would give, and the run's distance from it.

    Attributes:
        null: mean over chains of what the chain's own twins give, with its interval.
        excess: observed minus null in the same chains; below 0, combining costs.
        observed: mean of the composed cases in these chains.
        dropped: chains left out because a twin or the composed case is missing or unscored.
    """

    null: Estimate
    excess: Estimate
    observed: float
    dropped: int


def null_curve(
    outcomes: Table,
    run: str | None = None,
    measure: str = "solve",
    *,
    marks: Marks | None = None,
    unscored: Unscored = "exclude",
    level: float = LEVEL,
) -> tuple[NullPoint, ...]:
    """At each k, the measure of an answer whose skills are right independently, each at its twin's rate.

    Per chain, the number of skills right follows the Poisson-binomial of its twins' rates, and ``null_c =
    sum_j P(j right) marks(k)[j]``; mean over chains, t over chains. Each rate enters every product once and
    twins are independent of each other, so ``null_c`` is unbiased even with one repeat a twin. A tool's
    result reaches the null answer where it reached that of a twin whose skill is right.

    Where nothing is lost by combining, the excess is 0: a curve that falls with its null falls by arithmetic.
    For ``solve`` the excess is the composition gap. Source: Poisson 1837; Hoeffding 1956, Ann. Math. Stat. 27(3).

    Args:
        outcomes: the table.
        run: its label; may be left out when there is one.
        measure: ``solve``, ``right``, ``coverage``, or any other with its ``marks``.
        marks: the measure's arithmetic; that of the three named is known.
        unscored: leave unscored rows out, or count them as 0.
        level: the confidence level.

    Raises:
        SelectionError: the measure's arithmetic is neither known nor given, or the measure has no upper end.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> free = simulate([PlantedAgent("demo", (0.1,) * 7)], chains=200, epochs=1, name="docs")
        >>> last = null_curve(free)[-1]
        >>> round(last.null.estimate, 1), last.excess.low < 0 < last.excess.high
        (0.5, True)
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    marks = marks or KNOWN.get(measure)
    if marks is None or measure not in POSSIBLE:
        raise SelectionError(
            f"no null curve of {measure!r} without its marks; {list(KNOWN)} are known, give marks for {list(POSSIBLE)}"
        )
    top = POSSIBLE[measure][1]
    points = []
    for pair in matched(checked, label, measure, unscored):
        expected = _expected(pair.rates, pair.tooled, marks(pair.k))
        points.append(
            NullPoint(
                null=_null(f"null {measure}", label, pair.k, expected, level, top),
                excess=excess(f"{measure} beyond null", label, pair.k, pair.observed, expected, level, top),
                observed=float(pair.observed.mean()) if len(expected) else float("nan"),
                dropped=pair.dropped,
            )
        )
    return tuple(points)


def _expected(rates: Floats, tooled: Floats, marks: Floats) -> Floats:
    """The null's measure per chain: twins' rates, chains by k, through the arithmetic."""
    plain = counts_right(rates - tooled, 1 - rates)
    found: Floats = plain @ marks[0] + (counts_right(rates, 1 - rates) - plain) @ marks[1]
    return found


def counts_right(right: Floats, wrong: Floats) -> Floats:
    """The chance of 0 to k right, rows by k + 1, for skills that are right or wrong independently.

    Where a row's pairs add up to less than 1, so do its chances: what is left out stays out.

    Example:
        >>> rates = np.array([[0.7, 0.7]])
        >>> counts_right(rates, 1 - rates).round(2).tolist()
        [[0.09, 0.42, 0.49]]
    """
    n, k = right.shape
    chances = np.zeros((n, k + 1))
    chances[:, 0] = 1.0
    for at in range(k):
        moved = chances[:, :-1] * right[:, at, None]
        chances *= wrong[:, at, None]
        chances[:, 1:] += moved
    return chances


def _null(quantity: str, run: str, k: int, values: Floats, level: float, top: float) -> Estimate:
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    found = clustered(quantity, run, k, mean, (values - mean) / max(n, 1), method="t over chains", level=level)
    return widened(found) if top == 1 else found.clipped(0.0, top)
