"""What every record is made of: strictness, and how near a number must be."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer


class Strict(BaseModel):
    """Base of every record: unknown fields are refused, instances are immutable, NaN is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Sparse(Strict):
    """A record that leaves its empty parts out of dumps, so that what has none reads, and hashes, as it always did.

    Attributes:
        spare: fields that are left out when they hold their default.
    """

    spare: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_empty_parts(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = plain(self)
        fields = type(self).model_fields
        kept = {
            name for name in self.spare if getattr(self, name) != fields[name].get_default(call_default_factory=True)
        }
        return {name: value for name, value in record.items() if name not in self.spare - kept}


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
