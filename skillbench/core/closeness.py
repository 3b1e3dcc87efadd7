"""How close reported figures come to expected ones: right, near, or neither; and what shows that work was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from skillbench.core.findings import Findings
from skillbench.core.schema import Tolerance

NEAR = 10
"""A figure within so many tolerances (one percent, as a rule) is near."""

HALF = Decimal("0.5")


@dataclass(frozen=True)
class Closeness:
    """Reported figures held against expected ones.

    Attributes:
        right: how many lie within the tolerance.
        near: how many lie within :data:`NEAR` tolerances, right ones included.
        asked: how many there are.
        telling_right: different expected figures other than zero among the right ones; a constant hits one.
        telling_near: the same among the near ones.
        telling: different expected figures other than zero.
    """

    right: int
    near: int
    asked: int
    telling_right: int
    telling_near: int
    telling: int

    @property
    def held(self) -> int:
        """Figures that hold: near ones where three of four are near, else the right ones; one near figure is luck."""
        return self.near if 4 * self.near >= 3 * self.asked else self.right

    @property
    def worked(self) -> bool:
        """Whether the figures show work: two different ones right, or most of them near; neither comes by luck."""
        enough = min(2, self.telling)
        if not enough:
            return False
        return self.telling_right >= enough or (self.held > self.right and self.telling_near >= enough)

    @property
    def mostly_held(self) -> bool:
        """Half of the figures hold at least: the method was carried out."""
        return self.worked and 2 * self.held >= self.asked

    @property
    def mostly_right(self) -> bool:
        """Half of the figures are right at least."""
        return self.worked and 2 * self.right >= self.asked

    @property
    def all_right(self) -> bool:
        """Every figure is right."""
        return self.right == self.asked

    @property
    def credit(self) -> Decimal:
        """Points, as many as there are figures when all are right.

        Otherwise half a point for each right one and a quarter for each near one that holds: figures that go wrong
        anywhere can be used nowhere unchecked. Figures that show no work earn nothing.
        """
        if not self.worked:
            return Decimal(0)
        return Decimal(self.asked) if self.all_right else HALF * (self.right + HALF * (self.held - self.right))


def closeness(far: Mapping[str, float], expected: Mapping[str, float]) -> Closeness:
    """Closeness from distances in tolerances, by code; a code without a distance was not reported."""
    right = {code for code, distance in far.items() if distance <= 1}
    near = {code for code, distance in far.items() if distance <= NEAR}

    def telling(codes: set[str]) -> int:
        return len({value for code, value in expected.items() if value and code in codes})

    return Closeness(len(right), len(near), len(expected), telling(right), telling(near), telling(set(expected)))


def distances(tolerance: Tolerance, expected: Mapping[str, float], reported: Mapping[str, float]) -> dict[str, float]:
    """How far each reported number lies from the expected one, in tolerances; at most 1 where it is covered."""
    return {code: _steps(tolerance, value, reported[code]) for code, value in expected.items() if code in reported}


def _steps(tolerance: Tolerance, expected: float, reported: float) -> float:
    if tolerance.covers(expected, reported):
        return min(1.0, abs(reported - expected) / tolerance.at(expected))
    return abs(reported - expected) / tolerance.at(expected)


def agree(tolerance: Tolerance, expected: Findings, reported: Findings) -> bool:
    """Whether every value is within a checkpoint's frozen tolerance and the flags are the same."""
    return expected.flagged == reported.flagged and all(
        tolerance.covers(value, reported.values[code]) for code, value in expected.values.items()
    )
