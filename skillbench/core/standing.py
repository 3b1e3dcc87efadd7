"""Relative standing: how a measure travels from one skill to the next, and into the decision."""

from __future__ import annotations

import math
from collections.abc import Mapping


def standing(values: Mapping[str, float]) -> dict[str, float]:
    """Relative standing of each entity: (v + m) / (2 m) with m the mean of v over the entities in play.

    It is 1 at the mean and 0.5 at zero, smooth and never clipped, so that an upstream error is damped but
    not lost. All-zero input (an agent's, never a key's) stands at 1 throughout.
    """
    mean = math.fsum(values.values()) / len(values)
    if mean == 0:
        return dict.fromkeys(values, 1.0)
    return {code: (value + mean) / (2 * mean) for code, value in values.items()}
