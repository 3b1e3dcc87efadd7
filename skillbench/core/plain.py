"""Text from strangers made harmless: what a log or a submission calls itself is shown, and does nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ACTIVE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control characters, line ends, marks of direction, joiners, fillers and other characters without a picture."""

_FORMULA: Final = frozenset("=+-@\t\r＝＋－＠")
"""What a cell begins with that a spreadsheet runs (OWASP, CSV injection)."""


def plain(text: str) -> str:
    r"""The text with every character that is not seen spelled out, so that no two texts look alike.

    Example:
        >>> plain("lab/a\u202eb")
        'lab/a⟨U+202E⟩b'
    """
    if text.isascii() and text.isprintable():
        return text
    return _ACTIVE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def plain_values(value: Any) -> Any:
    """A JSON value in which every text is :func:`plain`, keys included."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {plain(str(name)): plain_values(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    return value


def cell(value: Any) -> Any:
    """A value as a spreadsheet may read it: text that would be run as a formula gets an apostrophe before it.

    Example:
        >>> cell("=1+1"), cell(-1.5), cell("gpt-5")
        ("'=1+1", -1.5, 'gpt-5')
    """
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ")[:1] in _FORMULA and value.strip(" ") else value
