"""What a solver hands over: a number per entity, a signal, and what the rules leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Unsettled(StrEnum):
    """Why the rules do not determine an entity's figure."""

    MISSING = "a record that the rules need is missing"
    CONFLICT = "two records contradict each other and no rule says which counts"
    SILENT = "the rules do not cover what the records show"


@dataclass(frozen=True)
class Findings:
    """What a solver hands over.

    Attributes:
        values: the measure for every entity in play: finite, never negative, not all zero. A set or an
            argmax would hide most upstream errors; a number per entity hides none.
        flagged: entities that carry the skill's signal.
        unsettled: entities whose figure the rules do not determine, with the reason; their value counts for nothing.
    """

    values: Mapping[str, float]
    flagged: frozenset[str]
    unsettled: Mapping[str, Unsettled] = field(default_factory=dict)
