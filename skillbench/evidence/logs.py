"""Reading one Inspect log: its header and sample summaries, as one row for the run and one per sample.

The only module of the report that knows Inspect. Headers and summaries are its fastest supported
route: their cost does not depend on the length of transcripts. A summary leaves out values above
1,024 characters; where one of ours was left out, the full sample is read.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import fsspec
from inspect_ai.log import (
    EvalLog,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)

from skillbench.core.errors import LogError
from skillbench.core.schema import TASK_VERSION
from skillbench.evidence.graded import THINNED, number, verdicts
from skillbench.evidence.places import LogFile

LARGEST_PART: Final = 64 * 2**20
"""Bytes that a part of a log may have unpacked, or 32 kB for each of its samples if that is more; ours hold 8 kB."""

LARGEST_JSON: Final = 256 * 2**20
"""Bytes of a log in JSON, which is read whole."""

MOST_EPOCHS: Final = 1000
MOST_CASES: Final = 20_000
"""What a header may ask for: every expected sample is held against those found."""

LARGEST_RATIO: Final = 200
"""Unpacked to packed bytes of one part; logs reach about 15."""

_SECRET = ("key", "token", "secret", "password", "credential")


@dataclass(frozen=True)
class LogRows:
    """What the board takes from one log: a row of the runs table and its samples' rows, one per judge."""

    run: dict[str, Any]
    samples: list[dict[str, Any]]


def read_log(file: LogFile) -> LogRows:
    """The rows of one log.

    Raises:
        LogError: unreadable, oversized, invalidated, of another task, or of another task version.
    """
    check_size(file)
    try:
        header, summaries = _read_parts(file.path)
    except Exception as error:  # whatever zip, zstd, json and pydantic raise on a broken log becomes one kind
        raise LogError(
            f"{file.path} cannot be read as an Inspect log ({type(error).__name__}: {str(error)[:200]}). "
            "If the run was interrupted, try `inspect log recover`; else leave it out or pass --skip-bad"
        ) from error
    _check_task(file.path, header)
    try:
        samples = [row for summary in summaries for row in _sample_rows(file.path, summary)]
        return LogRows(_run_row(file, header), samples)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise LogError(
            f"{file.path} holds a value no run of skillbench writes ({type(error).__name__}: {str(error)[:200]}); "
            "leave it out or pass --skip-bad"
        ) from error


def _read_parts(path: str) -> tuple[EvalLog, list[dict[str, Any]]]:
    """Header and summaries as JSON values; a log without both parts (JSON, or interrupted) goes through Inspect.

    Reading the two parts of a finished .eval directly skips Inspect's thinning of summaries that are thin
    already, which is half of its time.
    """
    if path.endswith(".eval"):
        with fsspec.open(path, "rb") as stream, zipfile.ZipFile(stream) as parts:
            if {"header.json", "summaries.json"} <= set(parts.namelist()):
                header = EvalLog.model_validate(json.loads(parts.read("header.json")))
                return header, json.loads(parts.read("summaries.json"))
    header = read_eval_log(path, header_only=True)
    return header, [one.model_dump() for one in read_eval_log_sample_summaries(path)]


def check_size(file: LogFile, *, samples: bool = False) -> None:
    """Refuse a log whose parts unpack to more than they should, before a byte of them is unpacked.

    Args:
        file: the log.
        samples: whether its samples will be read whole, and must hold the limit too.

    Raises:
        LogError: a part too large or too dense, or not a whole file.
    """
    if not file.path.endswith(".eval"):
        if file.size > LARGEST_JSON:
            raise LogError(f"{file.path} has {file.size >> 20} MB of JSON; convert it with `inspect log convert`")
        return
    try:
        with fsspec.open(file.path, "rb") as stream, zipfile.ZipFile(stream) as parts:
            members = parts.infolist()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise LogError(f"{file.path} is not a whole .eval file ({error}); fetch or run it again") from error
    most = max(LARGEST_PART, 2**15 * sum(part.filename.startswith("samples/") for part in members))
    for part in members:
        ratio = part.file_size / max(part.compress_size, 1)
        heavy = part.file_size > most or (part.file_size > 2**20 and ratio > LARGEST_RATIO)
        if heavy and (samples or not part.filename.startswith("samples/")):
            raise LogError(
                f"{file.path}: its part {part.filename!r} unpacks to {part.file_size >> 20} MB ({ratio:.0f} times its "
                f"size); at most {most >> 20} MB and {LARGEST_RATIO} times are allowed. No run writes this; "
                "leave it out or pass --skip-bad"
            )


def _check_task(path: str, header: EvalLog) -> None:
    _, _, task = header.eval.task.rpartition("/")
    metadata = header.eval.metadata or {}
    if task != "skillbench" or "task_set_digest" not in metadata:
        raise LogError(
            f"{path} is a log of the task {header.eval.task!r}; the board takes logs of skillbench only. "
            "Leave it out or pass --skip-bad"
        )
    version = str(header.eval.task_version)
    if version.split("-", maxsplit=1)[0] != TASK_VERSION.split("-")[0]:
        raise LogError(
            f"{path} was made with task version {version}; this package reports {TASK_VERSION}, and scores of "
            "different versions are not comparable. Use the skillbench-steps release that made it, or run it again"
        )
    if header.invalidated:
        raise LogError(f"{path} was marked invalid with Inspect; run it again or leave it out (--skip-bad)")


