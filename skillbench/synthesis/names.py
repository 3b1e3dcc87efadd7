"""One name for one skill: how spellings that models invent become the names of a taxonomy.

The rule: a name's *key* is its text in Unicode's compatibility form, letter case, punctuation and white space apart,
its last word in the singular. Names with equal keys are one skill. A key of nine letters or more that differs from a
commoner one by a single letter (one too many, one missing, one other, two swapped), but not in its first letter or a
digit, is that skill as well. The spelling that rows use most stands for all; ties go to the first by alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

NEAR_FROM = 9
"""Letters from which one wrong letter is a slip of the pen: shorter names differ by one and mean two things."""

_APART = re.compile(r"[^\w+#]+|_")
_KEPT = ("ss", "us", "is", "ics", "ous", "ews", "series", "species", "sales", "operations", "communications")
"""Ends of words that are no plural, or name another thing without their s."""


def key_of(name: str) -> str:
    """What spellings of one name share; empty for a name without a letter.

    Example:
        >>> key_of("  Data-Cleanings ") == key_of("data cleaning")
        True
        >>> key_of("SQL Queries"), key_of("Statistics"), key_of("C++"), key_of("Résumé")
        ('sql query', 'statistics', 'c++', 'résumé')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = [word for word in _APART.split(plain) if word]
    if words:
        words[-1] = singular(words[-1])
    return " ".join(words)


def singular(word: str) -> str:
    """A word without the mark of the plural, by English rules alone.

    Example:
        >>> [singular(word) for word in ("queries", "boxes", "classes", "models", "analysis", "sas")]
        ['query', 'box', 'class', 'model', 'analysis', 'sas']
    """
    if len(word) < 4 or word.endswith(_KEPT):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word.removesuffix("s")


def canonical(counts: Mapping[str, int]) -> dict[str, str]:
    """From every spelling to the one that stands for it, by the rule above.

    Args:
        counts: in how many rows each spelling occurs.

    Example:
        >>> canonical({"Data Cleaning": 3, "data cleanings": 1, "Data Claening": 1, "Tax": 2})["Data Claening"]
        'Data Cleaning'
    """
    spellings: dict[str, Counter[str]] = {}
    for name, count in counts.items():
        if key := key_of(name):
            spellings.setdefault(key, Counter())[name] += count
    ranked = sorted(spellings, key=lambda key: (-spellings[key].total(), key))
    heads: dict[str, str] = {}
    nearby: dict[str, str] = {}
    for key in ranked:
        head = next((nearby[hole] for hole in _holes(key) if hole in nearby and _near(key, nearby[hole])), key)
        heads[key] = head
        if head == key:
            for hole in _holes(key):
                nearby.setdefault(hole, key)
    shown = {
        key: min(spellings[key], key=lambda name, of=spellings[key]: (-of[name], name))  # type: ignore[misc]
        for key in ranked
        if heads[key] == key
    }
    return {name: shown[heads[key]] for key, names in spellings.items() for name in names}


def _holes(key: str) -> Iterator[str]:
    """The key, and the key with any one letter left out: two keys one edit apart share one of these."""
    if len(key) >= NEAR_FROM:
        yield key
        yield from (key[:at] + key[at + 1 :] for at in range(1, len(key)))


def _near(one: str, other: str) -> bool:
    """Whether two keys differ by one letter; swapped neighbours count as one, digits never."""
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if any(sign.isdigit() for sign in left[:1] + right[:1]):
        return False
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
