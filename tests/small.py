"""A small task set for tests: two chains of three skills, built in about a second, and ways to tamper with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skillbench.compose.freeze import Recipe, build_set
from skillbench.core.schema import CaseDials, SamplerFacts, sha256_of
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, load_task_set

FACTS = SamplerFacts(method="sweet-spot", start="Data Cleaning", joint_entropy=1.5, coherence=0.5, lca_height=2)
RECIPES = [
    Recipe(("Data Cleaning", "SQL Querying", "Inventory Management"), (FACTS, FACTS)),
    Recipe(("Capacity Planning", "Graph Theory", "Project Scheduling"), (FACTS, FACTS)),
]
DIALS = CaseDials(entities=6, level=1, coupling_density=0.5, library_pages=24)
NAMES = ("1-A", "small")


def freeze_small(out: Path, names: tuple[str, ...] = NAMES) -> TaskSet:
    """Build the small set into a folder and open it."""
    build_set(out, RECIPES, names, DIALS, salted=False)
    return load_task_set(out)


def freeze_amended(out: Path) -> TaskSet:
    """Build the same two chains under circulars into a folder and open it."""
    build_set(
        out, RECIPES, ("1-A", "amended"), DIALS.model_copy(update={"complications": {"amendment": 2}}), salted=False
    )
    return load_task_set(out)


def freeze_kind(out: Path, kind: str) -> TaskSet:
    """Build a chain of three skills that hands in one kind of deliverable, and open it."""
    dials = DIALS.model_copy(update={"deliverables": [kind]})
    build_set(out, RECIPES[1:], (*NAMES, f"kind-{kind}"), dials, salted=False)
    return load_task_set(out)


def contents(root: Path) -> dict[str, bytes]:
    """Every file below a folder, by path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def copied(task_set: TaskSet, to: Path) -> Path:
    """A copy of a set that a test may alter."""
    return Path(shutil.copytree(task_set.root, to / "set"))


def rehash(root: Path) -> None:
    """Make the manifest tell the truth about altered, added and removed files."""
    manifest = json.loads((root / MANIFEST_FILE).read_text(encoding="utf-8"))
    found = {path: sha256_of(data) for path, data in contents(root).items() if path != MANIFEST_FILE}
    (root / MANIFEST_FILE).write_text(json.dumps({**manifest, "sha256": found}), encoding="utf-8")


def with_cases(task_set: TaskSet, to: Path, change: Callable[[dict[str, Any]], None]) -> TaskSet:
    """A copy of a set whose cases were changed one by one, with a manifest that agrees."""
    root = copied(task_set, to)
    lines = []
    for line in (root / CASES_FILE).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        change(case)
        lines.append(json.dumps(case) + "\n")
    (root / CASES_FILE).write_text("".join(lines), encoding="utf-8")
    rehash(root)
    return load_task_set(root)
