"""Rows as JSON and back: the truth of a case is frozen beside its key, and judges work from it."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from skillbench.core.schema import canonical_json
from skillbench.skills.contract import Skill


def frozen(records: Any) -> str:
    """A skill's rows as one line of JSON; decimals and dates as text, so nothing is rounded."""
    kind: Any = type(records)
    return canonical_json(_adapter(kind).dump_python(records, mode="json")) + "\n"


def thawed(skill: Skill, text: str) -> Any:
    """Rows that :func:`frozen` wrote, as an instance of the skill's ``kind``.

    Raises:
        pydantic.ValidationError: the text does not hold such rows.
    """
    return _adapter(skill.kind).validate_json(text)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
