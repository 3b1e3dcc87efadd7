"""Planted agents: outcomes whose true means, gap and half-life are known exactly.

They test the estimators (an interval must cover what was planted) and let a user see what a page looks
like before paying for runs. The harness has planted agents of its own, which act in the real loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import special

from skillbench.core.errors import InputError
from skillbench.stats.decay import tilts
from skillbench.stats.null import Marks
from skillbench.stats.outcomes import Floats, Ints
from skillbench.stats.resample import uniforms

_NODES = 61
_DEPTH = 7


@dataclass(frozen=True)
class PlantedAgent:
    """An agent that fails at known rates.

    Attributes:
        name: its run label.
        error_rates: per skill of the catalogue, the chance to fail it in an average chain.
        tax: chance that adding one more skill spoils the case even if all atoms hold.
        chain_sd: standard deviation over chains of ability, in logits (hard and easy chains).
        checks: checkpoints per case; the score is 10 times the share met, so fewer mean more noise.
        unscored: chance that a row has no score.
        tool_rate: chance of effective tool use, which makes up a tenth of that row's score.
    """

    name: str
    error_rates: tuple[float, ...]
    tax: float = 0.0
    chain_sd: float = 0.0
    checks: int = 20
    unscored: float = 0.0
    tool_rate: float = 0.0

    def chances(self, ability: Floats) -> Floats:
        """Chance to pass each skill of the catalogue (last axis) at each ability."""
        easiness = special.logit(1 - np.array(self.error_rates))
        passed: Floats = special.expit(easiness + self.chain_sd * ability[..., None])
        return passed


@dataclass(frozen=True)
class Truth:
    """What was planted, by k = 2 to 7 where it is an array; ``slope`` and ``k_half`` are the fits to these means."""

    score: Floats
    solve: Floats
    expected: Floats
    gap: Floats
    conditional: Floats
    tool_bonus: Floats
    slope: float
    k_half: float


def truth(agent: PlantedAgent) -> Truth:
    """The planted truth over all chains that could be drawn.

    Over a chain's ability by 61-point Gauss-Hermite quadrature; over its skills exactly, since the mean
    of a product over random k-subsets is the elementary symmetric polynomial over ``C(n, k)``.

    Example:
        >>> found = truth(PlantedAgent("demo", (0.1,) * 7, tax=0.05))
        >>> found.solve.round(4).tolist()[:2], round(0.9**2 * 0.95, 4), round(0.9**3 * 0.95**2, 4)
        ([0.7695, 0.6579], 0.7695, 0.6579)
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    chances = agent.chances(nodes)
    ks = np.arange(2, _DEPTH + 1)
    kept = np.power(1.0 - agent.tax, ks - 1.0)
    score = 10 * float(weights @ chances.mean(axis=1)) * kept
    expected = weights @ _subset_products(chances)[:, ks]
    solve = expected * kept
    squares = weights @ _subset_products(chances**2)[:, ks]
    x = (ks - ks.mean()).astype(np.float64)
    decay = float(tilts(solve[None, :], np.ones((1, len(ks))), (ks - ks[0]).astype(np.float64))[0])
    return Truth(
        score=score,
        solve=solve,
        expected=expected,
        gap=solve - expected,
        conditional=1 - squares * kept / expected,
        tool_bonus=0.1 * agent.tool_rate * score,
        slope=float(x @ score / (x @ x)),
        k_half=float(ks[0] + math.log(2) / -decay) if decay < 0 else math.inf,
    )


def _subset_products(chances: Floats) -> Floats:
    """Mean product over all k-subsets of the last axis, for k = 0 to 7."""
    n = chances.shape[-1]
    sums = np.zeros((*chances.shape[:-1], _DEPTH + 1))
    counts = np.array([math.comb(n, k) for k in range(_DEPTH + 1)], dtype=np.float64)
    sums[..., 0] = 1.0
    for at in range(n):
        sums[..., 1:] = sums[..., 1:] + sums[..., :-1] * chances[..., at, None]
    means: Floats = sums / counts
    return means


