"""The one reader of Inspect's logs: a file comes in, its header, summaries and samples go out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from typing import Any

import fsspec
from inspect_ai.log import (
    EvalLog,
    EvalSample,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)

from skillbench.core.errors import LogError
from skillbench.evidence.archive import check_file
from skillbench.evidence.places import LogFile

Header = EvalLog
"""A log without its samples."""

HEADER = "header.json"
SUMMARIES = "summaries.json"


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


def read_lean(path: str, summary: Mapping[str, Any]) -> EvalSample:
    """A sample's scores and metadata, which its summary may have thinned, without the transcript."""
    bulky = {"messages", "events", "store", "attachments"}
    return read_eval_log_sample(path, id=summary["id"], epoch=summary["epoch"], exclude_fields=bulky)
