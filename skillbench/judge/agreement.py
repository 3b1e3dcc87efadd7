"""How well a judge agrees with labels: per-field F1 and kappa, error and rank correlation of scores."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise


def macro_f1(truth: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """Unweighted mean of F1 over the labels that occur; NaN without any.

    Example:
        >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
        0.6666666666666666
    """
    labels = set(truth) | set(given)
    scores = []
    for label in labels:
        hits = sum(t == g == label for t, g in zip(truth, given, strict=True))
        scores.append(2 * hits / (truth.count(label) + given.count(label)))
    return math.fsum(scores) / len(scores) if scores else math.nan


def cohen_kappa(truth: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """Agreement beyond chance (Cohen, 1960); 1.0 when both sides know only one label, NaN without items.

    Example:
        >>> cohen_kappa(["a", "a", "b", "b"], ["a", "b", "b", "b"])
        0.5
    """
    total = len(truth)
    if not total:
        return math.nan
    observed = sum(t == g for t, g in zip(truth, given, strict=True)) / total
    first, second = Counter(truth), Counter(given)
    chance = sum(first[label] * second[label] for label in first) / total**2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def mean_absolute_error(truth: Sequence[float], given: Sequence[float]) -> float:
    """Mean distance of two scores; NaN without items."""
    return math.fsum(abs(t - g) for t, g in zip(truth, given, strict=True)) / len(truth) if truth else math.nan


def rank_correlation(truth: Sequence[float], given: Sequence[float]) -> float:
    """Spearman's rho with mean ranks for ties; NaN when one side is constant.

    Example:
        >>> rank_correlation([1, 2, 3], [10, 20, 30])
        1.0
    """
    first, second = _ranks(truth), _ranks(given)
    middle = (len(first) + 1) / 2
    top = math.fsum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    spread = math.fsum((a - middle) ** 2 for a in first) * math.fsum((b - middle) ** 2 for b in second)
    return top / math.sqrt(spread) if spread else math.nan


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda place: values[place])
    edges = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(order)) if values[a] != values[b]), len(order)]
    ranks = [0.0] * len(values)
    for start, end in pairwise(edges):
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
    return ranks
