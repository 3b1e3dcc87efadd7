"""Does the ceiling bend the slope? Scores end at 10 and pile up there; two models that know it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from skillbench.core.errors import SelectionError
from skillbench.stats._checks import K_MAX
from skillbench.stats.estimate import LEVEL, NO_DATA, Estimate, clustered
from skillbench.stats.likelihood import Fit, fit
from skillbench.stats.means import POSSIBLE
from skillbench.stats.outcomes import Floats, Ints, Outcomes, Table, Unscored, composed_rows, validate_outcomes

BANDS: Final = (0.3, 0.5, 0.9, 1.0)
"""Shares of full marks where bands end: the rubric's two caps, its top band, full marks."""

TOO_FEW: Final = "three chains and two k are needed"
_LEAST_CHAINS: Final = 3
_HALF_LOG_2PI: Final = 0.5 * math.log(2 * math.pi)
_FARTHEST: Final = 30.0  # a change in log odds over all k that no finite slope explains


@dataclass(frozen=True)
class CeilingCheck:
    """The slope per skill under models in which the scale ends.

    Attributes:
        censored: points per skill of the score as if the scale had no ends (two-limit Tobit).
        ordinal: change per skill in the log odds of a higher band (proportional odds).
        at_top, at_bottom: share of the run's scored composed rows with full marks, and with none.
    """

    censored: Estimate
    ordinal: Estimate
    at_top: float
    at_bottom: float


@dataclass(frozen=True)
class _Rows:
    """Scored rows of composed cases: y as share of full marks, x = k less its mean, and the chain."""

    run: str
    y: Floats
    x: Floats
    chain: Ints


class _UnfitError(Exception):
    """The model has no finite estimate; the message becomes the note."""


def ceiling_check(
    outcomes: Table,
    run: str | None = None,
    measure: str = "score",
    *,
    minus: str | None = None,
    unscored: Unscored = "exclude",
    level: float = LEVEL,
) -> CeilingCheck:
    """The slope by a censored and by an ordinal model: every epoch a row, errors by chain.

    Censored: ``y* = a + b k + e``, e normal, and the score is y* cut to 0..10; b is what a skill costs
    where the scale lets it be seen. Scores of an agent that starts at the ceiling fall less than y*, so a
    censored slope steeper than that of the scores means that the ceiling hides part of the fall. It leans on
    residuals being normal with one spread: believe its sign and rough size. Ordinal: ``logit P(band > j)
    = b k - c_j`` for the bands up to 3, up to 5, below 9, below 10, and 10; it takes no distances, so
    neither the ceiling nor the caps at 3 and 5 bend it. Errors: see :func:`~skillbench.stats.likelihood.fit`.
    A model that cannot be fitted gives NaN and says why.

    Source: Tobin 1958, Econometrica 26(1); McCullagh 1980, JRSS B 42(2); that each likelihood has one
    maximum, Olsen 1978, Econometrica 46(5) and Pratt 1981, JASA 76.

    Args:
        outcomes: the table.
        run: its label; may be left out when there is one.
        measure: a measure with both ends: score, score_no_bonus, solve or coverage.
        minus: a run whose slope is subtracted, chain by chain, on the cases that both have.
        unscored: leave unscored rows out, or count them as 0.
        level: the confidence level.

    Raises:
        SelectionError: the measure has no upper end.

    Example:
        An agent that starts at the ceiling and truly loses 0.8 a skill; least squares on its scores sees 0.5.

        >>> from skillbench.stats import simulate_line, slope
        >>> study = simulate_line(11.0, -0.8, chains=100, name="ceiling")
        >>> round(slope(study).estimate, 1)
        -0.5
        >>> found = ceiling_check(study).censored
        >>> found.low < -0.8 < found.high
        True
    """
    checked = validate_outcomes(outcomes)
    runs = [checked.only(run)] if minus is None else [checked.only(run), checked.only(minus)]
    top = POSSIBLE.get(measure, (0.0, math.inf))[1]
    if math.isinf(top):
        raise SelectionError(f"measure {measure!r} has no upper end; choose one of {list(POSSIBLE)}")
    data = _rows(checked, runs, measure, unscored, top)
    label = " minus ".join(runs)

    def slope(quantity: str, model: Callable[[_Rows], Fit], scale: float, method: str) -> Estimate:
        try:
            fits = [model(rows) for rows in data]
        except _UnfitError as reason:
            chains, nan = len(np.unique(data[0].chain)), math.nan
            return Estimate(quantity, label, None, nan, nan, nan, level, chains, method, str(reason))
        signed = list(zip((scale, -scale), fits, strict=False))
        value = sum(sign * float(found.point[0]) for sign, found in signed)
        influence = np.sum([sign * found.influence[:, 0] for sign, found in signed], axis=0)
        return clustered(quantity, label, None, value, influence, method=method, level=level)

    return CeilingCheck(
        slope(f"slope of {measure} without ends per skill", _tobit, top, "two-limit Tobit, jackknife over chains"),
        slope("log odds of a higher band per skill", _bands, 1.0, "proportional odds, jackknife over chains"),
        at_top=_share(data[0].y >= 1),
        at_bottom=_share(data[0].y <= 0),
    )


