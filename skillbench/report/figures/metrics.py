"""How wide text may come out: the widest of the faces that a reader's browser may put in place of ours.

A figure is laid out once and drawn elsewhere: by a browser with DejaVu, Liberation, Noto or Arial's metrics. So nothing
here is an estimate of one face; each width is the largest of all (tests/report/test_browser.py measures them).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

PLAIN: Final = (
    *(32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 56, 84, 32, 37, 32, 38, 64, 64, 64, 64, 64, 64, 64, 64),
    *(64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 34, 50, 67, 56, 91, 76, 79),
    *(67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 38, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64),
    *(64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 56, 64, 84),
)
BOLD: Final = (
    *(35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 55, 84, 38, 42, 38, 42, 70, 70, 70, 70, 70, 70, 70, 70),
    *(70, 70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69, 69, 83, 84, 39, 56, 78, 64, 100, 84, 86),
    *(74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 42, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44, 72),
    *(72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 56, 72, 84),
)
"""Hundredths of an em, for the characters from space to tilde: the widest of DejaVu Sans, Liberation Sans, Noto Sans
and Arimo."""

OTHER: Final = 112
"""Of any other character: letters with accents, dashes, ideographs."""

PICTURE: Final = 140
LINE: Final = 1.25
"""Height of a line, in ems."""

_BREAKS: Final = " /-,;:_("
_FIRST: Final = 32
_LONGEST: Final = 80  # characters a line, beyond which no text is looked at


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a line of text takes at most.

    Example:
        >>> text_width("k = 7", 12) < text_width("k = 7", 12, bold=True) < 12 * 5
        True
    """
    table = BOLD if bold else PLAIN
    return sum(_hundredths(one, table) for one in text) * size / 100


def _hundredths(character: str, table: Sequence[int]) -> int:
    at = ord(character) - _FIRST
    if 0 <= at < len(table):
        return table[at]
    if unicodedata.combining(character):
        return 0
    return PICTURE if ord(character) > 0xFFFF else OTHER


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 9) -> list[str]:
    """The text in lines no wider than ``width``, broken at spaces and signs, inside a word only where it must be.

    A text that needs more than ``most`` lines is cut in the middle, where beginning and end both stay.

    Example:
        >>> wrapped("laboratory/model (tools search)", 120, 12)
        ['laboratory/', 'model (tools ', 'search)']
    """
    if len(text) > _LONGEST * most:
        half = _LONGEST * most // 2
        text = f"{text[:half]}…{text[-half:]}"
    lines = _broken(text, width, size, bold=bold)
    if len(lines) <= most:
        return lines
    kept = sum(map(len, lines[:most])) - 3
    return wrapped(f"{text[: kept // 2]}…{text[-(kept // 2) :]}", width, size, bold=bold, most=most)


def _broken(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    lines, rest = [], " ".join(text.split())
    while rest and text_width(rest, size, bold=bold) > width:
        fits = 1
        while text_width(rest[: fits + 1].rstrip(), size, bold=bold) <= width:
            fits += 1
        at = max((rest.rfind(sign, 0, fits) for sign in _BREAKS), default=-1) + 1
        at = at if at > 1 else fits
        # An opening bracket goes to the line it opens.
        at -= at > 1 and rest[at - 1] == "("
        lines.append(rest[:at])
        rest = rest[at:].lstrip()
    return [line.rstrip() for line in [*lines, rest] if line.strip()] or [""]
