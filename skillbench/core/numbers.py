"""Numbers in what an agent hands in: read as far as they can be, the rest named."""

from __future__ import annotations

from typing import Any

MAX_VALUE = 1e15
"""Beyond this a number is no measure and no amount: sums of squares must stay finite."""


class Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""


def numbers(raw: Any) -> tuple[dict[str, float], str]:
    """The finite numbers of an object, and what is wrong with the rest."""
    if not isinstance(raw, dict) or isinstance(raw, Repeated):
        return {}, "duplicate key" if isinstance(raw, dict) else "missing or not an object"
    read = {code: number for code, value in raw.items() if (number := finite(value)) is not None}
    strange = [code[:40] for code in raw if code not in read]
    return read, f"no usable number for {', '.join(strange[:5])}" if strange else ""


def finite(value: Any) -> float | None:
    """A number a measure can have: neither a truth value nor a text, finite, of bounded size."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if abs(number) <= MAX_VALUE else None
