"""How many chains and epochs a study needs, and what a pilot says about its variance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from skillbench.core.errors import InputError
from skillbench.stats.contrasts import POWER, detectable
from skillbench.stats.estimate import LEVEL
from skillbench.stats.outcomes import Table, composed, validate_outcomes

Target: TypeAlias = Literal["difference", "slope"]
CANONICAL = (2, 3, 4, 5, 6, 7)
_MOST_CHAINS = 1_000_000


@dataclass(frozen=True)
class Option:
    """One way to run the study: its chains and epochs, agent runs in all, and what it can detect."""

    chains: int
    epochs: int
    samples: int
    detectable: float
    tokens: float
    cost: float


@dataclass(frozen=True)
class Plan:
    """The cheapest option in agent runs, and the options it was chosen from, by epochs.

    ``tokens`` and ``cost`` are NaN where no figure per sample was given.
    """

    effect: float
    target: Target
    best: Option
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Components:
    """Where the variance of a measure lies.

    Attributes:
        sd: of a case's true mean, over chains.
        rho: correlation of true means between k within a chain.
        noise_sd: between epochs of one case; NaN with a single epoch (it is then part of sd).
    """

    sd: float
    rho: float
    noise_sd: float


def minimum_detectable_effect(  # noqa: PLR0913 - a design has this many parts
    chains: int,
    sd: float,
    rho: float,
    *,
    noise_sd: float = 0.0,
    epochs: int = 1,
    target: Target = "difference",
    ks: Sequence[int] = CANONICAL,
    power: float = POWER,
    level: float = LEVEL,
) -> float:
    """The smallest true effect found with ``power`` by this many chains.

    ``difference``, between two k of a run or two runs at one k, paired by chain:
    ``SE² = (2 (1 - rho) sd² + 2 noise²/epochs) / chains``. ``slope`` per skill:
    ``SE² = ((1 - rho) sd² + noise²/epochs) / (chains * sum (k - mean k)²)``, equal correlation between
    k. Then ``(t(1 - alpha/2) + t(power)) * SE`` with chains - 1 degrees. Source: Bloom 1995; Miller 2024
    (arXiv 2411.00640).

    Args:
        chains: chains run.
        sd: standard deviation over chains of a case's true mean, in points.
        rho: correlation of true means that are paired (between k, or between runs); 0 if unpaired.
        noise_sd: standard deviation between epochs of one case (agent and judge).
        epochs: repeats of each case.
        target: ``difference`` or ``slope``.
        ks: the k that are run, for the slope.
        power: chance of finding the effect.
        level: confidence level, 1 - alpha.

    Example:
        >>> round(minimum_detectable_effect(100, 1.5, 0.5), 2)
        0.42
    """
    error = _error_factor(sd, rho, noise_sd, epochs, target, ks) / math.sqrt(chains)
    return detectable(error, chains - 1, level, power)


def plan(  # noqa: PLR0913 - a design has this many parts
    effect: float,
    sd: float,
    rho: float,
    *,
    noise_sd: float = 0.0,
    target: Target = "difference",
    ks: Sequence[int] = CANONICAL,
    max_epochs: int = 5,
    twins: bool = True,
    power: float = POWER,
    level: float = LEVEL,
    tokens_per_sample: float = math.nan,
    cost_per_sample: float = math.nan,
) -> Plan:
    """Chains and epochs needed to find ``effect``; see :func:`minimum_detectable_effect`.

    For each number of epochs up to ``max_epochs``, the fewest chains whose detectable effect is at most
    ``effect``; best is the one with the fewest agent runs, ``chains * epochs * (len(ks) + twins)``,
    where a chain has max(ks) twins.

    Raises:
        InputError: an argument is out of range, or a million chains would not do.

    Example:
        >>> best = plan(0.3, sd=1.5, rho=0.5).best
        >>> best.chains, round(best.detectable, 3)
        (199, 0.299)
    """
    if not (effect > 0 and sd > 0 and 0 <= rho <= 1 and noise_sd >= 0 and len(set(ks)) > 1 and max_epochs > 0):
        raise InputError(
            f"effect={effect}, sd={sd}, rho={rho}, noise_sd={noise_sd}, ks={list(ks)}, max_epochs={max_epochs}: "
            "a plan needs effect > 0, sd > 0, rho in 0..1, noise_sd >= 0, two k or more and an epoch or more"
        )
    per_chain = len(ks) + (max(ks) if twins else 0)
    options = []
    for epochs in range(1, max_epochs + 1):
        factor = _error_factor(sd, rho, noise_sd, epochs, target, ks)
        chains = _fewest(effect, factor, level, power)
        samples = chains * epochs * per_chain
        found = detectable(factor / math.sqrt(chains), chains - 1, level, power)
        options.append(Option(chains, epochs, samples, found, samples * tokens_per_sample, samples * cost_per_sample))
    best = min(options, key=lambda option: (option.samples, option.epochs))
    return Plan(effect, target, best, tuple(options))


def variance_components(outcomes: Table, run: str | None = None, measure: str = "score") -> Components:
    """What a pilot says about sd, rho and noise, by moments; feed it to :func:`plan`.

    Noise: pooled variance between epochs within a case. Variance at each k over chains minus noise over
    epochs, averaged over k, is ``sd²``; the mean covariance between k over ``sd²`` is ``rho``, cut to
    0..1. Source: Searle, Casella and McCulloch 1992, chapter 3.

    Raises:
        InputError: fewer than two chains are complete over k.

    Example:
        >>> from skillbench.stats import simulate_line
        >>> found = variance_components(simulate_line(5.0, 0.0, chains=400, epochs=2, noise_sd=0.5, name="docs"))
        >>> round(found.sd, 1), round(found.rho, 1), round(found.noise_sd, 1)
        (1.1, 1.0, 0.5)
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    values = composed(checked, label, measure).means
    whole = values[~np.isnan(values).any(axis=1)]
    if len(whole) < 2:
        raise InputError(f"{len(whole)} chain(s) of {label!r} are scored at every k; variance needs at least 2")
    rows = checked.rows[label]
    column = rows.columns[measure]
    use = ~rows.twin & ~np.isnan(column)
    _, case = np.unique(rows.names[use], return_inverse=True)
    count = np.bincount(case)
    mean = np.bincount(case, weights=column[use]) / count
    spare = len(case) - len(count)
    noise = float(np.sum((column[use] - mean[case]) ** 2)) / spare if spare else math.nan
    harmonic = float(np.mean(1 / count))
    covariance = np.atleast_2d(np.cov(whole, rowvar=False))
    m = len(covariance)
    variance = max(float(np.trace(covariance)) / m - (noise * harmonic if spare else 0.0), 0.0)
    between = (float(covariance.sum()) - float(np.trace(covariance))) / (m * (m - 1)) if m > 1 else math.nan
    rho = min(max(between / variance, 0.0), 1.0) if variance > 0 and m > 1 else math.nan
    return Components(math.sqrt(variance), rho, math.sqrt(noise) if spare else math.nan)


def _error_factor(sd: float, rho: float, noise_sd: float, epochs: int, target: Target, ks: Sequence[int]) -> float:
    """The standard error times sqrt(chains)."""
    variance = (1 - rho) * sd**2 + noise_sd**2 / epochs
    if target == "difference":
        return math.sqrt(2 * variance)
    centre = sum(ks) / len(ks)
    return math.sqrt(variance / sum((k - centre) ** 2 for k in ks))


def _fewest(effect: float, factor: float, level: float, power: float) -> int:
    low, high = 2, _MOST_CHAINS
    if not detectable(factor / math.sqrt(high), high - 1, level, power) <= effect:
        raise InputError(f"an effect of {effect} needs more than {_MOST_CHAINS} chains; plan for a larger one")
    while low < high:
        middle = (low + high) // 2
        if detectable(factor / math.sqrt(middle), middle - 1, level, power) <= effect:
            high = middle
        else:
            low = middle + 1
    return low
