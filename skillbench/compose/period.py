"""The period a domain's world plays in: data of a domain's file enters, closing days and events leave."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from skillbench.core.quantities import Quantity
from skillbench.core.schema import Strict


class Span(StrEnum):
    """How much of a day the organisation is closed."""

    HALF = "half"
    WHOLE = "whole"


class Holiday(Strict):
    """A public holiday or a closing day of the house."""

    date: date
    name: str
    span: Span


class Days(Strict):
    """How long something lasts, in calendar days, first and last included."""

    low: int = Field(ge=1)
    high: int

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"{self.low} to {self.high} days: the shorter one comes first")
        return self


class Scope(StrEnum):
    """Whom an event meets: one entity, several, or everybody."""

    ONE = "one"
    SEVERAL = "several"
    ALL = "all"


class Event(Strict):
    """Something that may happen in the period.

    Attributes:
        raises: quantities that are higher than usual while it lasts; ``lowers`` likewise.
        text: a sentence with ``{{ place }}`` (not where it meets everybody), ``{{ start }}`` and ``{{ end }}``.
    """

    title: str
    scope: Scope
    days: Days
    raises: list[Quantity] = Field(default_factory=list)
    lowers: list[Quantity] = Field(default_factory=list)
    text: str

    @model_validator(mode="after")
    def _tells_where_and_when(self) -> Self:
        holes = {"{{ start }}", "{{ end }}"} | (set() if self.scope is Scope.ALL else {"{{ place }}"})
        found = set(re.findall(r"\{\{ \w+ \}\}", self.text))
        if found != holes:
            raise ValueError(f"event {self.title!r} has {sorted(found)} in its text; it needs {sorted(holes)}")
        if set(self.raises) & set(self.lowers):
            raise ValueError(f"event {self.title!r} raises and lowers the same quantity")
        return self


class Calendar(Strict):
    """The stated period, the days on which the house is shut, and what may happen in between.

    Attributes:
        zone: IANA time zone of the organisation.
        closed: weekdays on which nobody works, in English, lower case.
        holidays: in date order.
    """

    country: str
    zone: str
    start: date
    end: date
    closed: list[str]
    holidays: list[Holiday]
    events: list[Event] = Field(min_length=12)

    @model_validator(mode="after")
    def _holds_its_days(self) -> Self:
        days = [holiday.date for holiday in self.holidays]
        if days != sorted(set(days)):
            raise ValueError("holidays must stand in date order, each day once")
        outside = [day for day in days if not self.start <= day <= self.end]
        if outside:
            raise ValueError(f"holiday {outside[0]} lies outside {self.start} to {self.end}")
        return self
