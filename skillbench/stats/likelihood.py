"""Maximum likelihood with errors by chain: one fit for every model that gives its likelihood row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from scipy import optimize

from skillbench.stats.outcomes import Floats, Ints

Rows: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""From parameters to the log-likelihood of each row and its gradient (rows by parameters)."""

_STEP: Final = 1e-5  # for the numeric derivative of the analytic gradient


@dataclass(frozen=True)
class Fit:
    """The parameters at the maximum, and each chain's influence on them.

    Attributes:
        point: the parameters.
        influence: chains by parameters, each column summing to 0: what a chain contributes to the estimate.
        settled: whether the gradient vanishes there.
    """

    point: Floats
    influence: Floats
    settled: bool


def fit(rows: Rows, start: Floats, chain: Ints) -> Fit:
    """Maximise a likelihood (BFGS) and take its errors from a linearised jackknife over chains.

    Leaving chain c out moves the maximum by ``(H - H_c)^(-1) g_c``, one Newton step, with g the gradient
    and H the Hessian of the log-likelihood. The influence is ``-(n-1)/n`` times that, centred, so that
    :func:`~skillbench.stats.estimate.standard_error` gives the jackknife's ``(n-1)/n sum (move - mean)²``.
    With few chains it is wider than the sandwich, which it otherwise equals.

    Source: Efron and Stein 1981; MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38(5) (CV3).

    Args:
        rows: the model.
        start: where to begin.
        chain: the chain of each row, in any coding.

    Example:
        The mean, as the maximum of a normal likelihood: exact leave-one-out moves.

        >>> y = np.array([1.0, 2.0, 6.0])
        >>> found = fit(lambda at: (-0.5 * (y - at[0]) ** 2, (y - at[0])[:, None]), np.zeros(1), np.arange(3))
        >>> found.point.round(6).tolist(), found.influence.round(6).ravel().tolist()
        ([3.0], [-0.666667, -0.333333, 1.0])
    """

    def negative(point: Floats) -> tuple[float, Floats]:
        value, gradient = rows(point)
        return -float(value.sum()), -gradient.sum(axis=0)

    size = len(chain)
    found = optimize.minimize(negative, start, jac=True, method="BFGS", options={"gtol": 1e-6 * size})
    point = np.asarray(found.x, dtype=np.float64)
    settled = bool(np.max(np.abs(found.jac)) < 1e-3 * size)
    return Fit(point, _influence(rows, point, chain), settled)


def _influence(rows: Rows, point: Floats, chain: Ints) -> Floats:
    _, code = np.unique(chain, return_inverse=True)
    n, size = int(code.max()) + 1, len(point)
    hessian = np.zeros((n, size, size))
    for at in range(size):
        shift = np.zeros(size)
        shift[at] = _STEP
        np.add.at(hessian[:, at], code, (rows(point + shift)[1] - rows(point - shift)[1]) / (2 * _STEP))
    hessian = (hessian + hessian.transpose(0, 2, 1)) / 2
    gradient = np.zeros((n, size))
    np.add.at(gradient, code, rows(point)[1])
    if n == 1:
        return np.zeros((1, size))
    moves = np.einsum("cpq,cq->cp", np.linalg.pinv(hessian.sum(axis=0) - hessian, hermitian=True), gradient)
    influence: Floats = -(n - 1) / n * (moves - moves.mean(axis=0))
    return influence
