"""What every record is made of: strictness, and how near a number must be."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Base of every record: unknown fields are refused, instances are immutable, NaN is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Tolerance(Strict):
    """How far a reported number may lie from the expected one: the larger of two distances, frozen with the key.

    Attributes:
        absolute: in the number's unit.
        relative: share of the expected number.
    """

    absolute: Annotated[float, Field(gt=0)]
    relative: Annotated[float, Field(ge=0)]

    def at(self, expected: float) -> float:
        """The distance allowed at an expected number."""
        return max(self.absolute, self.relative * abs(expected))

    def covers(self, expected: float, reported: float) -> bool:
        """Whether a reported number lies within the tolerance of the expected one."""
        # The last bits of a reported decimal must not decide: 0.1 + 0.2 is within 0.1 of 0.2.
        return abs(reported - expected) <= self.at(expected) * (1 + 1e-9) + 2 * math.ulp(expected)
