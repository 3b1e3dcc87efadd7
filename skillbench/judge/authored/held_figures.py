"""The figures of an answer held against what the task's checker computed; nothing runs here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from skillbench.core.authored import Figure
from skillbench.core.closeness import NEAR
from skillbench.core.errors import InputError
from skillbench.judge.quotes import normalised

ONE_PERCENT = 0.01
"""A figure within ten tolerances is near, but never one further off than this share or one tolerance."""

HowRight = Literal["right", "near", "wrong", "missing"]
CREDIT: dict[HowRight, Decimal] = {
    "right": Decimal(1),
    "near": Decimal("0.5"),
    "wrong": Decimal(0),
    "missing": Decimal(0),
}


@dataclass(frozen=True)
class Held:
    """One figure of the task, and what the answer says of it.

    Attributes:
        figure: the figure with the checker's value.
        reported: what the answer reports; None where it does not.
        verdict: how that compares.
        well_formed: a number stands as a JSON number, a text as a text.
    """

    figure: Figure
    reported: float | str | None
    verdict: HowRight
    well_formed: bool

    @property
    def credit(self) -> Decimal:
        """1 for a right figure, half for a near one."""
        return CREDIT[self.verdict]


def hold(figures: Sequence[Figure], reported: Mapping[str, float | str]) -> tuple[Held, ...]:
    """Every figure of a task beside what an answer reports.

    Raises:
        InputError: a figure has no value; the task has not been through the gate that runs its checker.
    """
    return tuple(_held(figure, reported.get(figure.name)) for figure in figures)


def _held(figure: Figure, said: float | str | None) -> Held:
    if figure.value is None:
        raise InputError(f"figure {figure.name} has no value: freeze the task with `skillbench author`, which runs it")
    if said is None:
        return Held(figure, None, "missing", well_formed=False)
    if isinstance(figure.value, str):
        same = _words(str(said)) == _words(figure.value)
        return Held(figure, said, "right" if same else "wrong", well_formed=isinstance(said, str))
    number = _number(said)
    verdict: HowRight = "wrong" if number is None else _distance(figure, float(figure.value), number)
    return Held(figure, said, verdict, well_formed=not isinstance(said, str))


def _distance(figure: Figure, expected: float, number: float) -> HowRight:
    off = abs(number - expected)
    if figure.tolerance is None:
        return "right" if off <= 1e-9 * max(1.0, abs(expected)) else "wrong"
    if figure.tolerance.covers(expected, number):
        return "right"
    allowed = figure.tolerance.at(expected)
    return "near" if off <= min(NEAR * allowed, max(allowed, ONE_PERCENT * abs(expected))) else "wrong"


def _number(said: float | str) -> float | None:
    """A number, also where it was written as a text with thousands apart."""
    if not isinstance(said, str):
        return said
    try:
        found = Decimal(re.sub(r"(?<=\d)[, _'](?=\d{3}(?:\D|$))", "", normalised(said)))
    except InvalidOperation:
        return None
    return float(found) if found.is_finite() and abs(found) < Decimal(10) ** 15 else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", normalised(text))
