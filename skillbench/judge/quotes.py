"""Does a quote exist, is it the agent's own, and does it assert its figures? Exact, in code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

SHORTEST = 6
"""Normalised characters; anything shorter stands in every text."""

_NEAR = 48
"""Characters on either side of a quote that may turn its sense."""

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "‚": "'"})
_TURNED = re.compile(
    r"~~|<(?:del|s|strike)\b|<!--|\b(?:not|never|no longer|isn't|aren't|wasn't|wrong(?:ly)?|incorrect|instead of"
    r"|rather than|superseded|withdrawn|crossed out|void)\b"
)
_STRIKE = re.compile("[\u0335-\u0338]")


def normalised(text: str) -> str:
    r"""NFKC, invisible characters removed, dashes and quotation marks unified, white space collapsed, lower case.

    Example:
        >>> normalised("Refit\u00a0\u200bdays: \uff14\uff12")
        'refit days: 42'
    """
    # Escaped line ends come back when a judge copies a JSON string literally.
    plain = unicodedata.normalize("NFKC", text.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"'))
    seen = "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace())
    return " ".join(_DASHES.sub("-", seen).translate(_QUOTES).split()).casefold()


class Source:
    """A text that quotes are looked up in, normalised once, when the first quote is.

    Args:
        texts: its parts; a quote must lie within one of them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    @cached_property
    def _parts(self) -> list[str]:
        return [normalised(text) for text in self._texts]

    def holds(self, quote: str) -> bool:
        """Whether the quote stands in the text and is long enough to mean something."""
        sought = normalised(quote)
        return len(sought) >= SHORTEST and any(sought in part for part in self._parts)

    def asserts(self, quote: str) -> bool:
        """Whether the quote stands there plainly at least once: not negated, struck through or commented out."""
        sought = normalised(quote)
        if len(sought) < SHORTEST:
            return False
        for part in self._parts:
            place = part.find(sought)
            while place >= 0:
                around = part[max(0, place - _NEAR) : place + len(sought) + _NEAR]
                if not _TURNED.search(around) and not _STRIKE.search(around):
                    return True
                place = part.find(sought, place + 1)
        return False


def pairs(quote: str, codes: Iterable[str]) -> Mapping[str, float]:
    """Figures by code where a quote gives every code exactly once, each followed by its figure; else empty.

    Digits must be ASCII as written: a figure in homoglyph digits is no figure.

    Example:
        >>> dict(pairs("A12: 40.5, B7 = 3", ["A12", "B7"]))
        {'A12': 40.5, 'B7': 3.0}
        >>> dict(pairs("A12: 40.5 or 41.5, A12: 7, B7 = 3", ["A12", "B7"]))
        {}
    """
    if any(unicodedata.decimal(c, None) is not None and not c.isascii() for c in quote):
        return {}
    wanted = sorted(set(codes), key=lambda code: (-len(code), code))
    if not wanted:
        return {}
    names = "|".join(re.escape(code) for code in wanted)
    pieces = re.split(rf"(?<![A-Za-z0-9])({names})(?![A-Za-z0-9])", quote)
    found: dict[str, float] = {}
    for code, text in zip(pieces[1::2], pieces[2::2], strict=True):
        figures = re.findall(r"(?<![\w.])-?[0-9]+(?:\.[0-9]+)?(?![\w])", text[:60], re.ASCII)
        if code in found or len(figures) != 1:
            return {}
        found[code] = float(figures[0])
    return found if set(found) == set(wanted) else {}
