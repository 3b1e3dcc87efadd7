"""Parsing a judge's verdict: strict, complete, or refused with the reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from skillbench.core.errors import JudgeError
from skillbench.core.schema import Case
from skillbench.judge.observations import Observations

LONGEST = 200_000
"""Characters of a verdict; a longer one is no report."""


def structures_of(case: Case) -> list[str]:
    """The parts of a case's deliverable that a judge reports on."""
    return ["measures", *(["allocation"] if case.settlement else []), "note"]


def read_observations(text: str, case: Case) -> Observations:
    """A judge's observations, one record for every declared skill, hand-over and structure.

    Raises:
        JudgeError: not one JSON object, unknown or missing fields, a wrong type, a duplicate key, or a record
            that is missing, doubled or about something the case does not have.
    """
    if len(text) > LONGEST:
        raise JudgeError(f"verdict of {len(text)} characters; {LONGEST} are read")
    try:
        raw = json.loads(_unfenced(text), object_pairs_hook=_unique)
        seen = Observations.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise JudgeError(f"verdict breaks its schema at {place or 'the top'}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise JudgeError(f"verdict is no JSON object: {error}") from error
    _complete("skill", (use.tag for use in seen.skills), case.skills)
    _complete("hand-over", (handoff.id for handoff in seen.handoffs), [c.id for c in case.couplings])
    _complete("structure", (structure.id for structure in seen.structures), structures_of(case))
    return seen


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


def _complete(kind: str, given: Iterable[str], declared: Iterable[str]) -> None:
    found, wanted = Counter(given), Counter(declared)
    if found != wanted:
        wrong = sorted((found - wanted) + (wanted - found))
        raise JudgeError(f"verdict needs exactly one record for every {kind}; wrong for {', '.join(wrong[:3])}")
