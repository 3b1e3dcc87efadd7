"""Rows of logs already read, kept as parquet and found again by path, size and time of change."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from skillbench import __version__
from skillbench.evidence.places import LogFile
from skillbench.evidence.runs import Evidence

_FORMAT = "2"


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/skillbench``, by default ``~/.cache/skillbench``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skillbench"


@dataclass(frozen=True)
class Cache:
    """The rows read from one set of places; another package version or format starts anew.

    Only speed depends on it: a damaged or missing cache means reading the logs again.
    """

    stem: Path

    @classmethod
    def of(cls, places: Sequence[str]) -> Cache:
        """The cache that belongs to these places, seen from the working directory."""
        name = "\0".join([__version__, _FORMAT, str(Path.cwd()), *places])
        return cls(cache_folder() / hashlib.sha256(name.encode()).hexdigest()[:24])

    def load(self, files: Sequence[LogFile]) -> dict[LogFile, tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Rows of those files that have not changed."""
        try:
            runs = pd.read_parquet(self._path("runs"))
            samples = pd.read_parquet(self._path("samples"))
        except (OSError, ValueError, pa.ArrowException):
            return {}
        wanted = {file.path: file for file in files}
        unchanged = {
            row["file"]: row
            for row in runs.to_dict("records")
            if row["file"] in wanted
            and (row.pop("size"), row.pop("stamp")) == (wanted[row["file"]].size, wanted[row["file"]].stamp)
        }
        rows: dict[str, list[dict[str, Any]]] = {path: [] for path in unchanged}
        for row in samples.to_dict("records"):
            if row["file"] in rows:
                rows[row["file"]].append({str(name): value for name, value in row.items()})
        return {
            wanted[path]: ({str(name): value for name, value in row.items()}, rows[path])
            for path, row in unchanged.items()
        }

    def save(self, read: Mapping[LogFile, tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
        """Replace the cache; another process that reads meanwhile sees the old files or the new."""
        runs = pd.DataFrame([{**run, "size": file.size, "stamp": file.stamp} for file, (run, _) in read.items()])
        samples = pd.DataFrame([row for _, rows in read.values() for row in rows])
        self.stem.parent.mkdir(parents=True, exist_ok=True)
        for name, frame in (("samples", samples), ("runs", runs)):
            draft = self._path(f"{name}.{os.getpid()}")
            frame.to_parquet(draft, index=False)
            draft.replace(self._path(name))

    def load_evidence(self, files: Sequence[LogFile], skip_bad: bool) -> Evidence | None:
        """The merged evidence of exactly these files, if it was the last that was saved."""
        try:
            facts = json.loads(self._path("facts").with_suffix(".json").read_text(encoding="utf-8"))
            if facts["key"] != _key(files, skip_bad):
                return None
            outcomes, runs, missing = (_read(self._path(name)) for name in ("outcomes", "merged", "missing"))
        except (OSError, ValueError, KeyError, pa.ArrowException):
            return None
        return Evidence(outcomes, runs, missing, facts["refused"], tuple(facts["superseded"]))

    def save_evidence(self, files: Sequence[LogFile], skip_bad: bool, evidence: Evidence) -> None:
        """Keep merged evidence; its key is written last, so that half a save is never believed."""
        key = self._path("facts").with_suffix(".json")
        self.stem.parent.mkdir(parents=True, exist_ok=True)
        key.unlink(missing_ok=True)
        evidence.outcomes.to_parquet(self._path("outcomes"), index=False, compression=None)
        evidence.runs.to_parquet(self._path("merged"), index=False)
        evidence.missing.to_parquet(self._path("missing"), index=False)
        facts = {"refused": dict(evidence.refused), "superseded": evidence.superseded, "key": _key(files, skip_bad)}
        key.write_text(json.dumps(facts), encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{name}.parquet")


def _key(files: Sequence[LogFile], skip_bad: bool) -> str:
    return hashlib.sha256(repr((sorted(files), skip_bad)).encode()).hexdigest()


def _read(path: Path) -> pd.DataFrame:
    """A small file in one thread: a pool costs more than it saves."""
    return pd.read_parquet(path, use_threads=False)
