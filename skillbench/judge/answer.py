"""Reading a submitted answer: strict JSON, total over any text; every defect is named, nothing raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillbench.core.numbers import Repeated, numbers
from skillbench.judge.envelope import find_object
from skillbench.skills.contract import Findings, Param

_STATED = 100
"""Parameters of a section, and pages cited by it, that are looked at."""

_LEAVES = 8
"""Scalars that one parameter or page may be spread over, in lists or objects."""

_LONGEST = 300
"""Characters of one citation or parameter that are looked at."""


_SEPARATOR = re.compile(r"[;\n]|,\s(?=\w+\s*[:=])")


@dataclass(frozen=True)
class Section:
    """What the answer says about one measure.

    Attributes:
        values: the numbers that could be read, by code.
        flagged: codes said to carry the signal.
        citations: every text of the basis that is no parameter, the page among them, however nested.
        parameters: rule parameters stated: the scalars found under each name, several where a list was given.
        computed_with: what is said of the means, in lower case and plain letters: ``"code"``, ``"hand"`` or ``""``.
        defects: what is wrong with it; empty for a sound one.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    citations: tuple[str, ...] = ()
    parameters: Mapping[str, tuple[Param, ...]] = field(default_factory=dict)
    computed_with: str = ""
    defects: tuple[str, ...] = ()

    def findings(self, entities: tuple[str, ...]) -> Findings | None:
        """The section as findings over exactly these entities, or None when it is unreadable."""
        if not entities or set(self.values) != set(entities):
            return None
        if min(self.values.values()) < 0:
            return None
        return Findings(self.values, self.flagged)


@dataclass(frozen=True)
class Answer:
    """A submitted answer.

    Attributes:
        document: the parsed object, None when there is none.
        sections: by measure key.
        note: the text for the reader.
        defects: what is wrong, section by section, each a sentence.
    """

    document: Mapping[str, Any] | None = None
    sections: Mapping[str, Section] = field(default_factory=dict)
    note: str = ""
    defects: tuple[str, ...] = ()


def read_answer(text: str) -> Answer:
    """The answer in a text: the whole text, or its last JSON object with ``measures``; total over any text.

    Example:
        >>> read_answer('{"measures": {}, "note": "Done."}').note
        'Done.'
        >>> read_answer("I could not do it.").defects
        ('no JSON: the text holds no object with the field measures',)
    """
    document = find_object(text)
    return Answer(defects=(document,)) if isinstance(document, str) else _read_document(document)


def _read_document(document: dict[str, Any]) -> Answer:
    defects: list[str] = []
    measures = document.get("measures")
    if not isinstance(measures, dict):
        defects.append("measures: missing or not an object")
        measures = {}
    sections = {key: _read_section(value) for key, value in measures.items()}
    for key, section in sections.items():
        defects += [f"measures.{key[:60]}: {defect}" for defect in section.defects]
    note = document.get("note", "")
    if not isinstance(note, str):
        defects.append("note: not a text")
        note = ""
    return Answer(document, sections, note, tuple(defects))


def _read_section(raw: Any) -> Section:
    if not isinstance(raw, dict) or _has_repeated(raw):
        return Section(defects=("duplicate key" if isinstance(raw, dict) else "not an object",))
    values, wrong = numbers(raw.get("values"))
    defects = [f"values: {wrong}"] if wrong else []
    flagged = raw.get("flagged")
    codes = [code for code in flagged if isinstance(code, str)] if isinstance(flagged, list) else []
    if not isinstance(flagged, list) or len(codes) < len(flagged):
        defects.append("flagged: not a list of codes")
    elif len(set(codes)) < len(codes):
        defects.append("flagged: a code stands twice")
    basis = raw.get("basis")
    # Pages and parameters count wherever they are put: beside the basis, or in a field of it with another name.
    stated = {name: raw[name] for name in ("page", "parameters") if name in raw}
    stated |= basis if isinstance(basis, dict) else {"page": basis}
    cited = [part for name, part in stated.items() if name != "parameters"]
    parameters = _parameters(stated.get("parameters"))
    for name, part in stated.items():
        if name not in {"page", "parameters"} and not isinstance(part, str):
            parameters = _parameters(part if isinstance(part, dict | list) else {name: part}) | parameters
    return Section(
        values=values,
        flagged=frozenset(codes),
        citations=tuple(str(leaf)[:_LONGEST] for leaf in _leaves(cited, _STATED)),
        parameters=dict(list(parameters.items())[:_STATED]),
        computed_with=plain(" ".join(str(leaf) for leaf in _leaves(raw.get("computed_with"), _LEAVES))),
        defects=tuple(defects),
    )


