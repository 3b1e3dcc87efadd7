"""The instrument's own test: how often do the intervals cover what was planted?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skillbench.stats.ceiling import ceiling_check
from skillbench.stats.composition import composition_gap, conditional_gap
from skillbench.stats.contrasts import compare, drops
from skillbench.stats.decay import half_life
from skillbench.stats.estimate import Estimate, standard_error, t_interval
from skillbench.stats.means import mean_by_k, solve_by_k
from skillbench.stats.outcomes import Floats, Outcomes, atoms, composed, validate_outcomes
from skillbench.stats.simulation import PlantedAgent, Truth, simulate, simulate_line, truth
from skillbench.stats.trend import slope


@dataclass(frozen=True)
class Coverage:
    """How often one kind of interval held its truth; ``below`` and ``above`` are the misses' sides.

    ``below`` counts intervals that lie wholly below the truth. ``width`` is the median width.
    """

    quantity: str
    intervals: int
    covered: float
    below: float
    above: float
    width: float


def coverage(
    agent: PlantedAgent, other: PlantedAgent, chains: int, epochs: int, replications: int
) -> tuple[Coverage, ...]:
    """Simulate ``replications`` studies of two planted agents and count how often each interval covers.

    Quantities named ``naive ...`` are done wrongly on purpose (rows as if independent; the product of
    pooled rates): they must fail where chains differ, or the count proves nothing. The binomial standard
    error of a count is ``sqrt(0.95 * 0.05 / replications)``, 0.5 points for 2,000.

    Args:
        agent: whose truth is to be covered.
        other: a second agent on the same chains, for the paired difference.
        chains: chains per study.
        epochs: repeats per case.
        replications: studies; the draw of each has its own name, so more extend fewer.

    Example:
        >>> agents = PlantedAgent("demo", (0.1,) * 7), PlantedAgent("other", (0.2,) * 7)
        >>> found = {row.quantity: row.intervals for row in coverage(*agents, chains=20, epochs=1, replications=2)}
        >>> found["slope, t"], found["mean at k, t"]
        (2, 12)
    """
    planted, rival = truth(agent), truth(other)
    ends: dict[str, list[tuple[float, float, float]]] = {}
    for replication in range(replications):
        name = f"instrument-{chains}-{epochs}-{replication}"
        outcomes = validate_outcomes(simulate([agent, other], chains, epochs, name))
        for quantity, low, high, target in _intervals(outcomes, agent.name, other.name, planted, rival):
            ends.setdefault(quantity, []).append((low, high, target))
    return tuple(_counted(quantity, np.array(found)) for quantity, found in ends.items())


def line_coverage(start: float, per_skill: float, chains: int, epochs: int, replications: int) -> tuple[Coverage, ...]:
    """The same for the slopes that know the ceiling, on planted lines which the scale cuts to 0..10.

    ``naive slope`` is least squares on the scores: right about the scores, wrong about the line behind
    them. The ordinal truth is the log odds per skill of logistic noise without chain effects.

    Args:
        start: the line at k = 2; near or above 10 it is cut.
        per_skill: its slope.
        chains: chains per study.
        epochs: repeats per case.
        replications: studies.

    Example:
        >>> [row.quantity for row in line_coverage(11.0, -0.6, chains=10, epochs=1, replications=1)]
        ['censored slope', 'ordinal slope', 'naive slope']
    """
    ends: dict[str, list[tuple[float, float, float]]] = {}
    for replication in range(replications):
        name = f"line-{chains}-{epochs}-{replication}"
        normal = simulate_line(start, per_skill, chains=chains, epochs=epochs, name=name)
        logistic = simulate_line(
            start, per_skill, chains=chains, epochs=epochs, chain_sd=0.0, noise_sd=1.0, logistic=True, name=name
        )
        for quantity, estimate in (
            ("censored slope", ceiling_check(normal).censored),
            ("ordinal slope", ceiling_check(logistic).ordinal),
            ("naive slope", slope(normal)),
        ):
            ends.setdefault(quantity, []).append((estimate.low, estimate.high, per_skill))
    return tuple(_counted(quantity, np.array(found)) for quantity, found in ends.items())


def _counted(quantity: str, found: Floats) -> Coverage:
    low, high, target = found.T
    below, above = high < target, low > target
    covered = (low <= target) & (target <= high)  # an undefined interval covers nothing
    return Coverage(
        quantity,
        len(found),
        float(covered.mean()),
        float(below.mean()),
        float(above.mean()),
        float(np.median(high - low)),
    )


def _intervals(
    outcomes: Outcomes, run: str, other: str, planted: Truth, rival: Truth
) -> Iterator[tuple[str, float, float, float]]:
    def named(quantity: str, estimate: Estimate, target: float) -> tuple[str, float, float, float]:
        return quantity, estimate.low, estimate.high, target

    for kind in ("t", "bootstrap"):
        *by_k, whole = mean_by_k(outcomes, run, interval=kind)
        for estimate, target in zip(by_k, planted.score, strict=True):
            yield named(f"mean at k, {kind}", estimate, float(target))
        yield named(f"mean over k, {kind}", whole, float(planted.score.mean()))
        yield named(f"slope, {kind}", slope(outcomes, run, interval=kind), planted.slope)
    yield named("drop k=7 minus k=2", drops(outcomes, run, pairs=[(2, 7)])[0], planted.score[-1] - planted.score[0])
    difference = float(planted.score.mean() - rival.score.mean())
    yield named("run minus run", compare(outcomes, run, other).overall, difference)
    for estimate, target in zip(solve_by_k(outcomes, run), planted.solve, strict=True):
        yield named("solve at k", estimate, float(target))
    for gap, target in zip(composition_gap(outcomes, run), planted.gap, strict=True):
        yield named("composition gap at k", gap.gap, float(target))
    for conditional, target in zip(conditional_gap(outcomes, run), planted.conditional, strict=True):
        yield named("conditional gap at k", conditional.gap, float(target))
    yield named("half-life", half_life(outcomes, run).k_half, planted.k_half)
    yield "naive mean over k", *_rows_as_independent(outcomes, run), float(planted.score.mean())
    yield "naive gap at k=7", *_pooled_product(outcomes, run), float(planted.gap[-1])


def _rows_as_independent(outcomes: Outcomes, run: str) -> tuple[float, float]:
    rows = outcomes.rows[run]
    scores = rows.columns["score"][~rows.twin]
    scores = scores[~np.isnan(scores)]
    return _plain_interval(float(scores.mean()), scores)


def _pooled_product(outcomes: Outcomes, run: str) -> tuple[float, float]:
    """Solve at k = 7 minus the seventh-fold product of pooled rates, with the error of the solve rate alone."""
    solve = composed(outcomes, run, "solve").means[:, -1]
    solve = solve[~np.isnan(solve)]
    rates, _ = atoms(outcomes, run, 7)
    gap = float(solve.mean()) - float(np.nanmean(rates, axis=0).prod())
    return _plain_interval(gap, solve)


def _plain_interval(centre: float, values: Floats) -> tuple[float, float]:
    error = standard_error((values - values.mean()) / len(values))
    return t_interval(centre, error, len(values) - 1)
