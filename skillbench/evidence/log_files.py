"""Where logs are: files, folders and remote places become a list of log files, in a stable order."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from skillbench.core.errors import InputError, LogError
from skillbench.core.places import files_below

_JSON_LOG = re.compile(r"\d{4}-\d{2}-\d{2}T[^/]*\.json$")
"""Inspect's JSON logs start with their time; other JSON files in a log folder are not logs."""


@dataclass(frozen=True, order=True)
class LogFile:
    """One log file; ``size`` in bytes, ``stamp`` changes when the file does."""

    path: str
    size: int
    stamp: str


def find_logs(places: Sequence[str]) -> tuple[LogFile, ...]:
    """Every log file below the places given, each once, sorted by path.

    Args:
        places: files, folders or fsspec addresses (``s3://bucket/logs``); folders are walked.

    Raises:
        LogError: a place does not exist, cannot be read, or holds no log.
    """
    found: dict[str, LogFile] = {}
    for place in places:
        logs = _below(place)
        if not logs:
            raise LogError(
                f"{place} holds no Inspect log (*.eval, or *.json named by its time). "
                "Give a log file or a folder of logs; `inspect eval skillbench --model ...` writes them to ./logs"
            )
        found.update({log.path: log for log in logs})
    return tuple(sorted(found.values()))


def _below(place: str) -> list[LogFile]:
    try:
        files = files_below(place)
    except InputError as error:
        raise LogError(str(error)) from error
    return [
        # Of a file whose change cannot be seen no cache may speak: it gets a stamp of its own each time.
        LogFile(file.path, file.size, file.stamp or str(time.time_ns()))
        for file in files
        if file.named or file.name.endswith(".eval") or _JSON_LOG.search(file.name)
    ]