def plain(text: str) -> str:
    """A short text as a reader takes it: compatibility forms and look-alike letters resolved, lower case.

    Example:
        >>> plain("ＨＢ–０４１７"), plain("НВ-0417"), plain(" Code ")
        ('hb-0417', 'hb-0417', 'code')
    """
    seen = unicodedata.normalize("NFKD", text[:_LONGEST])
    shown = "".join(_digit(c) for c in seen if unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Mn"})
    return " ".join(shown.casefold().translate(_LOOK_ALIKES).split())


def _digit(character: str) -> str:
    """Digits of any script in ASCII."""
    number = unicodedata.decimal(character, None)
    return character if number is None else str(number)


_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0455\u0458\u04bb\u03b1\u03b2\u03b5\u03b7"
    "\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2044\u00b7",
    "abekmhopctyxisjhabehikmvoptyx-------/-",
)
"""Small Cyrillic and Greek letters that look like Latin ones, after case folding; dashes and slashes unified."""


def _leaves(raw: Any, most: int) -> list[Param]:
    """The scalars of a value, however nested, in order: texts, numbers, and truth values as text."""
    found: list[Param] = []
    todo = [raw]
    while todo and len(found) < most:
        node = todo.pop()
        if isinstance(node, dict | list):
            inner = list(node.values() if isinstance(node, dict) else node)
            todo += reversed(inner[:most])
        elif isinstance(node, bool):
            found.append(str(node))
        elif isinstance(node, int | float | str):
            found.append(node[:_LONGEST] if isinstance(node, str) else node)
    return found


def _parameters(raw: Any) -> dict[str, tuple[Param, ...]]:
    """Parameters by name: an object, or a list of names with values as people write them."""
    if isinstance(raw, dict):
        named = list(raw.items())
    else:
        items = raw if isinstance(raw, list) else _SEPARATOR.split(raw) if isinstance(raw, str) else [raw]
        named = [pair for item in items[:_STATED] for pair in _named(item)]
    return {name: stated for name, part in named[:_STATED] if (stated := tuple(_leaves(part, _LEAVES)))}


def _named(item: Any) -> list[tuple[str, Any]]:
    """The name and value of a list item: ``{"name": n, "value": v}``, ``{n: v}``, ``[n, v]`` or ``"n = v"``."""
    if isinstance(item, dict):
        called = next((item[key] for key in ("name", "parameter", "key") if isinstance(item.get(key), str)), None)
        return list(item.items()) if called is None else [(called, [v for v in item.values() if v != called])]
    if isinstance(item, list) and len(item) > 1 and isinstance(item[0], str):
        return [(item[0], item[1:])]
    if isinstance(item, str) and (pair := re.match(r"\s*(\w+)\s*[:=]\s*(.+)", item[:_LONGEST])):
        return [(pair[1], pair[2])]
    return [("", item)]


def _has_repeated(raw: Any) -> bool:
    if isinstance(raw, dict):
        return isinstance(raw, Repeated) or any(_has_repeated(value) for value in raw.values())
    return isinstance(raw, list) and any(_has_repeated(value) for value in raw)