def _rows(outcomes: Outcomes, runs: Sequence[str], measure: str, unscored: Unscored, top: float) -> list[_Rows]:
    """The scored rows of each run in the cases that all of them have."""
    read = [composed_rows(outcomes, run, measure, unscored) for run in runs]
    cells = [chain * (K_MAX + 1) + k for chain, k, _ in read]
    shared = set.intersection(*(set(codes.tolist()) for codes in cells))
    found = []
    for run, (chain, k, values), codes in zip(runs, read, cells, strict=True):
        use = np.isin(codes, list(shared))
        x = k[use].astype(np.float64)
        found.append(_Rows(run, values[use] / top, x - (x.mean() if len(x) else 0.0), chain[use]))
    return found


def _settled(found: Fit, rows: _Rows) -> Fit:
    if not found.settled or not np.isfinite(found.point).all() or not np.isfinite(found.influence).all():
        raise _UnfitError(f"{rows.run}: the fit did not settle")
    if abs(found.point[0]) * np.ptp(rows.x) > _FARTHEST:
        raise _UnfitError(f"{rows.run}: k tells the bands apart without error: no finite slope")
    return found


def _enough(rows: _Rows) -> None:
    if len(rows.y) == 0:
        raise _UnfitError(f"{rows.run}: {NO_DATA}")
    if len(np.unique(rows.chain)) < _LEAST_CHAINS or np.ptp(rows.x) == 0:
        raise _UnfitError(f"{rows.run}: {TOO_FEW}")


def _tobit(rows: _Rows) -> Fit:
    """Slope, intercept and log sigma of the two-limit Tobit, all as shares of full marks."""
    _enough(rows)
    y, x = rows.y, rows.x
    above, below = y >= 1, y <= 0
    inside = ~(above | below)
    if len(np.unique(y[inside])) < 2:
        raise _UnfitError(f"{rows.run}: fewer than two values lie between the ends")

    def likelihood(point: Floats) -> tuple[Floats, Floats]:
        sigma = math.exp(point[2])
        z = (np.clip(y, 0.0, 1.0) - point[0] * x - point[1]) / sigma
        tail = np.where(above, -z, z)  # distance of the line beyond the end, in sigma
        log_tail = special.log_ndtr(tail)
        hazard = np.exp(-0.5 * tail**2 - _HALF_LOG_2PI - log_tail)
        value = np.where(inside, -0.5 * z**2 - _HALF_LOG_2PI - point[2], log_tail)
        by_line = np.select([inside, above], [z, hazard], -hazard) / sigma
        by_spread = np.where(inside, z**2 - 1, -hazard * tail)
        return value, np.stack([by_line * x, by_line, by_spread], axis=1)

    slope, start = np.polyfit(x, y, 1)
    spread = max(float(np.std(y - slope * x - start)), 1e-3)
    return _settled(fit(likelihood, np.array([slope, start, math.log(spread)]), rows.chain), rows)


def _bands(rows: _Rows) -> Fit:
    """Slope, first cut and log widths of the inner bands of the proportional odds model."""
    _enough(rows)
    band = np.select([rows.y <= BANDS[0], rows.y <= BANDS[1], rows.y < BANDS[2], rows.y < BANDS[3]], [0, 1, 2, 3], 4)
    held, band = np.unique(band, return_inverse=True)
    last = len(held) - 1
    if last == 0:
        raise _UnfitError(f"{rows.run}: every score lies in one band")
    x = rows.x

    def likelihood(point: Floats) -> tuple[Floats, Floats]:
        widths = np.exp(point[2:])
        cuts = point[1] + np.concatenate([[0.0], np.cumsum(widths)])
        upper = np.append(cuts, np.inf)[band] - point[0] * x
        lower = np.append(-np.inf, cuts)[band] - point[0] * x
        # F(u) - F(l) = F(u) F(-l) (1 - exp(l - u)) for the logistic F: exact far out in both tails
        gap = np.where((band > 0) & (band < last), np.append(0.0, np.append(widths, 0.0))[band], np.inf)
        value = special.log_expit(upper) + special.log_expit(-lower) + np.log(-np.expm1(-gap))
        narrow = np.exp(-gap) / -np.expm1(-gap)
        by_upper = special.expit(-upper) + narrow
        by_lower = -special.expit(lower) - narrow
        by_cut = np.zeros((len(x), last))
        high, low = np.flatnonzero(band < last), np.flatnonzero(band > 0)
        by_cut[high, band[high]] += by_upper[high]
        by_cut[low, band[low] - 1] += by_lower[low]
        by_later = np.cumsum(by_cut[:, ::-1], axis=1)[:, ::-1]  # widening a band moves every later cut
        by_slope = -x * by_cut.sum(axis=1)
        return value, np.column_stack([by_slope, by_later[:, 0], by_later[:, 1:] * widths])

    shares = np.cumsum(np.bincount(band))[:-1] / len(band)
    cuts = special.logit(shares)
    start = np.concatenate([[0.0, cuts[0]], np.log(np.diff(cuts))])
    return _settled(fit(likelihood, start, rows.chain), rows)


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else math.nan
