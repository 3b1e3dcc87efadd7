"""Frozen means frozen: a set is run and judged only by the solvers that computed its key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small import with_cases

import skillbench
from skillbench.core.errors import TaskSetError
from skillbench.core.schema import Tolerance
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.judge.answer import read_answer
from skillbench.judge.checkpoints import Examination
from skillbench.judge.opening import open_task_set
from skillbench.skills import revision as revisions
from skillbench.skills.catalogue import load_catalogue, skill_named
from skillbench.skills.revision import revision

PACKAGE = Path(skillbench.__file__).parent
OPEN = """
from skillbench.core.errors import TaskSetError
from skillbench.core.taskset import load_task_set
from skillbench.judge.opening import open_task_set
assert load_task_set({root!r}).cases
try:
    open_task_set({root!r})
except TaskSetError as error:
    print(error)
"""


def edited(to: Path, change: Callable[[Path], None]) -> Path:
    """A copy of the package that stands before the installed one, with something changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, to / "skillbench", ignore=ignored)
    (to / "tasks").mkdir()
    change(to / "skillbench")
    return to


def said(home: Path, program: str) -> str:
    """What a program prints in a process of its own with that copy of the package."""
    environment = os.environ | {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: S603  the program is this file's
        [sys.executable, "-c", program], cwd=home, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def more_digits(package: Path) -> None:
    """One decimal less for one skill: what let an unsolved 4.14 score a solved 10.0."""
    file = package / "skills" / "statistics" / "data_cleaning.py"
    source = file.read_text(encoding="utf-8")
    digits = skill_named("Data Cleaning").measure.digits
    assert f"digits={digits}" in source
    file.write_text(source.replace(f"digits={digits}", f"digits={digits - 1}"), encoding="utf-8")


def other_flow(package: Path) -> None:
    """Another meaning of standing, under every skill."""
    file = package / "core" / "standing.py"
    source = file.read_text(encoding="utf-8")
    assert "(value + mean) / (2 * mean)" in source
    file.write_text(source.replace("(value + mean) / (2 * mean)", "value / mean"), encoding="utf-8")


def other_line_ends(package: Path) -> None:
    """A checkout with carriage returns."""
    for file in package.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def test_a_set_of_another_solver_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """One skill's digits edited: every hash of the set still holds, and it is refused, with both revisions."""
    message = said(edited(tmp_path, more_digits), OPEN.format(root=str(small_set.root)))
    assert f"Data Cleaning: frozen {revision('Data Cleaning')}, installed " in message
    assert "SQL Querying" not in message
    assert "reinstall that release" in message
    assert "skillbench build" in message


def test_arithmetic_under_the_skills_counts(small_set: TaskSet, tmp_path: Path) -> None:
    """Another dataflow is another solver of every skill."""
    message = said(edited(tmp_path, other_flow), OPEN.format(root=str(small_set.root)))
    assert all(f"{tag}: frozen {revision(tag)}" in message for case in small_set.cases for tag in case.skills)


def test_line_ends_do_not_count(small_set: TaskSet, tmp_path: Path) -> None:
    """The same source under the line ends of another platform opens the same sets."""
    assert said(edited(tmp_path, other_line_ends), OPEN.format(root=str(small_set.root))) == ""


def test_a_private_set_has_the_same_guard(small_set: TaskSet, tmp_path: Path) -> None:
    """A set built elsewhere with another solver is refused when it is opened, and case by case when it is judged."""

    def change(case: dict[str, Any]) -> None:
        case["provenance"]["generator"] = "0.0.1"
        case["checkpoints"][0]["revision"] = "0" * 16

    strange = with_cases(small_set, tmp_path, change)
    for refused in (
        lambda: open_task_set(strange.root),
        lambda: Examination(strange.cases[0], {}, read_answer("")),
    ):
        with pytest.raises(TaskSetError, match=f"frozen {'0' * 16}, installed [0-9a-f]{{16}}"):
            refused()


def test_a_skill_that_is_not_installed_is_named(small_set: TaskSet, tmp_path: Path) -> None:
    """A set over somebody's own skill says that it is missing here."""

    def change(case: dict[str, Any]) -> None:
        case["skills"][0] = case["checkpoints"][0]["tag"] = "Juggling"
        case["couplings"] = []

    strange = with_cases(small_set, tmp_path, change)
    with pytest.raises(TaskSetError, match=r"Juggling: frozen [0-9a-f]{16}, installed none"):
        open_task_set(strange.root)


def test_the_release_that_froze_a_set_is_named(small_set: TaskSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another release the way out is the one that built the set."""
    monkeypatch.setattr(revisions, "__version__", "9.9.9")
    monkeypatch.setattr(revisions, "revision", lambda _: "f" * 16)
    with pytest.raises(TaskSetError, match=rf"pip install skillbench-steps=={skillbench.__version__}"):
        open_task_set(small_set.root)


def test_the_shipped_set_is_of_the_installed_solvers() -> None:
    """v0 opens, and a revision belongs to one skill."""
    open_task_set("v0")
    assert len({revision(tag) for tag in load_catalogue()}) == len(load_catalogue())


def test_judging_uses_frozen_tolerances(small_set: TaskSet, tmp_path: Path) -> None:
    """What a case froze decides, whatever the installed skill says of digits."""

    def change(case: dict[str, Any]) -> None:
        for point in case["checkpoints"]:
            point["tolerance"] = {"absolute": 1e6, "relative": 0.0}

    lax = load_task_set(with_cases(small_set, tmp_path, change).root)
    case = lax.cases[0]
    measures = {
        p.key: {"values": {c: v + 1000 for c, v in p.values.items()}, "flagged": p.flagged} for p in case.checkpoints
    }
    answer = read_answer(str({"measures": measures}).replace("'", '"'))
    assert all(skill.correct for skill in Examination(case, lax.truth(case), answer).skills)


def test_a_tolerance_is_the_larger_of_two() -> None:
    """One unit of the last decimal or a share of the value, the last bits of a decimal aside."""
    tolerance = Tolerance(absolute=0.01, relative=1e-3)
    assert [tolerance.at(value) for value in (0.0, 5.0, 1000.0, -1000.0)] == [0.01, 0.01, 1.0, 1.0]
    assert tolerance.covers(0.3, 0.31)
    assert tolerance.covers(12.67, 12.68)
    assert tolerance.covers(1000.0, 1001.0)
    assert not tolerance.covers(1000.0, 1001.01)
    assert not tolerance.covers(1.0, float("inf"))
