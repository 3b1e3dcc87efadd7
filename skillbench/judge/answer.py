"""Reading a submitted answer: strict JSON, total over any text; every defect is named, nothing raises."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillbench.skills.contract import Findings, Param

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 32
MAX_VALUE = 1e15
"""Beyond this a number is no measure: sums of squares must stay finite."""

_FENCE = "```json"
# The closing quote is optional, so that an unclosed string is passed over once and never retried from inside.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


@dataclass(frozen=True)
class Section:
    """What the answer says about one measure.

    Attributes:
        values: the numbers that could be read, by code.
        flagged: codes said to carry the signal.
        page: the page cited, ``""`` when none is.
        parameters: rule parameters cited.
        computed_with: ``"code"``, ``"hand"`` or ``""``.
        defects: why the section cannot be used; empty for a sound one.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    page: str = ""
    parameters: Mapping[str, Param] = field(default_factory=dict)
    computed_with: str = ""
    defects: tuple[str, ...] = ()

    def findings(self, entities: tuple[str, ...]) -> Findings | None:
        """The section as findings over exactly these entities, or None when it is unreadable."""
        if self.defects or set(self.values) != set(entities):
            return None
        if not all(0 <= value <= MAX_VALUE for value in self.values.values()):
            return None
        return Findings(self.values, self.flagged)


@dataclass(frozen=True)
class Answer:
    """A submitted answer.

    Attributes:
        document: the parsed object, None when there is none.
        sections: by measure key.
        allocation: amounts by code; None when absent or malformed.
        note: the text for the reader.
        defects: what is wrong, section by section, each a sentence.
    """

    document: Mapping[str, Any] | None = None
    sections: Mapping[str, Section] = field(default_factory=dict)
    allocation: Mapping[str, float] | None = None
    note: str = ""
    defects: tuple[str, ...] = ()


class _Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""


def read_answer(text: str) -> Answer:
    """The answer in a text: the whole text, or its last fenced ``json`` block.

    Example:
        >>> read_answer('{"measures": {}, "note": "Done."}').note
        'Done.'
        >>> read_answer("I could not do it.").defects
        ('no JSON: neither the whole text nor a fenced json block is an object',)
    """
    document = _parse(text)
    return Answer(defects=(document,)) if isinstance(document, str) else _read_document(document)


def _parse(text: str) -> dict[str, Any] | str:
    """The object in a text, or the sentence that says why there is none."""
    if len(text) > MAX_CHARACTERS:
        return f"too large: {len(text)} characters, {MAX_CHARACTERS} are read"
    source = _json_source(text)
    if source is None:
        return "no JSON: neither the whole text nor a fenced json block is an object"
    if _depth(source) > MAX_DEPTH:
        return f"nested too deeply: {MAX_DEPTH} levels are read"
    try:
        document = json.loads(source, object_pairs_hook=_object)
    except ValueError as error:
        return f"invalid JSON: {error}"
    if isinstance(document, _Repeated):
        return "duplicate key at the top level"
    return document if isinstance(document, dict) else "not an object: an answer is one JSON object"


def _json_source(text: str) -> str | None:
    whole = text.strip().removeprefix("\ufeff").strip()
    if whole.startswith(("{", "[")):
        return whole
    start = text.rfind(_FENCE)
    end = text.find("\n```", start)
    return text[start + len(_FENCE) : end].strip() if 0 <= start < end else None


def _depth(source: str) -> int:
    deepest = level = 0
    for character in _STRING.sub("", source):
        if character in "{[":
            level += 1
            deepest = max(deepest, level)
        elif character in "}]":
            level -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    repeated = {key for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]  # set.add is None
    # A key that stands twice says nothing reliable, so neither value is kept under its name.
    return _Repeated({key: (_Repeated() if key in repeated else value) for key, value in plain.items()})


def _read_document(document: dict[str, Any]) -> Answer:
    defects: list[str] = []
    measures = document.get("measures")
    if not isinstance(measures, dict):
        defects.append("measures: missing or not an object")
        measures = {}
    sections = {key: _read_section(value) for key, value in measures.items()}
    for key, section in sections.items():
        defects += [f"measures.{key[:60]}: {defect}" for defect in section.defects]
    allocation = None
    if "allocation" in document:
        allocation, wrong = _numbers(document["allocation"])
        if wrong:
            allocation = None
            defects.append(f"allocation: {wrong}")
    note = document.get("note", "")
    if not isinstance(note, str):
        defects.append("note: not a text")
        note = ""
    return Answer(document, sections, allocation, note, tuple(defects))


def _read_section(raw: Any) -> Section:
    if not isinstance(raw, dict) or _has_repeated(raw):
        return Section(defects=("duplicate key" if isinstance(raw, dict) else "not an object",))
    values, wrong = _numbers(raw.get("values"))
    defects = [f"values: {wrong}"] if wrong else []
    flagged = raw.get("flagged")
    if not isinstance(flagged, list) or not all(isinstance(code, str) for code in flagged):
        defects.append("flagged: not a list of codes")
        flagged = []
    elif len(set(flagged)) < len(flagged):
        defects.append("flagged: a code stands twice")
    basis = raw.get("basis")
    basis = basis if isinstance(basis, dict) else {}
    page, parameters, computed = basis.get("page"), basis.get("parameters"), raw.get("computed_with")
    return Section(
        values=values,
        flagged=frozenset(flagged),
        page=page if isinstance(page, str) else "",
        parameters=_scalars(parameters) if isinstance(parameters, dict) else {},
        computed_with=computed if isinstance(computed, str) else "",
        defects=tuple(defects),
    )


def _has_repeated(raw: Any) -> bool:
    if isinstance(raw, dict):
        return isinstance(raw, _Repeated) or any(_has_repeated(value) for value in raw.values())
    return isinstance(raw, list) and any(_has_repeated(value) for value in raw)


def _numbers(raw: Any) -> tuple[dict[str, float], str]:
    """The finite numbers of an object, and what is wrong with the rest."""
    if not isinstance(raw, dict) or isinstance(raw, _Repeated):
        return {}, "duplicate key" if isinstance(raw, dict) else "missing or not an object"
    read = {code: number for code, value in raw.items() if (number := _finite(value)) is not None}
    strange = [code[:40] for code in raw if code not in read]
    return read, f"no finite number for {', '.join(strange[:5])}" if strange else ""


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _scalars(raw: dict[str, Any]) -> dict[str, Param]:
    return {
        name: value
        for name, value in raw.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    }
