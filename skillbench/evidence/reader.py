"""The one reader of Inspect's logs: a file comes in, its header, summaries and samples go out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import fsspec
from inspect_ai.log import (
    EvalLog,
    EvalSample,
    EvalSampleSummary,
    EvalSpec,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)

from skillbench.core.errors import LogError
from skillbench.evidence.archive import check_file
from skillbench.evidence.log_files import LogFile

Header = EvalLog
"""A log without its samples."""

Sample = EvalSample
"""A sample with its transcript."""

HEADER = "header.json"
SUMMARIES = "summaries.json"
JOURNAL = "_journal/start.json"


def read_parts(file: LogFile) -> tuple[Header, list[dict[str, Any]]]:
    """Header and summaries, the latter as JSON values.

    Reading the two parts of a finished .eval directly skips Inspect's thinning of summaries that are thin
    already, which is half of its time; a log without both parts (JSON, or interrupted) goes through Inspect.

    Raises:
        LogError: unreadable, oversized, or an archive that no run writes.
    """
    parts = check_file(file)
    try:
        if {HEADER, SUMMARIES} <= set(parts):
            with fsspec.open(file.path, "rb") as stream, zipfile.ZipFile(stream) as members:
                header = EvalLog.model_validate(json.loads(members.read(HEADER)))
                return header, json.loads(members.read(SUMMARIES))
        header = read_eval_log(file.path, header_only=True)
        return header, [one.model_dump() for one in read_eval_log_sample_summaries(file.path)]
    except Exception as error:  # whatever zip, zstd, json and pydantic raise on a broken log becomes one kind
        raise unreadable(file.path, error) from error


def unreadable(path: str, error: Exception) -> LogError:
    """Whatever zip, zstd, json and pydantic raise on a broken log, as one kind."""
    return LogError(
        f"{path} cannot be read as an Inspect log ({type(error).__name__}: {str(error)[:200]}). "
        "If the run was interrupted, try `inspect log recover`; else leave it out or pass --skip-bad"
    )


def read_lean(path: str, summary: Mapping[str, Any]) -> Sample:
    """A sample's scores and metadata, which its summary may have thinned, without the transcript."""
    bulky = {"messages", "events", "store", "attachments"}
    return read_eval_log_sample(path, id=summary["id"], epoch=summary["epoch"], exclude_fields=bulky)


def read_header(file: LogFile) -> tuple[Header, tuple[str, ...]]:
    """A log's header and the names of its parts, for a log whose samples will be read whole.

    Raises:
        LogError: unreadable, oversized, or an archive that no run writes.
    """
    parts = check_file(file, samples=True)
    try:
        return read_eval_log(file.path, header_only=True), parts
    except Exception as error:  # whatever zip, zstd, json and pydantic raise on a broken log becomes one kind
        raise unreadable(file.path, error) from error


def read_summaries(file: LogFile) -> list[EvalSampleSummary]:
    """Every sample's summary, as Inspect reads it."""
    try:
        return read_eval_log_sample_summaries(file.path)
    except Exception as error:  # likewise
        raise unreadable(file.path, error) from error


def read_journal(file: LogFile, parts: Sequence[str]) -> Mapping[str, Any] | None:
    """What the run wrote of itself when it began; None where the log keeps no journal."""
    if JOURNAL not in parts:
        return None
    try:
        with fsspec.open(file.path, "rb") as stream, zipfile.ZipFile(stream) as members:
            begun = json.loads(members.read(JOURNAL))
        return EvalSpec.model_validate(begun["eval"]).model_dump(mode="json", exclude_none=True)
    except Exception as error:  # likewise
        raise unreadable(file.path, error) from error


def read_sample(path: str, case: int | str, epoch: int) -> Sample:
    """One sample with its whole transcript, every attachment in its place."""
    return read_eval_log_sample(path, id=case, epoch=epoch, resolve_attachments="full")
