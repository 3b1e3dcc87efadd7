"""Shares that a judge counted, corrected for the judge's known errors."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from skillbench.core.errors import InputError
from skillbench.stats.estimate import LEVEL, ONE_CHAIN, Estimate, effective_size, t_interval


@dataclass(frozen=True)
class Verdicts:
    """Yes or no of a judge per item, the chain of each item and, for calibration, what is true."""

    judged: Sequence[bool]
    chains: Sequence[Hashable]
    truth: Sequence[bool] = ()


@dataclass(frozen=True)
class CorrectedShare:
    """The share that is true, as the judge's errors imply it.

    Attributes:
        share: corrected, with an interval that holds the judge's own uncertainty.
        judged: the share the judge saw.
        sensitivity, specificity: its hits among true and its rejections among false calibration items.
    """

    share: Estimate
    judged: float
    sensitivity: float
    specificity: float


def corrected_share(
    verdicts: Verdicts, calibration: Verdicts, *, run: str = "", level: float = LEVEL
) -> CorrectedShare:
    """The share of items that are true, from a judge's verdicts and its errors on labelled items.

    ``theta = (p + q0 - 1)/(q0 + q1 - 1)`` with p the share judged true, q1 the sensitivity and q0 the
    specificity. Delta method: ``var = (var p + (1 - theta)² var q0 + theta² var q1)/(q0 + q1 - 1)²``. Each of
    the three is a share over chains: its size is the effective number of items, and it is shrunk by
    ``(x + z²/2)/(n + z²)``, which keeps a width where the judge made no error on the calibration items.
    Student's t on the counted chains. A judge no better than chance says nothing: NaN and a note.

    Source: Rogan and Gladen 1978, American Journal of Epidemiology 107(1); with the calibration error for
    language-model judges, Lee et al. 2025 (arXiv 2511.21140); shrinkage, Agresti and Coull 1998.

    Args:
        verdicts: the items to count.
        calibration: labelled items of the same kind, with both true and false ones.
        run: the judged run's label.
        level: the confidence level.

    Raises:
        InputError: columns of different length, no items, or calibration without both kinds.

    Example:
        A judge that misses a tenth and lets a fifth pass says 55 %; the truth it implies is half.

        >>> judged = Verdicts([True] * 110 + [False] * 90, [f"c{at // 4}" for at in range(200)])
        >>> labelled = Verdicts(
        ...     judged=[True] * 90 + [False] * 10 + [True] * 20 + [False] * 80,
        ...     chains=list(range(200)),
        ...     truth=[True] * 100 + [False] * 100,
        ... )
        >>> found = corrected_share(judged, labelled)
        >>> round(found.share.estimate, 2), found.judged, found.sensitivity, found.specificity
        (0.5, 0.55, 0.9, 0.8)
    """
    seen = _shares(verdicts)
    if len(calibration.truth) != len(calibration.judged):
        raise InputError(
            f"{len(calibration.truth)} labels for {len(calibration.judged)} calibration items; give one for each"
        )
    hits, false_alarms = (_shares(_kept(calibration, kind)) for kind in (True, False))
    share, specificity = _implied(seen.share, hits.share, false_alarms.share), 1 - false_alarms.share
    note, low, high = "", math.nan, math.nan
    if math.isnan(share):
        note = "the judge is no better than chance on the calibration items: nothing can be inferred"
    elif seen.chains == 1:
        note = ONE_CHAIN
    else:
        low, high = _interval(seen, hits, false_alarms, level)
    method = "Rogan-Gladen, delta method by chain"
    estimate = Estimate("corrected share", run, None, share, low, high, level, seen.chains, method, note)
    return CorrectedShare(estimate.clipped(0.0, 1.0), seen.share, hits.share, specificity)


@dataclass(frozen=True)
class _Share:
    """A share over chains with the number of independent items that would be as precise."""

    share: float
    size: float
    chains: int

    def shrunk(self, z: float) -> tuple[float, float]:
        """Agresti and Coull's share and its variance."""
        size = self.size + z * z
        share = (self.size * self.share + z * z / 2) / size
        return share, share * (1 - share) / size


def _kept(calibration: Verdicts, kind: bool) -> Verdicts:
    which = [at for at, true in enumerate(calibration.truth) if bool(true) is kind]
    return Verdicts([calibration.judged[at] for at in which], [calibration.chains[at] for at in which])


def _shares(verdicts: Verdicts) -> _Share:
    if not len(verdicts.judged) or len(verdicts.judged) != len(verdicts.chains):
        raise InputError(
            f"{len(verdicts.judged)} verdicts and {len(verdicts.chains)} chains; "
            "give at least one item (calibration: one true and one false), each with its chain"
        )
    code: dict[Hashable, int] = {chain: at for at, chain in enumerate(dict.fromkeys(verdicts.chains))}
    own = np.array([code[chain] for chain in verdicts.chains])
    yes = np.bincount(own, weights=np.asarray(verdicts.judged, dtype=np.float64))
    count = np.bincount(own)
    n, share = len(code), float(yes.sum() / count.sum())
    variance = float(np.sum((yes - share * count) ** 2)) / float(count.sum()) ** 2 * n / max(n - 1, 1)
    return _Share(share, effective_size(share, variance, n, float(count.sum())), n)


def _implied(judged: float, hits: float, false_alarms: float) -> float:
    informed = hits - false_alarms
    return min(max((judged - false_alarms) / informed, 0.0), 1.0) if informed > 0 else math.nan


def _interval(seen: _Share, hits: _Share, false_alarms: _Share, level: float) -> tuple[float, float]:
    z = float(special.ndtri(0.5 + level / 2))
    (p, var_p), (hit, var_hit), (alarm, var_alarm) = (one.shrunk(z) for one in (seen, hits, false_alarms))
    informed = hit - alarm
    if informed <= 0:
        return 0.0, 1.0
    share = (p - alarm) / informed
    error = math.sqrt(var_p + (1 - share) ** 2 * var_alarm + share**2 * var_hit) / informed
    return t_interval(share, error, seen.chains - 1, level)