def simulate(
    agents: Sequence[PlantedAgent], chains: int, epochs: int, name: str, *, marks: Marks | None = None
) -> pd.DataFrame:
    """A table of outcomes: every agent on the same chains of seven skills and their twins.

    Agents share each chain's skills and difficulty, so their differences are paired. The same arguments
    give the same table on every platform. By default score and solve of a row are drawn apart, each about its
    planted mean; with ``marks`` each skill is drawn right or wrong, and every measure follows from that (the
    tax then is the chance that an added skill goes wrong for being added).

    Raises:
        InputError: no agent, catalogues of different size, or fewer than seven skills.

    Example:
        >>> table = simulate([PlantedAgent("demo", (0.1,) * 7)], chains=10, epochs=2, name="docs")
        >>> len(table), sorted(table["kind"].unique())
        (260, ['chain', 'twin'])
    """
    sizes = {len(agent.error_rates) for agent in agents}
    if len(sizes) != 1 or min(sizes) < _DEPTH:
        raise InputError(f"catalogues hold {sorted(sizes)} skills; give all agents one size, at least {_DEPTH}")
    skills = np.argsort(uniforms((chains, min(sizes)), name, "skills"), axis=1, kind="stable")[:, :_DEPTH]
    ability: Floats = special.ndtri(_open(uniforms((chains,), name, "ability")))
    draw = _apart if marks is None else partial(_by_marks, marks=marks)
    return pd.concat([_rows(agent, skills, ability, epochs, name, draw) for agent in agents], ignore_index=True)


def simulate_line(  # noqa: PLR0913 - a planted line has this many parts
    start: float,
    slope: float,
    *,
    chains: int,
    epochs: int = 1,
    chain_sd: float = 1.0,
    noise_sd: float = 1.5,
    logistic: bool = False,
    name: str,
    run: str = "line",
) -> pd.DataFrame:
    """Outcomes of a run that falls on a line its scale may hide: ``clip(start + slope (k - 2) + u + e, 0, 10)``.

    u is normal with ``chain_sd`` per chain, e normal (or logistic) with scale ``noise_sd`` per row; solved
    means full marks. Runs of one ``name`` share their chains' u. Only prefixes, k = 2 to 7; no twins.

    Example:
        >>> simulate_line(12.0, 0.0, chains=2, chain_sd=0, noise_sd=0, name="docs")["score"].unique().tolist()
        [10.0]
    """
    ks = np.arange(2, _DEPTH + 1)
    skills = np.broadcast_to(np.arange(_DEPTH), (chains, _DEPTH))
    labels = pd.DataFrame(_labels(skills, np.concatenate([np.ones(_DEPTH, dtype=np.int64), ks]), epochs))
    shift = chain_sd * special.ndtri(_open(uniforms((chains, 1, 1), name, "chain")))
    quantile = special.logit if logistic else special.ndtri
    noise = noise_sd * quantile(_open(uniforms((chains, len(ks), epochs), name, run, "noise")))
    score = np.clip(start + slope * (ks - 2)[None, :, None] + shift + noise, 0.0, 10.0).ravel()
    graded = {"score": score, "score_no_bonus": score, "solve": (score >= 10).astype(np.float64)}
    unknown = {"coverage": score / 10, "tokens": np.nan, "cost": np.nan}
    return labels[labels["kind"] == "chain"].assign(run=run, **graded, **unknown).reset_index(drop=True)


def _open(values: Floats) -> Floats:
    """Uniform numbers kept off 0 and 1, where quantiles are infinite."""
    return np.clip(values, 1e-12, 1 - 1e-12)


Draw: TypeAlias = Callable[[PlantedAgent, Floats, int, str], dict[str, Floats]]
"""From agent, its chances by chain and skill, epochs and name: the graded columns, chains by cases by epochs."""


