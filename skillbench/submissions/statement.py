"""What a run's logs say of it, field by field of a statement: the same for who packs and for who checks."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from skillbench.evidence.runs import RunEvidence
from skillbench.report.board import DEFAULT_AGENT
from skillbench.submissions.schema import Submission

UNSAID: Final = frozenset({"format", "snapshot", "contact", "attestations", "samples", "logs"})
"""Fields that no log tells: the submitter's word, and hashes that are checked for themselves."""


def stated_by_logs(evidence: RunEvidence, run: str) -> dict[str, Any]:
    """Every field of a statement that the logs of a run tell."""
    runs = evidence.runs[evidence.runs["run"] == run]
    table = evidence.outcomes[evidence.outcomes["run"] == run]
    first = runs.iloc[0]
    cost = float(table["cost"].sum(skipna=False))
    return {
        "task_version": first["task_version"],
        "task_set": first["task_set"],
        "benchmark": first["digest"],
        "model": first["model"],
        "model_args": json.loads(first["model_args"]),
        "agent": first["agent"] or DEFAULT_AGENT,
        "agent_args": json.loads(first["agent_args"]),
        "tools": first["tools"] or "none",
        "context": first["context"],
        "purse": first["purse"],
        "generation": json.loads(first["config"]),
        "epochs": int(table["epoch"].nunique()),
        "judge": first["judge"],
        "judge_prompt": first["judge_prompt"] or None,
        "started": dt.date.fromisoformat(runs["created"].min()[:10]),
        "finished": dt.date.fromisoformat((runs["completed"].max() or runs["created"].max())[:10]),
        "cost": None if math.isnan(cost) else round(cost, 6),
    }


def statement_faults(stated: Submission, evidence: RunEvidence) -> Iterator[str]:
    """Every field in which a statement says something else than its logs, each a sentence."""
    runs = evidence.runs[evidence.runs["judge"] == stated.judge]["run"].unique()
    if len(runs) != 1:
        judges = ", ".join(sorted(set(evidence.runs["judge"])))
        yield f"its logs hold {len(runs)} runs judged by {stated.judge}; it must be one (judges in the logs: {judges})"
        return
    told: Mapping[str, Any] = stated.model_dump()
    for name, value in stated_by_logs(evidence, str(runs[0])).items():
        if told[name] != value:
            yield f"its statement says {name} {_short(told[name])}, its logs say {_short(value)} (edited statement)"


def _short(value: Any) -> str:
    return repr(str(value)[:60])
