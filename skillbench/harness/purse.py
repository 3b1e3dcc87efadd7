"""The purse at the desk: what a run gives a case, and the till that every tool of the agent passes through."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from inspect_ai.util import store

from skillbench.core.errors import SelectionError
from skillbench.core.purse import KILO, Act, Purse
from skillbench.core.schema import Case

STORED = "skillbench:purse"
"""Where a sample's store keeps what was given and spent."""

MOST = 100
"""Times the perfect worker's spending; more is no purse."""

_LINE = "\n[purse: {} of {} points left]"
_LEFT = re.compile(r"\n\[purse: \d+ of \d+ points left\]\Z")
_CUT = re.compile(r"(\ARefused: this \w+ costs|more characters could not be paid\]\Z)")

_GIVEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<points>points?)?")


@dataclass(frozen=True)
class Allowance:
    """What a run gives every case.

    Attributes:
        multiple: of the perfect worker's spending; None for a fixed sum or no purse at all.
        points: a fixed sum; None for a multiple or no purse at all.
    """

    multiple: float | None = None
    points: int | None = None

    def __str__(self) -> str:
        """The canonical spelling, as the board shows it."""
        if self.points is not None:
            return f"{self.points}points"
        return "none" if self.multiple is None else f"{self.multiple:g}"

    def __bool__(self) -> bool:
        """Whether there is a purse."""
        return self.multiple is not None or self.points is not None

    def of(self, case: Case) -> int | None:
        """Points that a case gets; None without a purse.

        Raises:
            SelectionError: the case says nothing of prices.
        """
        if not self:
            return None
        if case.purse is None:
            raise SelectionError(f"purse={self}: case {case.id} has no prices; run its set with -T purse=none")
        return case.purse.times(self.multiple) if self.multiple is not None else self.points


NO_PURSE = Allowance()


def parse_purse(given: str | float) -> Allowance:
    """``none``, a multiple of the perfect worker's spending such as ``2`` or ``1.4``, or a sum such as ``120points``.

    Raises:
        SelectionError: anything else, nothing, or a multiple above 100.
    """
    text = str(given).strip().lower()
    if text == "none":
        return Allowance()
    match = _GIVEN.fullmatch(text)
    number = float(match["number"]) if match and len(text) < 20 else 0.0
    if match and match["points"] and number == int(number) and 1 <= number <= KILO * KILO:
        return Allowance(points=int(number))
    if match and not match["points"] and 0 < number <= MOST:
        return Allowance(multiple=number)
    raise SelectionError(
        f"purse={given}: give a multiple of what a perfect worker spends (4, 2, 1.4 or 1; at most {MOST}), "
        "a sum (120points), or none"
    )


def without_line(text: str) -> str:
    """A tool's result without what it says of the purse."""
    return _LEFT.sub("", text)


def was_cut(text: str) -> bool:
    """Whether the purse kept a tool's result back, whole or in part."""
    return _LEFT.search(text) is not None and _CUT.search(without_line(text)) is not None


@dataclass
class Till:
    """The purse of one sample; every act is paid before it is done, and what it shows as it is shown.

    Attributes:
        purse: the case's prices; None where nothing has a price.
        given: points at the start.
        spent: points by act, reading included in the act that showed it.
        refused: acts that could not be paid.
    """

    purse: Purse | None = None
    given: int = 0
    spent: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def left(self) -> int:
        """Points that are left."""
        return self.given - sum(self.spent.values())

    async def sell(self, act: Act, work: Callable[[], Awaitable[str]]) -> str:
        """Do the work if it can be paid, and show as much of its result as can be paid; calls pay in their order.

        Parallel calls are done one after another: they save turns, not points.
        """
        if self.purse is None:
            return await work()
        async with self._turn:
            price = self.purse.prices.of(act)
            if price > self.left:
                self.refused += 1
                shown = f"Refused: this {act} costs {price}, and the purse holds {self.left}. Nothing refills it."
            else:
                self._pay(act, price)
                try:
                    shown = self._shown(act, await work())
                finally:
                    self._note()
            self._note()
            return shown + _LINE.format(self.left, self.given)

    def _shown(self, act: Act, text: str) -> str:
        """The part of a result that can be paid, paid."""
        prices = self.purse.prices if self.purse else None
        if prices is None or not prices.reading:
            return text
        readable = self.left // prices.reading * KILO
        part = text[:readable]
        self._pay(act, prices.shown(len(part)))
        return part if part == text else f"{part}\n[{len(text) - len(part):,} more characters could not be paid]"

    def _pay(self, act: Act, points: int) -> None:
        self.spent[act] = self.spent.get(act, 0) + points

    def _note(self) -> None:
        store().set(STORED, {"given": self.given, "spent": dict(self.spent), "refused": self.refused})
