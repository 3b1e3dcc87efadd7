"""How varied words are, without embeddings: distinct n-grams, MTLD, compression."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence

_WORD = re.compile(r"\w+(?:['’]\w+)*")

FACTOR = 0.72
"""The type-token ratio at which MTLD counts a factor (McCarthy and Jarvis 2010)."""


def words(text: str) -> list[str]:
    """The words of a text, letter case folded."""
    return _WORD.findall(text.casefold())


def distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    """Distinct n-grams over all n-grams of some texts, 0 to 1; NaN without any. Source: Li et al. 2016.

    It falls with the number of words, so compare only sets of one size.

    Example:
        >>> distinct([["a", "b", "a", "b"]], 2)
        0.6666666666666666
    """
    grams = [tuple(text[at : at + n]) for text in texts for at in range(len(text) - n + 1)]
    return len(set(grams)) / len(grams) if grams else math.nan


def mtld(text: Sequence[str]) -> float:
    """The measure of textual lexical diversity: words per factor, the mean of both directions.

    A factor ends where the ratio of distinct to all words since it began falls below 0.72; what is left counts in
    part. NaN without words; a text in which no word comes twice gives its length. Source: McCarthy and Jarvis 2010.

    Example:
        >>> round(mtld("of the people by the people for the people and of the nation".split()), 2)
        10.8
    """
    if not text:
        return math.nan
    return (_one_way(text) + _one_way(list(reversed(text)))) / 2


def _one_way(text: Sequence[str]) -> float:
    factors, start, seen = 0.0, 0, set[str]()
    for at, word in enumerate(text):
        seen.add(word)
        if len(seen) / (at - start + 1) < FACTOR:
            factors, start, seen = factors + 1, at + 1, set()
    if start < len(text):
        ratio = len(seen) / (len(text) - start)
        factors += (1 - ratio) / (1 - FACTOR)
    return len(text) / factors if factors else float(len(text))


def compression(texts: Sequence[str]) -> float:
    """Bytes of some texts over their bytes when deflated: more means more is said again; NaN without any.

    Source: Shaib et al. 2024. Level 9 of zlib, whose window is 32 KB; compare only sets of one size.

    Example:
        >>> compression(["word " * 200]) > 10 > compression(["a b c d"])
        True
    """
    data = "\n".join(texts).encode("utf-8", "replace")
    return len(data) / len(zlib.compress(data, 9)) if data else math.nan
