"""The slope per added skill under other models: trust the main one when these agree with it."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np

from skillbench.stats.ceiling import CeilingCheck, ceiling_check
from skillbench.stats.contrasts import paired
from skillbench.stats.estimate import LEVEL, Estimate, t_interval
from skillbench.stats.means import POSSIBLE
from skillbench.stats.outcomes import Floats, Ints, Table, Unscored, composed, validate_outcomes

NO_STATSMODELS: Final = "needs statsmodels: pip install 'skillbench-steps[report]'"

_METHODS: Final = {"mixed": "mixed model, intercept and slope per chain", "gee": "GEE, exchangeable"}


@dataclass(frozen=True)
class Sensitivity:
    """The slope by a mixed model, by GEE, and by models that know the ceiling (None where a measure has none)."""

    mixed: Estimate
    gee: Estimate
    ceiling: CeilingCheck | None


def slope_sensitivity(
    outcomes: Table,
    run: str | None = None,
    measure: str = "score",
    *,
    minus: str | None = None,
    unscored: Unscored = "exclude",
    level: float = LEVEL,
) -> Sensitivity:
    """The slope by a mixed model, by GEE and by :func:`~skillbench.stats.ceiling.ceiling_check`.

    Mixed: ``y_ck = a + u_c + (b + v_c) k + e_ck`` with (u, v) normal per chain, by REML. GEE: normal,
    exchangeable within the chain, bias-reduced errors. Both need statsmodels (the extra ``report``). With
    ``minus``, y is the difference of the two runs within a case, as in
    :func:`~skillbench.stats.contrasts.compare`. A model that does not converge, or cannot be had, gives
    NaN and says why in its note.

    Source: Laird and Ware 1982; Liang and Zeger 1986; Mancl and DeRouen 2001.

    Args:
        outcomes: the table.
        run: its label; may be left out when there is one.
        measure: any measure column.
        minus: a run to subtract.
        unscored: leave unscored rows out, or count them as 0.
        level: the confidence level.

    Example:
        >>> from skillbench.stats import simulate_line, slope
        >>> study = simulate_line(6.0, -0.4, chains=40, noise_sd=0.2, chain_sd=0.5, name="docs")
        >>> found = slope_sensitivity(study)
        >>> [round(each.estimate, 2) for each in (slope(study), found.mixed, found.gee, found.ceiling.censored)]
        [-0.4, -0.4, -0.4, -0.4]
    """
    checked = validate_outcomes(outcomes)
    label = checked.only(run)
    if minus is None:
        panel = composed(checked, label, measure, unscored)
    else:
        panel, _, _ = paired(checked, label, checked.only(minus), measure, unscored)
    chain, column = np.nonzero(~np.isnan(panel.means))
    x = np.array(panel.ks, dtype=np.float64)
    design = np.stack([np.ones(len(chain)), x[column] - x.mean()], axis=1)
    y = panel.means[chain, column]
    bounded = measure in POSSIBLE
    return Sensitivity(
        mixed=_fitted("mixed", panel.run, measure, y, design, chain, level),
        gee=_fitted("gee", panel.run, measure, y, design, chain, level),
        ceiling=ceiling_check(checked, label, measure, minus=minus, unscored=unscored, level=level)
        if bounded
        else None,
    )


def _fitted(kind: str, run: str, measure: str, y: Floats, design: Floats, chain: Ints, level: float) -> Estimate:
    n = len(np.unique(chain))
    note, value, low, high = "", math.nan, math.nan, math.nan
    if n < 3 or np.ptp(y) == 0 or np.ptp(design[:, 1]) == 0:
        note = "three chains, two k and some variation are needed"
    else:
        try:
            value, error, note = _mixed(y, design, chain) if kind == "mixed" else _gee(y, design, chain)
            low, high = t_interval(value, error, n - 1, level)
        except ModuleNotFoundError:
            note = NO_STATSMODELS
        except (np.linalg.LinAlgError, ValueError) as failure:
            note = f"did not converge: {failure}"
    return Estimate(f"slope of {measure} per skill", run, None, value, low, high, level, n, _METHODS[kind], note)


def _mixed(y: Floats, design: Floats, chain: Ints) -> tuple[float, float, str]:
    """Slope, error and warnings by the first optimiser that converges.

    Gradients fail where a variance is 0 or the chain effects are collinear, and an unconverged fit has
    errors a quarter too small without looking it; Powell's method needs no gradient.
    """
    import statsmodels.api as sm  # noqa: PLC0415 - an extra, and a second to load; only this check needs it

    for method in ("bfgs", "powell"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = sm.MixedLM(y, design, groups=chain, exog_re=design).fit(reml=True, method=method)
            value, error = float(found.fe_params[1]), float(found.bse_fe[1])
        if found.converged and math.isfinite(error):
            return value, error, _said(caught)
    raise ValueError("no optimiser found the maximum")


def _gee(y: Floats, design: Floats, chain: Ints) -> tuple[float, float, str]:
    import statsmodels.api as sm  # noqa: PLC0415 - as above

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = sm.GEE(y, design, groups=chain, cov_struct=sm.cov_struct.Exchangeable())
        found = model.fit(cov_type="bias_reduced")
        value, error = float(found.params[1]), float(found.bse[1])
    return value, error, _said(caught)


def _said(caught: list[warnings.WarningMessage]) -> str:
    return "; ".join(sorted({str(warning.message) for warning in caught}))