def _apart(agent: PlantedAgent, atoms: Floats, epochs: int, name: str) -> dict[str, Floats]:
    """Score and solve of every row, drawn apart from each other."""
    ks = np.arange(2, _DEPTH + 1)
    kept = (1 - agent.tax) ** (ks - 1)
    pass_all = np.concatenate([atoms, np.cumprod(atoms, axis=1)[:, 1:] * kept], axis=1)
    share = np.cumsum(atoms, axis=1) / np.arange(1, _DEPTH + 1)
    pass_check = np.concatenate([atoms, share[:, 1:] * kept], axis=1)
    shape = (len(atoms), pass_all.shape[1], epochs)
    met = uniforms((*shape, agent.checks), name, agent.name, "checks") < pass_check[:, :, None, None]
    score = 10 * met.mean(axis=3)
    solve = (uniforms(shape, name, agent.name, "solve") < pass_all[:, :, None]).astype(np.float64)
    used = uniforms(shape, name, agent.name, "tools") < agent.tool_rate
    plain = score * (1 - 0.1 * used)
    return {"score": score, "score_no_bonus": plain, "solve": solve, "right": score / 10, "tool_used": used * 1.0}


def _by_marks(agent: PlantedAgent, atoms: Floats, epochs: int, name: str, marks: Marks) -> dict[str, Floats]:
    """Every measure of every row from which of its skills are right, and by a tool."""
    held = np.vstack([np.eye(_DEPTH), np.tri(_DEPTH)[1:]]).astype(np.bool_)  # cases by skills: twins, then prefixes
    shape = (len(atoms), len(held), epochs, _DEPTH)
    spared = uniforms(shape, name, agent.name, "tax") >= agent.tax
    spared[:, :_DEPTH] = True
    spared[..., 0] = True
    right = (uniforms(shape, name, agent.name, "skills") < atoms[:, None, None, :]) & spared & held[:, None, :]
    used = (right & (uniforms(shape, name, agent.name, "tools") < agent.tool_rate)).any(axis=3)
    number, k = right.sum(axis=3), held.sum(axis=1)[None, :, None]
    table = np.zeros((_DEPTH + 1, 2, _DEPTH + 1))
    for each in range(1, _DEPTH + 1):
        table[each, :, : each + 1] = marks(each)
    score, plain = table[k, used * 1, number], table[k, 0, number]
    solve, share = (number == k) * 1.0, number / k
    return {"score": score, "score_no_bonus": plain, "solve": solve, "right": share, "tool_used": used * 1.0}


def _rows(agent: PlantedAgent, skills: Ints, ability: Floats, epochs: int, name: str, draw: Draw) -> pd.DataFrame:
    atoms = np.take_along_axis(agent.chances(ability), skills, axis=1)
    graded = draw(agent, atoms, epochs, name)
    graded["coverage"] = graded["right"]
    shape = graded["solve"].shape
    lost = uniforms(shape, name, agent.name, "unscored") < agent.unscored
    k = np.concatenate([np.ones(_DEPTH, dtype=np.int64), np.arange(2, _DEPTH + 1)])
    columns: dict[str, object] = {
        "run": agent.name,
        **_labels(skills, k, epochs),
        **{column: np.where(lost, np.nan, values).ravel() for column, values in graded.items()},
        "tokens": np.broadcast_to(1000.0 * k[None, :, None], shape).ravel(),
        "cost": np.broadcast_to(0.01 * k[None, :, None], shape).ravel(),
    }
    return pd.DataFrame(columns)


def _labels(skills: Ints, k: Ints, epochs: int) -> dict[str, object]:
    chains, width = len(skills), len(k)
    place = np.concatenate([np.arange(_DEPTH), k[_DEPTH:] - 1])
    chain = np.array([f"chain-{at:04d}" for at in range(chains)], dtype=object)
    suffix = np.array([f"/twin-{at + 1}" for at in range(_DEPTH)] + [f"/k-{at}" for at in k[_DEPTH:]], dtype=object)
    kind = np.array(["twin"] * _DEPTH + ["chain"] * (width - _DEPTH), dtype=object)
    tags = np.array([f"skill-{at:03d}" for at in range(int(skills.max()) + 1)], dtype=object)
    each = {
        "case": chain[:, None] + suffix[None, :],
        "chain": np.broadcast_to(chain[:, None], (chains, width)),
        "kind": np.broadcast_to(kind, (chains, width)),
        "k": np.broadcast_to(k, (chains, width)),
        "skill": tags[skills[:, place]],
    }
    labels: dict[str, object] = {name: np.repeat(values.ravel(), epochs) for name, values in each.items()}
    labels["epoch"] = np.tile(np.arange(1, epochs + 1), chains * width)
    return labels
