"""Is the deliverable what was asked for? Checks that need no key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from skillbench.core.schema import Case
from skillbench.deliverables.base.contract import Decision
from skillbench.judge.answer import Answer
from skillbench.judge.checkpoints import SkillVerdict

Checks = dict[str, bool]

LONGEST_LIST = 200
"""Items of a list; no schema of ours asks for more."""

NOTE_CHARACTERS = range(20, 4001)
"""Length of a note that can hold a decision and its reasons."""


def technical_checks(case: Case, answer: Answer, skills: Sequence[SkillVerdict], decision: Decision | None) -> Checks:
    """Pass or fail by name; ``form`` and ``decision`` only where a product is handed in.

    What is left out fails no check that garbage in its place would pass: form is asked of what is there, and
    completeness shows in the statuses, in ``measures`` and in ``decision``.

    Args:
        case: the case.
        answer: what was submitted.
        skills: a verdict per skill.
        decision: the product held against the key; None for a twin.
    """
    something = any(skill.worked for skill in skills) or bool(decision and decision.worked)
    checks = {
        "parses": answer.document is not None,
        "validates": something and validates(answer.document or {}, case.deliverable),
        "rounded": something and _rounded(case, answer, decision),
        "measures": all(skill.correct or skill.followed for skill in skills),
    }
    if decision:
        checks["form"] = decision.formed
        checks["decision"] = decision.stands
    checks["note"] = len(answer.note.strip()) in NOTE_CHARACTERS
    return checks


def validates(document: Mapping[str, Any], schema: Mapping[str, Any], *, complete: bool = False) -> bool:
    """Whether what a document holds keeps a JSON schema (2020-12); missing fields count only if it must be complete."""
    if any(isinstance(node, list) and len(node) > LONGEST_LIST for node in _nodes(document)):
        return False  # looking for doubles in a long list of anything takes the square of its length
    errors = Draft202012Validator(schema).iter_errors(document)
    return all(error.validator == "required" and not complete for error in errors)


def _nodes(document: Any) -> Iterable[Any]:
    todo = [document]
    while todo:
        node = todo.pop()
        todo += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        yield node


def _rounded(case: Case, answer: Answer, decision: Decision | None) -> bool:
    """No number that is there has more decimals than asked."""
    parts: list[tuple[Iterable[float], int]] = [
        (answer.sections[point.key].values.values(), point.digits)
        for point in case.checkpoints
        if point.key in answer.sections
    ]
    parts += [(values, digits) for digits, values in decision.figures.items()] if decision else []
    return all(_has_digits(value, digits) for values, digits in parts for value in values)


def _has_digits(value: float, digits: int) -> bool:
    return math.isclose(value, round(value, digits), rel_tol=1e-12, abs_tol=1e-12)
