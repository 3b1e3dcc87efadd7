"""Parsing a judge's verdict: strict, complete, or refused with the reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from skillbench.core.errors import JudgeError
from skillbench.core.schema import Case
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.answer import read_answer
from skillbench.judge.observations import Observations, Report

Said = TypeVar("Said", bound=Report)

LONGEST = 200_000
"""Characters of a verdict; a longer one is no report."""


def missing_parts(case: Case, answer_text: str) -> list[str]:
    """The parts of the deliverable that an answer does not hold: measures without a figure, and the product."""
    answer = read_answer(answer_text)
    held = {key for key, section in answer.sections.items() if section.values}
    missing = [point.key for point in case.checkpoints if point.key not in held]
    product = product_of(case)
    return missing + (product.missing(product.read(answer.document or {})) if product else [])


def read_observations(text: str, missing: Iterable[str]) -> Observations:
    """A judge's observations, with one admission for every part that is missing.

    Raises:
        JudgeError: see :func:`read_report` and :func:`check_complete`.
    """
    seen = read_report(text, Observations)
    check_complete("missing part", (admission.part for admission in seen.admissions), missing)
    return seen


def read_report(text: str, kind: type[Said]) -> Said:
    """A judge's report of a kind.

    Raises:
        JudgeError: not one JSON object, unknown or missing fields, a wrong type, or a duplicate key.
    """
    if len(text) > LONGEST:
        raise JudgeError(f"verdict of {len(text)} characters; {LONGEST} are read")
    try:
        raw = json.loads(_unfenced(text), object_pairs_hook=_unique)
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise JudgeError(f"verdict breaks its schema at {place or 'the top'}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise JudgeError(f"verdict is no JSON object: {error}") from error


def _unfenced(text: str) -> str:
    """The text, or the inside of the one fence that wraps it."""
    inner = text.strip()
    if inner.startswith("```") and inner.endswith("```"):
        return inner[3:-3].removeprefix("json").strip()
    return inner


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(key for key, _ in pairs)
    if len(counts) < len(pairs):
        raise ValueError(f"duplicate key {counts.most_common(1)[0][0]!r}")
    return dict(pairs)


def check_complete(kind: str, given: Iterable[str], declared: Iterable[str]) -> None:
    """Refuse a report that does not hold exactly one record of a kind for everything declared.

    Raises:
        JudgeError: a record is missing, doubled, or about something that is not declared.
    """
    found, wanted = Counter(given), Counter(declared)
    if found != wanted:
        wrong = sorted((found - wanted) + (wanted - found))
        raise JudgeError(f"verdict needs exactly one record for every {kind}; wrong for {', '.join(wrong[:3])}")
