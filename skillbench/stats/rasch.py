"""Item effects: a Rasch model whose item difficulty has k as a covariate (LLTM with item errors)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from skillbench.core.errors import SelectionError
from skillbench.stats.estimate import LEVEL, Estimate, clustered
from skillbench.stats.likelihood import fit
from skillbench.stats.outcomes import Floats, Ints, Outcomes, Table, validate_outcomes

_NODES = 21


@dataclass(frozen=True)
class ItemEffect:
    """One case: how many logits harder than its k predicts (posterior mean and standard deviation)."""

    case: str
    chain: str
    k: int
    effect: float
    error: float
    solved: float


@dataclass(frozen=True)
class ItemEffects:
    """The fitted model.

    Attributes:
        per_skill: logits of difficulty added per skill; positive means harder.
        abilities: per run, the log-odds of solving an average case at the first k.
        spread: standard deviation of item effects in logits.
        items: hardest first.
        converged: whether the optimiser says so.
    """

    per_skill: Estimate
    abilities: tuple[Estimate, ...]
    spread: float
    items: tuple[ItemEffect, ...]
    converged: bool


@dataclass(frozen=True)
class _Items:
    """Solved and tried counts, items by runs, with each item's k and chain."""

    cases: tuple[str, ...]
    ks: Floats
    chain: Ints
    solved: Floats
    tried: Floats


def item_effects(outcomes: Table, *, level: float = LEVEL) -> ItemEffects:
    """Fit ``logit P(run r solves item i) = theta_r - eta (k_i - k_1) - sigma z_i``, z_i standard normal.

    Runs are fixed, items random: a handful of models cannot identify discriminations (2PL) nor item
    parameters one by one, but k and the spread of items they can. Marginal likelihood by 21-point
    Gauss-Hermite quadrature; errors by a linearised jackknife over chains, t on chains - 1. Runs that
    solved all or nothing have no finite ability and are refused by name.

    Source: Rasch 1960; Fischer 1973 (LLTM); De Boeck 2008 (random items); Bock and Aitkin 1981.

    Raises:
        SelectionError: no chain prefix is scored, only one k, or a run solved all or none of its cases.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> agents = [PlantedAgent("a", (0.1,) * 7, chain_sd=0.5), PlantedAgent("b", (0.3,) * 7, chain_sd=0.5)]
        >>> found = item_effects(simulate(agents, chains=60, epochs=1, name="docs"))
        >>> first, second = found.abilities
        >>> found.per_skill.low > 0, first.low > second.high
        (True, True)
    """
    checked = validate_outcomes(outcomes)
    items = _counts(checked)
    _identified(checked, items)
    x = items.ks - items.ks.min()
    rates = (items.solved.sum(axis=0) + 0.5) / (items.tried.sum(axis=0) + 1)
    begin = np.concatenate([np.log(rates / (1 - rates)) + 0.3, [0.3, math.log(0.7)]])
    found = fit(lambda point: _scores(point, items, x), begin, items.chain)
    n_runs = len(checked.runs)

    def parameter(quantity: str, run: str, at: int) -> Estimate:
        method = "marginal likelihood, jackknife over chains"
        value, influence = float(found.point[at]), found.influence[:, at]
        return clustered(quantity, run, None, value, influence, method=method, level=level)

    return ItemEffects(
        per_skill=parameter("logits harder per skill", "", n_runs),
        abilities=tuple(parameter("ability", run, at) for at, run in enumerate(checked.runs)),
        spread=math.exp(found.point[n_runs + 1]),
        items=_ranked(found.point, items, x, checked),
        converged=found.settled,
    )


def _counts(outcomes: Outcomes) -> _Items:
    index: dict[str, int] = {}
    ks: list[int] = []
    chain: list[int] = []
    for run in outcomes.runs:
        rows = outcomes.rows[run]
        for case, k, code in zip(rows.names[~rows.twin], rows.k[~rows.twin], rows.chain[~rows.twin], strict=True):
            if case not in index:
                index[case] = len(index)
                ks.append(int(k))
                chain.append(int(code))
    solved = np.zeros((len(index), len(outcomes.runs)))
    tried = np.zeros_like(solved)
    for column, run in enumerate(outcomes.runs):
        rows = outcomes.rows[run]
        solve = rows.columns["solve"]
        use = ~rows.twin & ~np.isnan(solve)
        at = np.array([index[case] for case in rows.names[use]], dtype=np.int64)
        solved[:, column] = np.bincount(at, weights=solve[use], minlength=len(index))
        tried[:, column] = np.bincount(at, minlength=len(index))
    return _Items(tuple(index), np.array(ks, dtype=np.float64), np.array(chain, dtype=np.int64), solved, tried)


def _identified(outcomes: Outcomes, items: _Items) -> None:
    if not items.tried.sum() > 0 or np.ptp(items.ks) == 0:
        raise SelectionError("item effects need scored chain cases at two or more k; give the logs of such runs")
    totals, tries = items.solved.sum(axis=0), items.tried.sum(axis=0)
    extreme = [run for run, s, t in zip(outcomes.runs, totals, tries, strict=True) if s in {0.0, t}]
    if extreme:
        raise SelectionError(
            f"runs {extreme} solved all or none of their cases, so they have no finite ability; leave them out"
        )


def _posterior(point: Floats, items: _Items, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Per item: marginal log-likelihood, posterior weights of the nodes, solve chances, and the nodes."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    n_runs = items.solved.shape[1]
    theta, eta, sigma = point[:n_runs], point[n_runs], math.exp(point[n_runs + 1])
    logit = theta[None, :, None] - (eta * x)[:, None, None] - sigma * nodes
    likelihood = items.solved[:, :, None] * logit - items.tried[:, :, None] * np.logaddexp(0.0, logit)
    joint = likelihood.sum(axis=1) + np.log(weights / weights.sum())
    peak = joint.max(axis=1, keepdims=True)
    mass = np.exp(joint - peak)
    total = mass.sum(axis=1, keepdims=True)
    marginal: Floats = (peak + np.log(total))[:, 0]
    return marginal, mass / total, 1 / (1 + np.exp(-logit)), nodes


def _scores(point: Floats, items: _Items, x: Floats) -> tuple[Floats, Floats]:
    """Marginal log-likelihood and its gradient per item (Fisher's identity)."""
    marginal, weight, chance, nodes = _posterior(point, items, x)
    residual = items.solved[:, :, None] - items.tried[:, :, None] * chance
    by_run = np.einsum("irq,iq->ir", residual, weight)
    by_node = residual.sum(axis=1) * weight
    sigma = math.exp(point[-1])
    gradient = np.concatenate(
        [by_run, (-x * by_run.sum(axis=1))[:, None], (-sigma * (by_node @ nodes))[:, None]], axis=1
    )
    return marginal, gradient


def _ranked(point: Floats, items: _Items, x: Floats, outcomes: Outcomes) -> tuple[ItemEffect, ...]:
    _, weight, _, nodes = _posterior(point, items, x)
    sigma = math.exp(point[-1])
    mean = sigma * (weight @ nodes)
    spread = np.sqrt(np.maximum(sigma**2 * (weight @ nodes**2) - mean**2, 0.0))
    tries = np.maximum(items.tried.sum(axis=1), 1)
    share = items.solved.sum(axis=1) / tries
    effects = [
        ItemEffect(
            case,
            outcomes.chains[items.chain[at]],
            int(items.ks[at]),
            float(mean[at]),
            float(spread[at]),
            float(share[at]),
        )
        for at, case in enumerate(items.cases)
    ]
    return tuple(sorted(effects, key=lambda item: (-item.effect, item.case)))
