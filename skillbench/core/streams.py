"""Named random streams: the same name gives the same draws on every platform and Python version.

A stream is a SHA-256 counter keyed by its name's parts, so neighbouring names share nothing (added
seeds would: seeds 42 and 43 share almost everything). Only integers are drawn; decimals are scaled
integers, so no float formatting or libm enters a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_WORD = 1 << 64


class Stream:
    """Uniform draws from a SHA-256 counter.

    Args:
        parts: the name, for instance ``("v0", "chain-03", "Data Cleaning", "fabricate")``. Parts are
            length-prefixed before hashing, so ``("ab", "c")`` and ``("a", "bc")`` differ.

    Example:
        >>> stream("demo").integer(1, 6) == stream("demo").integer(1, 6)
        True
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        framed = "".join(f"{len(part.encode())}:{part};" for part in parts)
        self._key = hashlib.sha256(framed.encode()).digest()
        self._counter = 0

    def _word(self) -> int:
        digest = hashlib.sha256(self._key + self._counter.to_bytes(8, "big")).digest()
        self._counter += 1
        return int.from_bytes(digest[:8], "big")

    def integer(self, low: int, high: int) -> int:
        """A uniform integer in ``low..high``, both ends included (rejection sampling, so unbiased).

        Raises:
            ValueError: the range is empty, or wider than the 64 bits of one draw.
        """
        span = high - low + 1
        if not 1 <= span <= _WORD:
            raise ValueError(
                f"no range to draw from: {low}..{high} holds {max(span, 0)} integers, 1 to 2**64 can be drawn"
            )
        limit = _WORD - _WORD % span
        while (word := self._word()) >= limit:
            pass
        return low + word % span

    def decimal(self, low: str, high: str, places: int) -> Decimal:
        """A uniform decimal with ``places`` digits after the point, ends included.

        Raises:
            ValueError: an end has more digits after the point than ``places``.

        Example:
            >>> Decimal("0.10") <= stream("demo").decimal("0.1", "0.2", 2) <= Decimal("0.20")
            True
        """
        ends = [Decimal(end).scaleb(places) for end in (low, high)]
        if any(end != int(end) for end in ends):
            raise ValueError(f"{low}..{high} cannot be drawn with {places} digits after the point: both ends must fit")
        drawn = self.integer(int(ends[0]), int(ends[1]))
        return Decimal(drawn).scaleb(-places)

    def number(self, low: str, high: str, places: int) -> float:
        """:meth:`decimal` as the nearest float, for records that a solver reads as floats."""
        return float(self.decimal(low, high, places))

    def chance(self, numerator: int, denominator: int) -> bool:
        """True with probability ``numerator / denominator``."""
        return self.integer(1, denominator) <= numerator

    def choice(self, items: Sequence[T]) -> T:
        """One item, uniformly."""
        return items[self.integer(0, len(items) - 1)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A new list in uniform random order (Fisher-Yates)."""
        out = list(items)
        for last in range(len(out) - 1, 0, -1):
            other = self.integer(0, last)
            out[last], out[other] = out[other], out[last]
        return out

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` distinct positions of ``items``, in random order."""
        if count > len(items):
            raise ValueError(f"cannot sample {count} of {len(items)} items")
        return self.shuffled(items)[:count]


def stream(*parts: str) -> Stream:
    """The stream of this name; see :class:`Stream`."""
    return Stream(parts)
