"""Paired differences: k against k within a run, run against run within a case, with Holm's correction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from skillbench.core.errors import SelectionError
from skillbench.stats.estimate import LEAST_CHAINS, LEVEL, Contrast, Estimate, standard_error, t_quantile
from skillbench.stats.means import POSSIBLE, Interval, column_mean, overall, panel_means
from skillbench.stats.outcomes import Floats, Outcomes, Panel, Table, Unscored, composed, validate_outcomes
from skillbench.stats.trend import panel_slope

POWER = 0.8


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjusted p values, in the order given; NaN stays NaN and counts for nothing.

    ``p~(i) = max_{j<=i} min(1, (m - j + 1) p(j))``. Source: Holm 1979.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)
    """
    known = sorted((p, at) for at, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    running = 0.0
    for rank, (p, at) in enumerate(known):
        running = max(running, min(1.0, (len(known) - rank) * p))
        adjusted[at] = running
    return tuple(adjusted)


def detectable(error: float, df: float, level: float = LEVEL, power: float = POWER) -> float:
    """The minimum detectable effect: ``(t(df, 1-alpha/2) + t(df, power)) * error``.

    The true difference that a two-sided test at 1 - ``level`` finds with this power. Source: Bloom
    1995, Evaluation Review 19(5).

    Example:
        >>> round(detectable(0.1, 99), 3)
        0.283
    """
    if not df > 0 or not math.isfinite(error):
        return math.nan
    return (t_quantile(level, df) + float(special.stdtrit(df, power))) * error


def drops(
    outcomes: Table,
    run: str | None = None,
    measure: str = "score",
    *,
    pairs: Sequence[tuple[int, int]] | None = None,
    unscored: Unscored = "exclude",
    level: float = LEVEL,
) -> tuple[Contrast, ...]:
    """Paired differences between k within one run: mean over chains of ``y_c,b - y_c,a``, t over chains.

    Intervals are unadjusted; ``p_holm`` is adjusted over the pairs asked for. Source: Student 1908; Holm 1979.

    Args:
        outcomes: the table.
        run: its label; may be left out when there is one.
        measure: any measure column.
        pairs: (a, b) meaning b minus a; every later k against the first if None.
        unscored: leave unscored rows out, or count them as 0.
        level: the confidence level.

    Raises:
        SelectionError: a pair names a k that was not run.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> last = drops(simulate([agent], chains=100, epochs=1, name="docs"))[-1]
        >>> bool(last.low < truth(agent).score[-1] - truth(agent).score[0] < last.high)
        True
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    panel = composed(checked, label, measure, unscored)
    asked = [(panel.ks[0], k) for k in panel.ks[1:]] if pairs is None and panel.ks else list(pairs or [])
    unknown = sorted({k for pair in asked for k in pair} - set(panel.ks))
    if unknown:
        raise SelectionError(f"k {unknown} was not run; {label!r} has k {list(panel.ks)}; choose among these")
    column = {k: panel.means[:, at] for at, k in enumerate(panel.ks)}
    found = [
        tested(
            column_mean(f"{measure} at k={b} minus k={a}", label, b, column[b] - column[a], level),
            column[b] - column[a],
            reach(measure),
        )
        for a, b in asked
    ]
    return adjusted(found)


def reach(measure: str) -> float:
    """How far two values of a measure can lie apart."""
    low, high = POSSIBLE.get(measure, (0.0, math.inf))
    return high - low


def tested(estimate: Estimate, differences: Floats, most: float) -> Contrast:
    """A contrast from an estimate of a mean difference, the differences behind it, and how large they can be."""
    held = differences[~np.isnan(differences)]
    n = len(held)
    error = standard_error((held - held.mean()) / n) if n else math.nan
    return _contrast(estimate.clipped(-most, most), error, n)


def p_value(difference: float, error: float, n: int) -> float:
    """Two-sided p of a mean difference: t over ``n`` chains; NaN with fewer than two.

    Where every chain differs equally (no error), the exact sign test ``2^(1-n)``, or 1 if by 0. Source: Student
    1908; Dixon and Mood 1946 (sign test).

    Example:
        >>> round(p_value(0.5, 0.2, 10), 3), p_value(1.0, 0.0, 6)
        (0.034, 0.03125)
    """
    if n < 2:
        return math.nan
    if error == 0:
        return 1.0 if difference == 0 else 2.0 ** (1 - n)
    return float(2 * special.stdtr(n - 1, -abs(difference) / error))


def _contrast(estimate: Estimate, error: float, n: int) -> Contrast:
    p = p_value(estimate.estimate, error, n)
    fields = {name: getattr(estimate, name) for name in Estimate.__dataclass_fields__}
    return Contrast(**fields, p=p, p_holm=p, detectable=detectable(error, n - 1, estimate.level))


def adjusted(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """The contrasts with ``p_holm`` over them as one family."""
    corrected = holm([contrast.p for contrast in contrasts])
    return tuple(replace(contrast, p_holm=p) for contrast, p in zip(contrasts, corrected, strict=True))


@dataclass(frozen=True)
class Comparison:
    """Run ``a`` minus run ``b`` on the cases both did.

    ``by_k`` is one Holm family; ``overall`` and ``slope`` stand alone. ``only_a`` and ``only_b`` count
    chains that were left out because the other run lacks them.
    """

    a: str
    b: str
    by_k: tuple[Contrast, ...]
    overall: Contrast
    slope: Estimate
    shared: int
    only_a: int
    only_b: int
    sentence: str


def compare(
    outcomes: Table,
    a: str,
    b: str,
    measure: str = "score",
    *,
    unscored: Unscored = "exclude",
    interval: Interval = "t",
    level: float = LEVEL,
) -> Comparison:
    """The paired difference between two runs, by k and over all k.

    Per chain and k, ``d_ck = y^a_ck - y^b_ck``; then means and slopes of d as for one run. Pairing
    removes what the runs share, the difficulty of the case. Source: Miller 2024 (arXiv 2411.00640).

    Raises:
        SelectionError: a run is unknown, or the two share no chain at any k.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate, truth
        >>> agent = PlantedAgent("demo", (0.1,) * 7, tax=0.05)
        >>> better = PlantedAgent("better", (0.05,) * 7, tax=0.05)
        >>> found = compare(simulate([agent, better], chains=100, epochs=1, name="docs"), "better", "demo").overall
        >>> bool(found.low < truth(better).score.mean() - truth(agent).score.mean() < found.high)
        True
    """
    checked = validate_outcomes(outcomes)
    panel, left, right = paired(checked, checked.only(a), checked.only(b), measure, unscored)
    values = panel.present
    *by_k, whole = panel_means(replace(panel, measure=f"{measure} difference"), interval, level)
    quantity, most = f"{measure} of {a} minus {b}", reach(measure)
    tests = adjusted([tested(replace(found, quantity=quantity), values[:, at], most) for at, found in enumerate(by_k)])
    mean, influence = overall(values)
    mine = replace(whole, estimate=mean, quantity=quantity).clipped(-most, most)
    total = _contrast(mine, standard_error(influence), len(values))
    trend = replace(panel_slope(panel, interval, level, 2 * most), quantity=f"slope of {quantity}")
    return Comparison(a, b, tests, total, trend, len(values), left, right, _sentence(a, b, measure, total, tests))


def paired(outcomes: Outcomes, a: str, b: str, measure: str, unscored: Unscored) -> tuple[Panel, int, int]:
    """The panel of differences a minus b, and how many chains only a or only b has.

    Raises:
        SelectionError: the two runs share no chain at any k.
    """
    first, second = (composed(outcomes, run, measure, unscored) for run in (a, b))
    ks = tuple(k for k in first.ks if k in second.ks)
    one = first.means[:, [first.ks.index(k) for k in ks]]
    two = second.means[:, [second.ks.index(k) for k in ks]]
    difference = one - two
    if not (~np.isnan(difference)).any():
        raise SelectionError(f"{a!r} and {b!r} share no scored chain at any k; run both on the same task set")
    has = [~np.isnan(values).all(axis=1) for values in (first.means, second.means)]
    both = ~np.isnan(difference).all(axis=1)
    panel = Panel(f"{a} minus {b}", measure, ks, difference)
    return panel, int((has[0] & ~both).sum()), int((has[1] & ~both).sum())


def _sentence(a: str, b: str, measure: str, total: Contrast, by_k: Sequence[Contrast]) -> str:
    chains = f"{total.chains} shared chain{'' if total.chains == 1 else 's'}"
    if math.isnan(total.low):
        return (
            f"{a} and {b} have {chains}: too few for an interval, so nothing is shown beyond the difference of "
            f"{_signed(total.estimate)} in {measure}."
        )
    span = f"{100 * total.level:.0f} % interval {_signed(total.low)} to {_signed(total.high)}, {chains}"
    if total.chains < LEAST_CHAINS:
        return (
            f"{a} and {b} share only {total.chains} chains, too few to tell them apart: the difference in {measure} is "
            f"{_signed(total.estimate)} ({span}). Run both on at least {LEAST_CHAINS} chains; "
            "skillbench plan says how many an effect needs."
        )
    if total.low <= 0 <= total.high:
        told = f"{a} and {b} cannot be told apart in {measure}: difference {_signed(total.estimate)} ({span})"
    else:
        word = "above" if total.estimate > 0 else "below"
        told = f"{a} is {abs(total.estimate):.2f} {word} {b} in {measure} ({span})"
    apart = [str(contrast.k) for contrast in by_k if contrast.p_holm < 1 - total.level]
    where = (
        f"After Holm's correction they differ at k = {', '.join(apart)}."
        if apart
        else "After Holm's correction they differ at no single k."
    )
    if total.detectable >= reach(measure):
        missed = " These chains would miss any difference that the scale allows."
    elif total.detectable > 0:
        missed = f" These chains would usually miss a difference below {total.detectable:.2f}."
    else:
        missed = ""
    return f"{told}. {where}{missed}"


def _signed(value: float) -> str:
    """Two decimals with a sign, a true minus, and zero without one."""
    rounded = round(value, 2)
    return f"{rounded:+.2f}".replace("-", "\u2212") if rounded else "0.00"
