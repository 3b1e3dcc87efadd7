"""Which samples are judged again: drawn by the hash of what was packed, so that nobody chooses them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from skillbench.core.streams import stream

TOLERANCE: Final = 1e-9
"""Within which two judgings of one sample by code agree."""

SHARE: Final = 0.1
"""Of the samples, how many a re-judging draws."""


def draw(rows: Sequence[Mapping[str, Any]], name: str, share: float = SHARE) -> list[tuple[str, int]]:
    """The samples to judge again: a share of each k, at least one, drawn by name; sorted.

    ``name`` is the hash of the packed samples, so nobody can choose the draw before packing.
    """
    strata: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        strata.setdefault(int(row["k"]), []).append((str(row["case"]), int(row["epoch"])))
    drawn = []
    for k, cases in sorted(strata.items()):
        order = stream("re-judge", name, str(k)).shuffled(sorted(cases))
        drawn += order[: math.ceil(share * len(order))]
    return sorted(drawn)
