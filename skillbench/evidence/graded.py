"""What the judges of one sample found: a row's verdict columns for each of them.

The audit's facts (solve, coverage, which skills were right, slips, tool use) are code's and hold whoever
scores; a rubric judge adds a score of its own beside them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from skillbench.core.plain import plain_values

AUDIT: Final = "audit_scorer"
VALUES: Final = {"score": "score", "without_bonus": "score_no_bonus", "solve": "solve", "coverage": "coverage"}
"""Keys of the audit's value, and the columns they fill."""

OPINION: Final = ("score", "without_bonus")
"""Keys that every judge of ours gives."""

THINNED: Final = "Key removed from summary"
BY: Final = " by "


def judge_label(profile: str, models: list[str]) -> str:
    """A judge as the board names it: ``rubric-2026-11-21 by openai/gpt-5.2``; the audit is ``audit``.

    Example:
        >>> judge_label("rubric-2026-11-21", ["a/b", "c/d"])
        'rubric-2026-11-21 by a/b + c/d'
    """
    return f"{profile}{BY}{' + '.join(models)}" if models else profile


def judge_parts(label: str) -> tuple[str, list[str]]:
    """Profile and models of a judge's label.

    Example:
        >>> judge_parts("rubric-2026-11-21 by a/b + c/d")
        ('rubric-2026-11-21', ['a/b', 'c/d'])
    """
    profile, _, models = label.partition(BY)
    return profile, models.split(" + ") if models else []


def verdicts(
    scores: Mapping[str, Mapping[str, Any]], error: str, whole: Callable[[], Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The verdict columns of a sample, one row per judge; one without a judge where none saw it.

    Args:
        scores: its scores by scorer, as the log's summary tells them.
        error: why the sample failed, or empty.
        whole: reads the sample's full score metadata by scorer; asked only where the summary was thinned.
    """
    ours = {
        name: score
        for name, score in scores.items()
        if isinstance(score["value"], dict) and set(OPINION) <= set(score["value"])
    }
    told = {name: dict(score.get("metadata") or {}) for name, score in ours.items()}
    if any(str(value).startswith(THINNED) for details in told.values() for value in details.values()):
        full = whole()
        told = {name: dict(full.get(name) or {}) for name in ours}
    if not ours:
        yield {"judge": "", "judge_prompt": "", **_row({}, {}, error or "no score was written", error=bool(error))}
    audit = ours.get(AUDIT, {}).get("value", {})
    for name, score in ours.items():
        details = told[name]
        judges = [str(one) for one in details.get("judges") or []]
        profile = "audit" if name == AUDIT else str(details.get("profile") or name.removesuffix("_scorer"))
        why = ": ".join(filter(None, (str(score.get("reason") or ""), str(details.get("unscored") or "")))) or error
        yield {
            "judge": judge_label(profile, judges),
            "judge_prompt": str(details.get("judge_digest") or ""),
            **_row({**audit, **score["value"]}, told.get(AUDIT, details), why, error=bool(error)),
        }


def _row(value: Mapping[str, Any], facts: Mapping[str, Any], why: str, *, error: bool) -> dict[str, Any]:
    """Numbers and facts; without a score every number is NaN, and the reason says why."""
    numbers = {column: number(value.get(name)) for name, column in VALUES.items()}
    scored = not math.isnan(numbers["score"])
    if not scored:
        numbers = dict.fromkeys(numbers, math.nan)
    return {
        **numbers,
        "state": "scored" if scored else "error" if error else "unscored",
        "reason": "" if scored else " ".join((why or "the judge gave no score and no reason").split())[:300],
        "tool_used": bool(facts.get("effective_tool", False)),
        **{
            name: json.dumps(plain_values(_mapping(facts.get(name))), ensure_ascii=False)
            for name in ("labels", "correct", "slips")
        },
    }


def number(value: Any) -> float:
    """A JSON number as float; NaN for anything else."""
    return float(value) if isinstance(value, int | float) else math.nan


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
