"""Reading what an author wrote: strict about content, patient about wrapping.

A completion is one JSON object. It may stand in a fence, with words before and after; it may be written as a Python
literal, or in the paper's list form (figure 6): one user turn, which holds the task, and one assistant turn, which is
the reference. Everything else is a defect with a name.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from pydantic import ValidationError

from skillbench.authoring.draft import Draft

MOST_CHARACTERS = 400_000
"""A longer completion is not read."""

_FENCED = re.compile(r"^(`{3,})[ \t]*([\w+-]*)[ \t]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_MOST_DEFECTS = 12
_CUT = {"max_tokens": "the author's length limit", "model_length": "the model's context"}


class UnreadableError(ValueError):
    """A completion that is no task; ``defects`` says why, one sentence each."""

    def __init__(self, *defects: str) -> None:
        super().__init__("; ".join(defects))
        self.defects = list(defects)


def read_draft(text: str, stop_reason: str = "stop") -> Draft:
    """The task that a completion holds.

    Args:
        text: the completion; hostile input.
        stop_reason: why the author stopped, in Inspect's words.

    Raises:
        UnreadableError: it holds none; the defects are sentences that an author can act on.
    """
    found = _one_pair(_value_in(text, stop_reason))
    if not isinstance(found, dict):
        raise UnreadableError(f"the completion holds a {type(found).__name__} where one object belongs")
    files = found.get("files")
    if isinstance(files, list):  # structured output knows no free names
        found = {**found, "files": _by_name(files)}
    try:
        return Draft.model_validate(found)
    except (ValidationError, RecursionError) as error:
        raise UnreadableError(*_told(error)) from None


def read_program(text: str) -> str:
    """The program that the second author wrote: the field ``program`` of an object, a fenced block, or all of it.

    Raises:
        UnreadableError: there is no Python source that defines ``figures``.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError(f"the second solution has {len(text):,} characters; {MOST_CHARACTERS:,} are read")
    try:
        found = _value_in(text)
    except UnreadableError:
        found = None
    fenced = [body for _, _, body in _FENCED.findall(text)]
    named = found.get("program") if isinstance(found, dict) else None
    for source in [named] if isinstance(named, str) else [*fenced, text]:
        if defines_figures(source):
            return source
    raise UnreadableError("the second solution holds no Python source that defines figures(folder)")


def read_needs(text: str) -> dict[str, str]:
    """By skill, the words that a judge says need it; an empty text where it finds none.

    Raises:
        UnreadableError: there is no such list.
    """
    found = _value_in(text)
    entries = found.get("needs") if isinstance(found, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise UnreadableError("no object with a list under needs")
    return {str(one.get("skill", "")): str(one.get("quote", "")) for one in entries}


def defines_figures(source: str) -> bool:
    """Whether a text is Python that defines a function ``figures`` of one argument at its top."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in an author's string is no matter of ours
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "figures" and len(node.args.args) == 1 for node in tree.body
    )


def _value_in(text: str, stop_reason: str = "stop") -> Any:
    """The one JSON value or Python literal of a completion."""
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError(f"the completion has {len(text):,} characters; {MOST_CHARACTERS:,} are read")
    if not text.strip():
        raise UnreadableError("the author refused" if stop_reason == "content_filter" else "the completion is empty")
    whole = text.strip()
    fenced = [body.strip() for _, language, body in _FENCED.findall(text) if language in {"", "json", "python"}]
    opened = re.search(r"[{\[]", whole)
    for candidate in [
        whole,
        *(body for body in fenced if body[:1] in {"{", "["}),
        whole[opened.start() :] if opened else "",
    ]:
        value = _parsed(candidate)
        if value is not None:
            return value
    if stop_reason in _CUT:
        raise UnreadableError(f"the completion was cut off by {_CUT[stop_reason]}; write less")
    raise UnreadableError(
        f"the completion holds no whole JSON object: {_why(whole[opened.start() :] if opened else '')}"
    )


def _parsed(text: str) -> Any:
    """A JSON value or Python literal at the beginning of a text, whatever words close it; None where there is none."""
    if text[:1] not in {"{", "["}:
        return None
    try:
        value, _ = json.JSONDecoder(object_pairs_hook=_unrepeated, parse_constant=_no_number).raw_decode(text)
    except UnreadableError:
        raise
    except (ValueError, RecursionError):
        return _literal(text)
    return value


def _literal(text: str) -> Any:
    """A Python literal, up to the last bracket; only constants are read, nothing runs."""
    end = max(text.rfind("]"), text.rfind("}"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text[: end + 1])
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _why(text: str) -> str:
    """Where a JSON text breaks."""
    if not text:
        return "it has no opening brace"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        around = " ".join(text[max(0, error.pos - 30) : error.pos + 30].split())
        return f"{error.msg} at character {error.pos:,}, near {around!r}"
    except RecursionError:
        return "it is nested too deep"
    return "it closes with other values"


def _one_pair(value: Any) -> Any:
    """What the paper's list form says, as an object; any other value as it is."""
    if not isinstance(value, list):
        return value
    roles = [turn.get("role") if isinstance(turn, dict) else None for turn in value]
    if roles != ["user", "assistant"]:
        raise UnreadableError(f"the list form has one user and one assistant turn; this one has {roles[:6]}")
    asked, answered = value[0].get("content"), value[1].get("content")
    if not isinstance(answered, str):
        raise UnreadableError("the assistant turn of the list form has no text")
    task = _parsed(asked.strip()) if isinstance(asked, str) else asked
    if not isinstance(task, dict):
        raise UnreadableError(
            "the list form carries only a prompt and an answer: needs, handovers, figures, headings, criteria, files "
            "and checker are missing; give the whole object, or put it into the user turn"
        )
    return {**task, "reference": answered}


def _by_name(files: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for entry in files:
        if not isinstance(entry, dict) or set(entry) != {"name", "text"}:
            raise UnreadableError("files: every entry holds name and text, and nothing else")
        if entry["name"] in named or not isinstance(entry["name"], str):
            raise UnreadableError(f"files: the name {entry['name']!r} stands twice or is no text")
        named[entry["name"]] = entry["text"]
    return named


def _told(error: ValidationError | RecursionError) -> list[str]:
    if isinstance(error, RecursionError):
        return ["the object is nested too deep"]
    found = error.errors(include_url=False, include_input=False)
    told = [f"{'.'.join(map(str, one['loc'])) or 'the object'}: {one['msg']}" for one in found[:_MOST_DEFECTS]]
    return [*told, *([f"and {len(found) - _MOST_DEFECTS} more"] if len(found) > _MOST_DEFECTS else [])]


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) < len(pairs):
        names = [name for name, _ in pairs]
        raise UnreadableError(f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return plain


def _no_number(name: str) -> None:
    raise UnreadableError(f"{name} is no number")