def _run_row(file: LogFile, header: EvalLog) -> dict[str, Any]:
    spec = header.eval
    metadata = spec.metadata or {}
    sandbox, epochs = metadata.get("sandbox"), spec.config.epochs or 1
    cases = [str(case) for case in spec.dataset.sample_ids or []]
    if not 1 <= epochs <= MOST_EPOCHS or len(cases) > MOST_CASES:
        raise LogError(
            f"{file.path} says it has {len(cases)} samples and {epochs} epochs; at most {MOST_CASES} and "
            f"{MOST_EPOCHS} are read. Leave the log out or pass --skip-bad"
        )
    return {
        "file": file.path,
        "task_id": spec.task_id,
        "eval_id": spec.eval_id,
        "status": header.status,
        "model": str(spec.model),
        "model_args": _canonical(_public(spec.model_args)),
        "config": _canonical(_set_fields(spec.model_generate_config.model_dump(mode="json"))),
        "agent": spec.solver or "",
        "agent_args": _canonical(_public(spec.solver_args or {})),
        "tools": str(metadata.get("tools", "")),
        "context": str(metadata.get("context") or "own"),
        "sandbox": str(sandbox.get("type", "")) if isinstance(sandbox, dict) else str(sandbox or ""),
        "limits": _canonical(
            {name: getattr(spec.config, name) for name in ("message_limit", "token_limit", "time_limit", "cost_limit")}
        ),
        "task_set": str(metadata.get("task_set", "")),
        "digest": str(metadata["task_set_digest"]),
        "salted": bool(metadata.get("salted")),
        "task_version": str(spec.task_version),
        "package": str(metadata.get("skillbench", "")),
        "inspect": str(spec.packages.get("inspect_ai", "")),
        "created": str(spec.created),
        "completed": str(header.stats.completed_at or ""),
        "epochs": epochs,
        "cases": json.dumps(cases),
        "updated": bool(header.log_updates or header.config_updates),
    }


def _sample_rows(path: str, summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    facts = _facts(path, summary)

    def whole() -> dict[str, Any]:
        return {name: score.metadata for name, score in (_whole(path, summary).scores or {}).items()}

    for verdict in verdicts(summary.get("scores") or {}, summary.get("error") or "", whole):
        yield {**facts, **verdict}


def _facts(path: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a sample whoever judged it."""
    metadata = dict(summary["metadata"])
    if any(str(value).startswith(THINNED) for value in metadata.values()):
        metadata = dict(_whole(path, summary).metadata)
    missing = sorted({"chain", "kind", "k", "skills"} - metadata.keys())
    if missing:
        raise LogError(
            f"{path}: sample {summary['id']!r} lacks the metadata {', '.join(missing)}; it is no sample of skillbench"
        )
    skills = [str(tag) for tag in metadata["skills"]]
    if metadata["kind"] not in {"chain", "twin"} or len(skills) != int(metadata["k"]) or not skills:
        raise LogError(
            f"{path}: sample {summary['id']!r} says kind {metadata['kind']!r} and k={metadata['k']!r} but names "
            f"{len(skills)} skills; it was altered. Leave the log out or pass --skip-bad"
        )
    tokens, cost = _spent(summary)
    return {
        "file": path,
        "case": str(summary["id"]),
        "epoch": int(summary["epoch"]),
        "uuid": summary.get("uuid") or "",
        "chain": str(metadata["chain"]),
        "kind": str(metadata["kind"]),
        "k": int(metadata["k"]),
        "skill": skills[0] if metadata["kind"] == "twin" else skills[-1],
        "skills": json.dumps(skills, ensure_ascii=False),
        "domain": str(metadata.get("domain", "")),
        "tokens": tokens,
        "cost": cost,
        "seconds": number(summary.get("working_time")),
        "limit": summary.get("limit") or "",
        "error": (summary.get("error") or "")[:300],
    }


def _whole(path: str, summary: Mapping[str, Any]) -> Any:
    bulky = {"messages", "events", "store", "attachments"}
    return read_eval_log_sample(path, id=summary["id"], epoch=summary["epoch"], exclude_fields=bulky)


def _spent(summary: Mapping[str, Any]) -> tuple[float, float]:
    """Tokens and cost of the agent: all models less those in a role (the judge); NaN where unknown."""
    used, judges = (list((summary.get(name) or {}).values()) for name in ("model_usage", "role_usage"))
    if not used:
        return math.nan, math.nan
    tokens = sum(one["total_tokens"] for one in used) - sum(one["total_tokens"] for one in judges)
    return float(max(tokens, 0)), _cost(used) - _cost(judges)


def _cost(usage: list[Mapping[str, Any]]) -> float:
    return math.fsum(number(one.get("total_cost")) for one in usage)


def _set_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Generation settings that were given, without those that only govern the connection."""
    idle = {"max_connections", "adaptive_connections", "max_retries", "timeout", "attempt_timeout", "cache"}
    return {name: value for name, value in fields.items() if value is not None and name not in idle}


def _public(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without anything that may be a secret, and without where a task set lies on one machine."""
    hidden = {name for name in arguments if any(word in name.lower() for word in _SECRET)}
    return {name: value for name, value in arguments.items() if name not in hidden | {"tasks"}}


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
