"""Where logs are: files, folders and remote places become a list of log files, in a stable order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fsspec

from skillbench.core.errors import LogError

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
        logs = list(_below(place))
        if not logs:
            raise LogError(
                f"{place} holds no Inspect log (*.eval, or *.json named by its time). "
                "Give a log file or a folder of logs; `inspect eval skillbench --model ...` writes them to ./logs"
            )
        found.update({log.path: log for log in logs})
    return tuple(sorted(found.values()))


def _below(place: str) -> Iterable[LogFile]:
    try:
        system, path = fsspec.core.url_to_fs(place)
        if not system.exists(path):
            raise LogError(f"{place} does not exist; give a log file, a folder of logs or an address such as s3://...")
        if system.isfile(path):
            yield _log_file(system, path, system.info(path))
            return
        for name, info in sorted(system.find(path, detail=True).items()):
            if name.endswith(".eval") or _JSON_LOG.search(name):
                yield _log_file(system, name, info)
    except (OSError, ValueError, ImportError) as error:
        raise LogError(f"{place} cannot be read: {error}") from error


def _log_file(system: Any, path: str, info: Mapping[str, Any]) -> LogFile:
    stamp = next((info[name] for name in ("mtime", "LastModified", "ETag", "created") if name in info), "")
    local = "file" in ([system.protocol] if isinstance(system.protocol, str) else system.protocol)
    return LogFile(path if local else system.unstrip_protocol(path), int(info.get("size") or 0), str(stamp))
