"""One log as rows: header and sample summaries come in, a row for the run and one per sample and judge go out.

Headers and summaries are Inspect's fastest supported route: their cost does not depend on the length of
transcripts. A summary leaves out values above 1,024 characters; where one of ours was left out, the full
sample is read. Text that a log's author chose is made plain here, before anything shows it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from skillbench.core.errors import LogError
from skillbench.core.plain import plain, plain_values
from skillbench.core.schema import TASK_VERSION
from skillbench.evidence.graded import THINNED, number, verdicts
from skillbench.evidence.log_files import LogFile
from skillbench.evidence.reader import Header, read_lean, read_parts
from skillbench.evidence.runs import LogRows
from skillbench.evidence.tally import AUTHORED, KEYED

MOST_EPOCHS: Final = 1000
MOST_CASES: Final = 20_000
MOST_SAMPLES: Final = 200_000
"""What a header may ask for: every expected sample is held against those found, so no more are ever listed."""

_SECRET = ("key", "token", "secret", "password", "credential")


def read_log(file: LogFile) -> LogRows:
    """The rows of one log.

    Raises:
        LogError: unreadable, oversized, invalidated, of another task, or of another task version.
    """
    header, summaries = read_parts(file)
    _check_task(file.path, header)
    try:
        run = _run_row(file, header)
        return LogRows(run, list(_all_rows(file.path, summaries, run)))
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise LogError(
            f"{file.path} holds a value no run of skillbench writes ({type(error).__name__}: {str(error)[:200]}); "
            "leave it out or pass --skip-bad"
        ) from error


def _check_task(path: str, header: Header) -> None:
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


def _run_row(file: LogFile, header: Header) -> dict[str, Any]:
    spec = header.eval
    metadata = spec.metadata or {}
    sandbox, epochs = metadata.get("sandbox"), spec.config.epochs or 1
    cases = [str(case) for case in spec.dataset.sample_ids or []]
    if not 1 <= epochs <= MOST_EPOCHS or len(cases) > MOST_CASES or epochs * len(cases) > MOST_SAMPLES:
        raise LogError(
            f"{file.path} says it has {len(cases)} cases and {epochs} epochs; at most {MOST_CASES} and "
            f"{MOST_EPOCHS} are read, {MOST_SAMPLES} samples in all. Leave the log out or pass --skip-bad"
        )
    row = {
        "file": file.path,
        "task_id": spec.task_id,
        "eval_id": spec.eval_id,
        "status": header.status,
        "model": str(spec.model),
        "model_args": _canonical(_public(spec.model_args)),
        "config": _canonical(set_fields(spec.model_generate_config.model_dump(mode="json"))),
        "agent": spec.solver or "",
        "agent_args": _canonical(_public(spec.solver_args or {})),
        "tools": str(metadata.get("tools", "")),
        "context": str(metadata.get("context") or "own"),
        "purse": str(metadata.get("purse") or "none"),
        "track": str(metadata.get("track") or KEYED),
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
        "cases": json.dumps(plain_values(cases)),
        "updated": bool(header.log_updates or header.config_updates),
    }
    return _plain_row(row)


def _all_rows(path: str, summaries: list[dict[str, Any]], run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every sample's rows.

    Raises:
        LogError: more samples than any run has, or one of them twice.
    """
    if len(summaries) > MOST_SAMPLES:
        raise LogError(f"{path} holds {len(summaries)} samples; at most {MOST_SAMPLES} are read ({run['task_set']})")
    held: set[tuple[str, int]] = set()
    for summary in summaries:
        place = (str(summary["id"]), int(summary["epoch"]))
        if place in held:
            raise LogError(f"{path} holds case {plain(place[0])}, epoch {place[1]} twice; it was altered")
        held.add(place)
        yield from map(_plain_row, _sample_rows(path, summary))


def _sample_rows(path: str, summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    facts = _facts(path, summary)

    def whole() -> dict[str, Any]:
        return {name: score.metadata for name, score in (read_lean(path, summary).scores or {}).items()}

    for verdict in verdicts(summary.get("scores") or {}, _line(summary.get("error")), whole):
        yield {**facts, **verdict}


def _facts(path: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a sample whoever judged it."""
    metadata = dict(summary["metadata"])
    if any(str(value).startswith(THINNED) for value in metadata.values()):
        metadata = dict(read_lean(path, summary).metadata)
    missing = sorted({"chain", "kind", "k", "skills"} - metadata.keys())
    if missing:
        raise LogError(
            f"{path}: sample {summary['id']!r} lacks the metadata {', '.join(missing)}; it is no sample of skillbench"
        )
    skills = [str(tag) for tag in metadata["skills"]]
    if metadata["kind"] not in {"chain", "twin", AUTHORED} or len(skills) != int(metadata["k"]) or not skills:
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
        # Estimators know composed cases and single skills; a written task is composed work, and its own cluster.
        "kind": "twin" if metadata["kind"] == "twin" else "chain",
        "k": int(metadata["k"]),
        "track": AUTHORED if metadata["kind"] == AUTHORED else KEYED,
        "skill": skills[0] if metadata["kind"] == "twin" else skills[-1],
        "skills": json.dumps(plain_values(skills), ensure_ascii=False),
        "domain": str(metadata.get("domain", "")),
        "tokens": tokens,
        "cost": cost,
        "seconds": number(summary.get("working_time")),
        "limit": summary.get("limit") or "",
        "error": _line(summary.get("error")),
    }


def _spent(summary: Mapping[str, Any]) -> tuple[float, float]:
    """Tokens and cost of the agent: all models less those in a role (the judge); NaN where unknown."""
    used, judges = (list((summary.get(name) or {}).values()) for name in ("model_usage", "role_usage"))
    if not used:
        return math.nan, math.nan
    tokens = sum(one["total_tokens"] for one in used) - sum(one["total_tokens"] for one in judges)
    return float(max(tokens, 0)), _cost(used) - _cost(judges)


def _cost(usage: list[Mapping[str, Any]]) -> float:
    return math.fsum(number(one.get("total_cost")) for one in usage)


def set_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Generation settings that were given, without those that only govern the connection."""
    idle = {"max_connections", "adaptive_connections", "max_retries", "timeout", "attempt_timeout", "cache"}
    return {name: value for name, value in fields.items() if value is not None and name not in idle}


def _public(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without anything that may be a secret, and without where a task set lies on one machine."""
    hidden = {name for name in arguments if any(word in name.lower() for word in _SECRET)}
    return {name: value for name, value in arguments.items() if name not in hidden | {"tasks"}}


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(plain_values(value), sort_keys=True, ensure_ascii=False, default=str)


def _line(text: str | None) -> str:
    """The first 300 characters of a message, on one line."""
    return " ".join((text or "").split())[:300]


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose texts are what they look like; the file's own path stays, since it is opened again."""
    return {name: plain(value) if isinstance(value, str) and name != "file" else value for name, value in row.items()}
