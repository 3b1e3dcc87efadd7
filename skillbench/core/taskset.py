"""Reading a frozen task set: manifest first, every hash checked before a byte is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pydantic import ValidationError

from skillbench.core.assets import asset_dir
from skillbench.core.errors import TaskSetError
from skillbench.core.schema import TASK_VERSION, Case, Manifest, Page, sha256_of

CASES_FILE = "cases.jsonl"
MANIFEST_FILE = "manifest.json"


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
            TaskSetError: the manifest does not list the path.
        """
        if path not in self.manifest.sha256:
            raise TaskSetError(f"{path!r} is not listed in the manifest of {self.root}")
        return (self.root / path).read_text(encoding="utf-8")

    def records(self, case: Case) -> dict[str, str]:
        """Every record file of a case, by sandbox name."""
        return {name: self.read(path) for name, path in case.files.items()}

    def handbook(self, case: Case) -> tuple[Page, ...]:
        """The pages of a case's handbook."""
        return _pages(self.root / case.handbook)

    def _parse(self) -> Iterator[Case]:
        lines = (self.root / CASES_FILE).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            try:
                case = Case.model_validate_json(line)
            except ValidationError as error:
                raise TaskSetError(f"{self.root / CASES_FILE}:{number}: {error}") from error
            if case.version != self.manifest.version:
                raise TaskSetError(
                    f"{self.root / CASES_FILE}:{number}: version {case.version}, "
                    f"the manifest says {self.manifest.version}"
                )
            yield case


@cache
def _pages(path: Path) -> tuple[Page, ...]:
    return tuple(Page.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines())


def find_task_set(name: str) -> Path:
    """The folder of a task set given by path or by the name of a shipped set.

    Raises:
        TaskSetError: neither a folder with a manifest nor a shipped set.
    """
    for candidate in (Path(name), asset_dir("tasks") / name):
        if (candidate / MANIFEST_FILE).is_file():
            return candidate.resolve()
    shipped = sorted(path.parent.name for path in asset_dir("tasks").glob(f"*/{MANIFEST_FILE}"))
    raise TaskSetError(
        f"no task set {name!r}: give a folder that holds {MANIFEST_FILE}, or one of the shipped sets: "
        f"{', '.join(shipped) or '(none)'}. `skillbench build` makes a new one."
    )


def load_task_set(name: str | Path) -> TaskSet:
    """Open a task set and check every hash.

    Raises:
        TaskSetError: missing, malformed, of another version, or a file does not match its hash.
    """
    root = find_task_set(str(name))
    try:
        manifest = Manifest.model_validate_json((root / MANIFEST_FILE).read_text(encoding="utf-8"))
    except ValidationError as error:
        raise TaskSetError(f"{root / MANIFEST_FILE}: {error}") from error
    if manifest.version.split("-")[0] != TASK_VERSION.split("-")[0]:
        raise TaskSetError(
            f"{root} is of version {manifest.version}, this package scores {TASK_VERSION}: "
            "scores would not be comparable. Install the matching release of skillbench-steps, "
            "or rebuild the set with `skillbench build`."
        )
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
