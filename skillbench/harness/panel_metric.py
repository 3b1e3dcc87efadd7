"""How far the judges of a panel agree, as an Inspect metric."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

from inspect_ai.scorer import Metric, SampleScore, Score, Value, krippendorff_alpha, metric

from skillbench.harness.names import register_names
from skillbench.judge.agreement import cohen_kappa


@metric
def panel() -> Metric:
    """Agreement of a panel on what it read: Krippendorff's alpha, and Cohen's kappa averaged over pairs.

    Nothing for a single judge.
    """

    def compute(scores: list[SampleScore]) -> Value:
        rows = [row for one in scores for row in (one.score.metadata or {}).get("votes", {}).values() if len(row) > 1]
        if not rows:
            return {}
        alpha: Callable[[list[SampleScore]], float] = krippendorff_alpha("nominal")  # type: ignore[assignment]  # protocols
        whole = [row for row in rows if len(row) == len(max(rows, key=len))]
        raters = list(zip(*whole, strict=True))
        kappas = [cohen_kappa(one, other) for one, other in combinations(raters, 2)]
        return {
            "alpha": alpha([SampleScore(score=Score(value=list(row))) for row in rows]),
            "kappa": math.fsum(kappas) / len(kappas),
        }

    return compute


register_names(panel)
