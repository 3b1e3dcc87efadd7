"""Finding the one JSON object in what was handed in: whole, in a fence, in prose, or in several copies."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from skillbench.core.numbers import Repeated

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 20_000
"""Values, keys and list items that are looked at; the largest honest answer holds a few hundred."""

ANCHOR = "measures"
"""The field that tells an answer from any other object in the text, unless the caller names another."""

_PLACES = 4
_TRIES = 12
"""Bounds on the search: the last places where the field stands, and the braces tried before each."""

_LONG = 18
"""Digits that a whole number may have before it is read as a float: Python refuses to read more than 4,300."""


def find_object(text: str, anchor: str = ANCHOR) -> dict[str, Any] | str:
    """The answer's object, or the sentence that says why there is none.

    The whole text is tried first. Otherwise the last object of the text that has the field ``anchor`` counts, in
    whatever fence or prose it stands, so that two copies are one answer and a draft gives way to what follows it.

    Example:
        >>> find_object('Here it is: {"measures": {}} Regards')
        {'measures': {}}
        >>> find_object("I could not do it.")
        'no JSON: the text holds no object with the field measures'
    """
    if len(text) > MAX_CHARACTERS:
        return f"too large: {len(text)} characters, {MAX_CHARACTERS} are read"
    whole = _whole(text.strip().removeprefix("\ufeff").strip(), anchor)
    if isinstance(whole, dict) and (anchor in whole or isinstance(whole, Repeated)):
        return _bounded(whole)
    inner = _embedded(text, anchor)
    if inner is not None:
        return _bounded(inner)
    return _bounded(whole) if isinstance(whole, dict) else whole


def _whole(text: str, anchor: str) -> dict[str, Any] | str:
    if not text.startswith(("{", "[")):
        return f"no JSON: the text holds no object with the field {anchor}"
    try:
        document = _DECODER.decode(text)
    except RecursionError:
        return f"nested too deeply: {MAX_DEPTH} levels are read"
    except ValueError as error:
        return f"invalid JSON: {error}"
    return document if isinstance(document, dict) else "not an object: an answer is one JSON object"


def _embedded(text: str, anchor: str) -> dict[str, Any] | None:
    """The last object with the field, sought from each place where the field stands backwards to its brace."""
    end = len(text)
    for _ in range(_PLACES):
        place = text.rfind(f'"{anchor}"', 0, end)
        if place < 0:
            return None
        for start in islice(_braces_before(text, place), _TRIES):
            try:
                found, stop = _DECODER.raw_decode(text, start)
            except (ValueError, RecursionError):
                continue
            if stop > place and isinstance(found, dict) and anchor in found:
                return found
        end = place
    return None


def _braces_before(text: str, place: int) -> Any:
    while (place := text.rfind("{", 0, place)) >= 0:
        yield place


def _bounded(document: dict[str, Any]) -> dict[str, Any] | str:
    """The document, or why it is not looked at: repeated at the top, too deep, or too much of it."""
    if isinstance(document, Repeated):
        return "duplicate key at the top level"
    level: list[Any] = [document]
    nodes = 0
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for node in level:
            inner.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        nodes += len(inner)
        if not inner or nodes > MAX_NODES:
            break
        level = inner
    else:
        return f"nested too deeply: {MAX_DEPTH} levels are read"
    return f"too much: more than {MAX_NODES} values" if nodes > MAX_NODES else document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    repeated = {key for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]  # set.add is None
    # A key that stands twice says nothing reliable, so neither value is kept under its name.
    return Repeated({key: (Repeated() if key in repeated else value) for key, value in plain.items()})


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONG else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer)
