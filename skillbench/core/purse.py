"""The purse: what every act of an agent costs, and what a worker who knows exactly what to buy would spend.

A run gives each case a multiple of that sum (DESIGN section 5), so that planning what not to read is part of the work
and every k is asked with the same slack.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from skillbench.core.strict import Strict

Points = Annotated[int, Field(ge=0, le=1_000_000)]

KILO = 1_000
"""Characters that one reading price pays for, begun ones included."""


class Act(StrEnum):
    """What has a price."""

    SEARCH = "search"
    PAGE = "page"
    PROGRAM = "program"


class Prices(Strict):
    """What acts cost, in points.

    Attributes:
        search: one search of the handbook.
        page: one page opened.
        program: one python or bash run.
        reading: a thousand characters that any of them shows, begun ones included.
    """

    search: Points = 1
    page: Points = 2
    program: Points = 3
    reading: Points = 1

    def of(self, act: Act) -> int:
        """What the act itself costs, without what it shows."""
        return {Act.SEARCH: self.search, Act.PAGE: self.page, Act.PROGRAM: self.program}[act]

    def shown(self, characters: int) -> int:
        """What reading so many characters costs."""
        return self.reading * math.ceil(characters / KILO)

    def total(self, act: Act, characters: int) -> int:
        """What an act costs that shows so many characters."""
        return self.of(act) + self.shown(characters)


class Purse(Strict):
    """A case's prices and the yardstick of its purse.

    Attributes:
        prices: what acts cost.
        worth: points that the perfect worker spends on the case: the cheapest searches it finds that lead to every
            needed page, each of these opened once, one program run.
    """

    prices: Prices
    worth: Annotated[int, Field(ge=1, le=1_000_000)]

    def times(self, multiple: float) -> int:
        """Points of a purse that is so many times the perfect worker's spending, rounded up."""
        return math.ceil(multiple * self.worth - 1e-9)
