"""What a person may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def or_near(given: str, allowed: Iterable[str]) -> str:
    """``" (did you mean 'chains'?)"`` for the nearest allowed name, ``""`` if none is near.

    >>> or_near("chain", ["k", "chains", "twins"])
    " (did you mean 'chains'?)"
    >>> or_near("colour", ["k", "chains", "twins"])
    ''
    """
    names = {name.casefold(): name for name in allowed}
    found = get_close_matches(given.casefold(), names, n=1)
    return f" (did you mean {names[found[0]]!r}?)" if found else ""
