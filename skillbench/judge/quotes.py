"""Does a quote exist, in whole tokens, and is it plainly said? Exact, in code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

SHORTEST = 6
"""Normalised characters; anything shorter stands in every text."""

MOST_PLACES = 50
"""What stands more often than that is filler, and bounds the time that hostile text can take."""

_NEAR = 120
"""Characters on either side of a quote that may turn its sense."""

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "‚": "'"})
_TURNED = re.compile(
    r"~~|<(?:del|s|strike)\b|<!--|\b(?:not|no|nor|none|never|neither|without|cannot|nothing|hardly|\w+n't|by hand"
    r"|wrong(?:ly)?|incorrect|false|instead|rather than|unlike|superseded|withdrawn|replaced|corrected|crossed out|void"
    r"|obsolete|outdated|if|unless|would|could|might|suppose\w*|hypothetical\w*|assum\w+|example|e\.g|draft|earlier|claims?|claimed)\b"
)
_DENIED = re.compile(
    r"(?:\b(?:not(?! only)|never|nor|neither|without|hardly|wrong(?:ly)?|incorrect|untrue|false|instead of|rather than"
    r"|wrong would be)\b|\w+n't\b)[^.,;:!?|\n]{0,30}$|~~[^~]*$|<(?:del|s|strike)\b[^>]*>[^<]*$|<!--[^>]*$"
)
_DENIES = re.compile(r"(?:wrong would be|it is (?:not (?:the case|so|true)|untrue|false|wrong) that)\b")
_STRIKE = re.compile("[\u0335-\u0338]")
_TOKEN = re.compile(r"(?:(?<![^\W_])[-+#$€£<>≈~])?[^\W_]+(?:[-./,:_'%+][^\W_]+)*%?")


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


def denies(sentence: str) -> bool:
    """Whether a sentence opens by saying that what follows is not so."""
    return bool(_DENIES.match(normalised(sentence)))


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
        """Whether the quote stands in the text, whole tokens of it, and is long enough to mean something."""
        return any(True for _ in self._found(quote))

    def asserts(self, quote: str) -> bool:
        """Whether the quote stands there, and wherever it does, plainly: not negated, supposed or struck."""
        around = list(self._found(quote))
        return bool(around) and not any(_TURNED.search(text) or _STRIKE.search(text) for text in around)

    def states(self, quote: str) -> bool:
        """Whether the quote stands there, denies nothing itself, and is in one place neither struck nor denied before.

        Milder than :meth:`asserts`: in open prose an ``if`` or ``not`` nearby is the rule, and the judge reads it.
        """
        return not denies(quote) and any(
            not _DENIED.search(around[:before]) and not _STRIKE.search(around[before:])
            for around, before in self._placed(quote)
        )

    def _found(self, quote: str) -> Iterator[str]:
        """The surroundings of every place where the quote stands between token boundaries; of no filler."""
        return (around for around, _ in self._placed(quote))

    def _placed(self, quote: str) -> Iterator[tuple[str, int]]:
        """The same, each with the quote's place in it."""
        sought = normalised(quote)
        if len(sought) < SHORTEST or sum(part.count(sought) for part in self._parts) > MOST_PLACES:
            return
        for part in self._parts:
            place = part.find(sought)
            while place >= 0:
                if not (_cuts(part, place) or _cuts(part, place + len(sought))):
                    start = max(0, place - _NEAR)
                    yield part[start : place + len(sought) + _NEAR], place - start
                place = part.find(sought, place + len(sought))


def _cuts(text: str, place: int) -> bool:
    """Whether a place lies between two characters of one token, as in ``HB-04|17``, ``12|.5`` and ``-|3``."""
    start = max(0, place - _NEAR)
    around = text[start : place + _NEAR]
    return any(token.start() < place - start < token.end() for token in _TOKEN.finditer(around))
