"""A log read whole, as plain data: Inspect's types come in, :mod:`skillbench.evidence.session` goes out."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from skillbench.evidence.archive import SAMPLES
from skillbench.evidence.graded import AUDIT
from skillbench.evidence.log_files import LogFile
from skillbench.evidence.logs import set_fields
from skillbench.evidence.reader import Header, Sample, read_journal, read_sample, read_summaries, unreadable
from skillbench.evidence.session import Call, Generation, Head, Message, Session, Use, WholeSample

LIMITS: Final = ("message_limit", "token_limit", "time_limit")


def read_head(file: LogFile, header: Header, parts: Sequence[str]) -> Head:
    """The header of a log as plain data."""
    spec = header.eval
    began = read_journal(file, parts)
    results = header.results
    means = {
        one.name: float(one.metrics["composed_mean"].value)
        for one in (results.scores if results else [])
        if one.scorer == AUDIT and "composed_mean" in one.metrics
    }
    updates = {
        "invalidated": header.invalidated,
        "log updates": header.log_updates,
        "config updates": header.config_updates,
    }
    held = {f"{SAMPLES}{one.id}_epoch_{one.epoch}.json" for one in read_summaries(file)}
    return Head(
        name=Path(file.path).name,
        status=str(header.status),
        model=str(spec.model),
        roles={role: _models(config) for role, config in (spec.model_roles or {}).items()},
        agent=spec.solver or "",
        steps=tuple(step.solver.rpartition("/")[2] for step in header.plan.steps),
        metadata=spec.metadata or {},
        version=str(spec.task_version),
        task_id=spec.task_id,
        config=set_fields(spec.model_generate_config.model_dump(mode="json")),
        sandbox=spec.sandbox.type if spec.sandbox else "",
        limits={name: getattr(spec.config, name) for name in LIMITS},
        cases=tuple(str(case) for case in spec.dataset.sample_ids or []),
        epochs=spec.config.epochs or 1,
        usage=_usage_by(header.stats.model_usage),
        role_usage=_usage_by(header.stats.role_usage),
        total=results.total_samples if results else 0,
        finished=results.completed_samples if results else 0,
        means=means,
        updated=tuple(name for name, given in updates.items() if given),
        created=utc(spec.created),
        completed=utc(header.stats.completed_at),
        began_as=() if began is None else _differing(began, spec.model_dump(mode="json", exclude_none=True)),
        strangers=tuple(name for name in parts if name.startswith(SAMPLES) and name not in held),
    )


def read_samples(file: LogFile) -> Iterator[WholeSample]:
    """Every sample that a summary names, whole; memory holds one at a time.

    Raises:
        LogError: a sample cannot be read.
    """
    for summary in read_summaries(file):
        try:
            sample = read_sample(file.path, summary.id, summary.epoch)
            told = summary.model_dump(mode="json")
            found = _whole(sample, told)
        except Exception as error:  # whatever zip, zstd, json and pydantic raise on a broken log becomes one kind
            raise unreadable(file.path, error) from error
        yield found


def _whole(sample: Sample, told: Mapping[str, Any]) -> WholeSample:
    scores = sample.scores or {}
    return WholeSample(
        case=str(sample.id),
        epoch=sample.epoch,
        uuid=sample.uuid or "",
        text=sample.input if isinstance(sample.input, str) else "",
        metadata=sample.metadata,
        messages=tuple(map(_message, sample.messages)),
        native=sample.messages,
        completion=sample.output.completion,
        store=sample.store,
        scores={name: one.model_dump(mode="json") for name, one in scores.items()},
        edited=any(len(one.history) > 0 for one in scores.values()),
        told=told,
        summary=sample.summary().model_dump(mode="json"),
        usage=_usage_by(sample.model_usage),
        role_usage=_usage_by(sample.role_usage),
        started=utc(sample.started_at),
        completed=utc(sample.completed_at),
        sandbox=sample.sandbox.type if sample.sandbox else "",
        limits={name: getattr(sample, name) for name in LIMITS},
        error=" ".join(sample.error.message.split())[:200] if sample.error else "",
        retries=len(sample.error_retries or []),
        invalidated=sample.invalidation is not None,
        fallback=bool(sample.model_fallbacks),
        session=_session(sample),
        transcript=sample.model_dump_json(include={"messages", "events", "store", "output", "attachments"}),
    )


def _session(sample: Sample) -> Session:
    spans = {event.id: event for event in sample.events if event.event == "span_begin"}
    generations, uses, verdicts = [], [], {}
    ran: Counter[str] = Counter()
    times = [event.timestamp.astimezone(dt.UTC).isoformat(timespec="microseconds") for event in sample.events]
    begun = ""
    for event in sample.events:
        if event.event == "model":
            generations.append(_generation(event, scoring="scorers" in _kinds(spans, event.span_id)))
        elif event.event == "tool":
            uses.append(_use(event))
        elif event.event == "sandbox" and event.action == "exec":
            span = spans.get(event.span_id or "")
            ran[span.name if span is not None else ""] += 1
        elif event.event == "score" and not event.intermediate:
            verdicts[event.scorer or ""] = event.score.model_dump(mode="json")["value"]
        elif event.event == "sample_init":
            begun = event.sample.input if isinstance(event.sample.input, str) else ""
    return Session(
        generations=tuple(generations),
        uses=tuple(uses),
        ran=ran,
        verdicts=verdicts,
        failed=any(event.event == "error" for event in sample.events),
        first=min(times, default=""),
        last=max(times, default=""),
        shown_input=begun,
    )


def _kinds(spans: Mapping[str, Any], span: str | None) -> set[str]:
    """Kinds of the spans an event stands in, outermost included."""
    found: set[str] = set()
    seen: set[str] = set()
    while span in spans and span not in seen:
        seen.add(str(span))
        found.add(str(spans[str(span)].type))
        span = spans[str(span)].parent_id
    return found


def _generation(event: Any, *, scoring: bool) -> Generation:
    said = event.output.message if event.output.choices else None
    counted = event.output.usage if event.cache != "read" and not event.error else None
    return Generation(
        model=event.model,
        role=event.role or "",
        scoring=scoring,
        shown=tuple(map(_message, event.input)),
        said=_message(said) if said is not None and not event.error else None,
        text=event.output.completion,
        tools=tuple(tool.name for tool in event.tools),
        config=event.config.model_dump(mode="json", exclude_none=True),
        usage=usage_of(counted) if counted else {},
        started=event.timestamp.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        completed=utc(event.completed),
        seconds=float(event.working_time or 0.0),
    )


def _use(event: Any) -> Use:
    result = event.result if isinstance(event.result, str) else _text(event.result)
    return Use(
        event.id, event.function, _json(event.arguments), result, event.error is not None, event.message_id or ""
    )


def _text(result: Any) -> str:
    """A tool's result as its message shows it."""
    parts = result if isinstance(result, list) else [result]
    return "\n".join(str(getattr(part, "text", part)) for part in parts)


def _message(message: Any) -> Message:
    calls = getattr(message, "tool_calls", None) or []
    return Message(
        id=message.id or "",
        role=message.role,
        text=message.text,
        calls=tuple(Call(one.id, one.function, _json(one.arguments)) for one in calls),
        function=getattr(message, "function", None) or "",
        failed=getattr(message, "error", None) is not None,
    )


def _models(config: Any) -> tuple[str, ...]:
    given = config if isinstance(config, list) else [config]
    return tuple(str(getattr(one, "model", one)) for one in given)


def usage_of(usage: Any) -> dict[str, float]:
    """Counts that were given, by name."""
    return {name: float(value) for name, value in usage.model_dump().items() if isinstance(value, int | float)}


def _usage_by(usage: Mapping[str, Any] | None) -> dict[str, dict[str, float]]:
    return {name: usage_of(one) for name, one in (usage or {}).items()}


def _differing(began: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*began, *now} if began.get(name) != now.get(name)))


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def utc(time: Any) -> str:
    """A time in UTC to the microsecond, so that times compare as text; empty where there is none."""
    if not time:
        return ""
    moment = time if isinstance(time, dt.datetime) else dt.datetime.fromisoformat(str(time))
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
