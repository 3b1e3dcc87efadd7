"""Is the deliverable what was asked for? Checks that need no key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from skillbench.core.schema import Case
from skillbench.judge.answer import Answer

NOTE_CHARACTERS = range(20, 4001)
"""Length of a note that can hold a decision and its reasons."""


def technical_checks(case: Case, answer: Answer) -> dict[str, bool]:
    """Pass or fail by name; ``sums`` only where a fund is shared."""
    checks = {
        "parses": answer.document is not None,
        "validates": answer.document is not None and validates(answer.document, case.deliverable),
        "rounded": _rounded(case, answer),
    }
    if case.settlement:
        checks["sums"] = _sums(answer.allocation, case.settlement.fund)
    checks["note"] = len(answer.note.strip()) in NOTE_CHARACTERS
    return checks


def validates(document: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether a document keeps a JSON schema (2020-12)."""
    return next(Draft202012Validator(schema).iter_errors(document), None) is None


def _rounded(case: Case, answer: Answer) -> bool:
    """Every number asked for is there, finite, and has no more decimals than asked."""
    parts: list[tuple[Iterable[float], int]] = []
    for point in case.checkpoints:
        section = answer.sections.get(point.key)
        if section is None or set(section.values) != set(point.values):
            return False
        parts.append((section.values.values(), point.digits))
    if case.settlement:
        if answer.allocation is None:
            return False
        parts.append((answer.allocation.values(), case.settlement.digits))
    return all(_has_digits(value, digits) for values, digits in parts for value in values)


def _has_digits(value: float, digits: int) -> bool:
    return math.isclose(value, round(value, digits), rel_tol=1e-12, abs_tol=1e-12)


def _sums(allocation: Mapping[str, float] | None, fund: float) -> bool:
    """Amounts rounded to cents add up to the fund within a cent each."""
    return (
        bool(allocation) and abs(math.fsum((allocation or {}).values()) - fund) <= 0.01 * len(allocation or {}) + 1e-9
    )
