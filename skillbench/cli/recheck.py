"""Reading logs whole and judging every transcript again: the costly, honest way that submissions are checked."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries
from inspect_ai.model import ChatMessageAssistant
from inspect_ai.scorer import Score

from skillbench.core.errors import LogError, TaskSetError
from skillbench.core.taskset import TaskSet
from skillbench.evidence.archive import check_file
from skillbench.evidence.graded import AUDIT
from skillbench.evidence.places import LogFile
from skillbench.harness.dataset import Context, parse_context
from skillbench.harness.dataset import samples as dataset_of
from skillbench.harness.scorer import VALUES, tool_calls, values_of
from skillbench.harness.selection import Tools, parse_tools
from skillbench.judge.audit import audit
from skillbench.judge.transcript import Transcript
from skillbench.submissions.checks import FullLog, FullSample
from skillbench.task import skillbench

LIMITS = ("message_limit", "token_limit", "time_limit")


def read_whole(file: LogFile, task_set: TaskSet, note: Callable[[], None] = lambda: None) -> FullLog:
    """One log with every sample judged again by the audit; memory holds one sample at a time.

    Args:
        file: a local log.
        task_set: the task set it says it ran.
        note: called after each sample.

    Raises:
        LogError: unreadable or oversized.
    """
    check_file(file, samples=True)
    try:
        header = read_eval_log(file.path, header_only=True)
        summaries = read_eval_log_sample_summaries(file.path)
        metadata = header.eval.metadata or {}
        given = (
            parse_tools(str(metadata.get("tools", "code,search"))),
            parse_context(str(metadata.get("context", "own"))),
        )
        found = []
        for summary in summaries:
            sample = read_eval_log_sample(file.path, id=summary.id, epoch=summary.epoch)
            found.append(_sample(sample, summary.scores or {}, task_set, given))
            note()
    except LogError:
        raise
    except Exception as error:  # whatever zip, zstd, json and pydantic raise on a broken log becomes one kind
        raise LogError(f"{file.path} cannot be read whole ({type(error).__name__}: {str(error)[:200]})") from error
    return _log(file, header, task_set, tuple(found))


def _log(file: LogFile, header: EvalLog, task_set: TaskSet, found: tuple[FullSample, ...]) -> FullLog:
    defaults = inspect.signature(skillbench).parameters
    results = header.results.scores if header.results else []
    updates = {
        "invalidated": header.invalidated,
        "log updates": header.log_updates,
        "config updates": header.config_updates,
    }
    return FullLog(
        name=Path(file.path).name,
        digest=str((header.eval.metadata or {}).get("task_set_digest", "")),
        expected_digest=task_set.manifest.digest,
        model=str(header.eval.model),
        limits={name: getattr(header.eval.config, name) for name in LIMITS},
        allowed={name: defaults[name].default for name in LIMITS},
        metrics={
            one.name: float(one.metrics["composed_mean"].value)
            for one in results
            if one.scorer == AUDIT and "composed_mean" in one.metrics
        },
        updated=tuple(name for name, given in updates.items() if given),
        created=_utc(header.eval.created),
        completed=_utc(header.stats.completed_at),
        samples=found,
    )


def _sample(
    sample: EvalSample, summary: Mapping[str, Score], task_set: TaskSet, given: tuple[Tools, Context]
) -> FullSample:
    scores = sample.scores or {}
    score = scores.get(AUDIT)
    expected = _expected(task_set, str(sample.id), given)
    in_roles = {name for usage in (sample.role_usage or {},) for name in usage}
    return FullSample(
        case=str(sample.id),
        epoch=sample.epoch,
        uuid=sample.uuid or "",
        metadata=sample.metadata,
        expected_metadata=expected[0] if expected else None,
        task_matches=expected is None or sample.input == expected[1],
        values=_values(score),
        summary=_values(summary.get(AUDIT)),
        recomputed=_judged_again(sample, task_set) if expected and score else None,
        opinions_match={name: _plain(one) for name, one in scores.items() if name != AUDIT}
        == {name: _plain(one) for name, one in summary.items() if name != AUDIT},
        edited=any(len(one.history) > 0 for one in scores.values()),
        invalidated=sample.invalidation is not None,
        models=frozenset() if in_roles else frozenset(sample.model_usage),
        message_ids=tuple(m.id for m in sample.messages if isinstance(m, ChatMessageAssistant) and m.id),
        started=_utc(sample.started_at),
        completed=_utc(sample.completed_at),
        retries=len(sample.error_retries or []),
        error=sample.error.message[:200] if sample.error else "",
    )


def _expected(task_set: TaskSet, case_id: str, given: tuple[Tools, Context]) -> tuple[dict[str, Any], str] | None:
    """Metadata and text the task set gives this case; None where it has no such case."""
    try:
        case = task_set.case(case_id)
    except TaskSetError:
        return None
    (sample,) = dataset_of(task_set, [case], *given)
    return dict(sample.metadata or {}), str(sample.input)


def _judged_again(sample: EvalSample, task_set: TaskSet) -> dict[str, float]:
    case = task_set.case(str(sample.id))
    answer = sample.output.completion
    session = Transcript(tool_calls(sample.messages), answer, str(sample.input))
    verdict = audit(case, task_set.truth(case), task_set.handbook(case), answer, session)
    return dict(values_of(verdict))


def _values(score: Score | None) -> dict[str, float] | None:
    if score is None or not isinstance(score.value, dict):
        return None
    return {name: _number(score.value.get(name)) for name in VALUES}


def _plain(score: Score) -> str:
    """A score's value as text: NaN equals NaN there, as it should."""
    return json.dumps(score.value, sort_keys=True, default=str)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _utc(time: str | None) -> str:
    """A time in UTC, so that times compare as text; empty where there is none."""
    return dt.datetime.fromisoformat(str(time)).astimezone(dt.UTC).isoformat() if time else ""
