"""Reading a frozen task set: manifest first, every hash checked before a byte is used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from skillbench.core.assets import asset_dir, given_or_shipped
from skillbench.core.errors import TaskSetError
from skillbench.core.schema import TASK_VERSION, Case, Manifest, Page, Strict, sha256_of

CASES_FILE = "cases.jsonl"
MANIFEST_FILE = "manifest.json"

Record = TypeVar("Record", bound=Strict)


@dataclass(frozen=True)
class TaskSet:
    """A task set whose files match its manifest.

    Attributes:
        root: its folder.
        manifest: names and hashes.
    """

    root: Path
    manifest: Manifest

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """All cases, in file order: every prefix of the file is balanced over k."""
        return tuple(self._parse())

    def case(self, case_id: str) -> Case:
        """The case of this id.

        Raises:
            TaskSetError: no such case.
        """
        for case in self.cases:
            if case.id == case_id:
                return case
        raise TaskSetError(f"no case {case_id!r} in {self.root}; `skillbench show` without a case lists them")

    def read(self, path: str) -> str:
        """A file of the set as text; only files the manifest lists can be read.

        Raises:
            TaskSetError: the manifest does not list the path, or the file is no UTF-8 text.
        """
        if path not in self.manifest.sha256:
            raise TaskSetError(f"{path!r} is not listed in the manifest of {self.root}")
        try:
            return (self.root / path).read_bytes().decode()  # line ends as hashed: read_text would translate them
        except UnicodeDecodeError as error:
            raise TaskSetError(f"{self.root / path} is no UTF-8 text: {error}") from error

    def records(self, case: Case) -> dict[str, str]:
        """Every record file of a case, by sandbox name."""
        return {name: self.read(path) for name, path in case.files.items()}

    def truth(self, case: Case) -> dict[str, str]:
        """The rows behind a case's records by skill tag, and its world, as JSON; for judges and gates alone."""
        return {tag: self.read(path) for tag, path in case.truth.items()}

    def material(self, case: Case) -> dict[str, str]:
        """What a judge works from: records by file name, as an agent meets them, and the truth behind them by tag."""
        return self.records(case) | self.truth(case)

    def handbook(self, case: Case) -> tuple[Page, ...]:
        """The pages of a case's handbook; an authored case has none."""
        if not case.handbook:
            return ()
        return _pages(self.read(case.handbook), self.root / case.handbook)

    def _parse(self) -> Iterator[Case]:
        where = self.root / CASES_FILE
        seen: set[str] = set()
        for number, case in enumerate(_records(self.read(CASES_FILE), Case, where), start=1):
            if case.version != self.manifest.version:
                raise TaskSetError(
                    f"{where}:{number}: version {case.version}, the manifest says {self.manifest.version}"
                )
            if case.id in seen:
                raise TaskSetError(f"{where}:{number}: the id {case.id} stands on an earlier line already")
            seen.add(case.id)
            yield case


@cache
def _pages(text: str, where: Path) -> tuple[Page, ...]:
    return tuple(_records(text, Page, where))


def _records(text: str, kind: type[Record], where: Path) -> Iterator[Record]:
    """One record per line.

    Raises:
        TaskSetError: a line is malformed; the message names file and line.
    """
    # Only a line feed ends a line: str.splitlines would also cut at U+2028, which JSON need not escape.
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        yield _record(line, kind, f"{where}:{number}")


def _record(text: str | bytes, kind: type[Record], where: str) -> Record:
    try:
        return kind.model_validate(json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_number))
    except ValueError as error:  # malformed JSON and pydantic's ValidationError both are
        raise TaskSetError(f"{where}: {error}\nBuild the set again with `skillbench build`.") from error


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice says nothing reliable."""
    plain = dict(pairs)
    if len(plain) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"duplicate key {next(key for key in keys if keys.count(key) > 1)!r}")
    return plain


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def find_task_set(name: str) -> Path:
    """The folder of a task set given by path or by the name of a shipped set.

    Raises:
        TaskSetError: neither a folder with a manifest nor a shipped set.
    """
    for candidate in (Path(given_or_shipped(name)), asset_dir("tasks") / name):
        if (candidate / MANIFEST_FILE).is_file():
            return candidate.resolve()
    raise TaskSetError(
        f"no task set {name!r}: give a folder that holds {MANIFEST_FILE}, or one of the shipped sets: "
        f"{', '.join(shipped_sets()) or '(none)'}. `skillbench build` makes a new one."
    )


def shipped_sets() -> list[str]:
    """Names of the task sets that come with the package."""
    return sorted(path.parent.name for path in asset_dir("tasks").glob(f"*/{MANIFEST_FILE}"))


def load_task_set(name: str | Path) -> TaskSet:
    """Open a task set and check every hash.

    Raises:
        TaskSetError: missing, malformed, of another version, or a file does not match its hash.
    """
    root = find_task_set(str(name))
    manifest = _record((root / MANIFEST_FILE).read_bytes(), Manifest, str(root / MANIFEST_FILE))
    if manifest.version.split("-")[0] != TASK_VERSION.split("-")[0]:
        raise TaskSetError(
            f"{root} is of version {manifest.version}, this package runs and judges {TASK_VERSION}: scores would not "
            "be comparable. What is frozen in the set, keys included, is whole: the matching release runs and judges "
            f"it (pip install skillbench-steps=={manifest.generator}). Or rebuild the set with `skillbench build`."
        )
    if CASES_FILE not in manifest.sha256:
        raise TaskSetError(f"{root / MANIFEST_FILE} lists no {CASES_FILE}; build the set again with `skillbench build`")
    _check_hashes(root, manifest)
    return TaskSet(root, manifest)


def _check_hashes(root: Path, manifest: Manifest) -> None:
    for path, expected in manifest.sha256.items():
        file = root / path
        if not file.resolve().is_relative_to(root) or not file.is_file():
            raise TaskSetError(f"{root}: the manifest lists {path!r}, which is not a file of the set")
        found = sha256_of(file.read_bytes())
        if found != expected:
            raise TaskSetError(
                f"{file} does not match its manifest: sha256 {found[:12]}… on disk, {expected[:12]}… expected. "
                "The file was altered; restore it (git checkout) or build a set of your own with `skillbench build`."
            )
    strangers = unlisted(root, list(manifest.sha256))
    if strangers:
        raise TaskSetError(f"{root} holds files its manifest does not list: {', '.join(strangers[:5])}; remove them")


def unlisted(root: Path, listed: Sequence[str]) -> list[str]:
    """Files below ``root`` that are neither listed nor the manifest, sorted."""
    known = {*listed, MANIFEST_FILE}
    found = (path.relative_to(root).as_posix() for path in sorted(root.rglob("*")) if path.is_file())
    return [path for path in found if path not in known]
