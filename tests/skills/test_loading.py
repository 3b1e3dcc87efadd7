"""Skills from files of one's own: where they are found, what is refused and in which words."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skillbench.core.errors import InputError, SkillError
from skillbench.core.sources import _imports, _source
from skillbench.skills.agreement import load_second
from skillbench.skills.catalogue import add_files, family_of, load_catalogue
from skillbench.skills.loading import PRIVATE, VARIABLE, load_file, private_files
from skillbench.skills.revision import revision
from skillbench.skills.starting import start_skill

TAG = "Logistics Planning"
Edit = Callable[[str], str]


def forget() -> None:
    """Unload private skills and what was remembered of them, as a new process would."""
    for name in [name for name in sys.modules if name.startswith(PRIVATE)]:
        del sys.modules[name]
    for cached in (load_catalogue, revision, _imports, _source):
        cached.cache_clear()


@pytest.fixture(autouse=True)
def _without_private_skills(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins and ends without private skills."""
    monkeypatch.setenv(VARIABLE, "")
    forget()  # other test files load private skills in this process too
    yield
    os.environ[VARIABLE] = ""
    forget()
    load_catalogue()


def started(into: Path, change: Edit = str, tag: str = TAG) -> Path:
    """The file of a new skill, with its text changed."""
    path, _ = start_skill(tag, "planning", into)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def swap(old: str, new: str) -> Edit:
    """An edit that must find what it changes."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def test_a_file_is_added_to_the_catalogue_and_to_the_environment(tmp_path: Path) -> None:
    """A private skill stands beside the shipped ones, under a module without a path, and workers inherit its name."""
    shipped = set(load_catalogue())
    path = started(tmp_path)
    assert add_files([path]) == [TAG]
    assert set(load_catalogue()) - shipped == {TAG}
    assert os.environ[VARIABLE] == str(path)
    assert family_of(load_catalogue()[TAG]) == "planning"
    assert type(load_catalogue()[TAG]).__module__ == f"{PRIVATE}.planning.logistics_planning"


def test_a_revision_follows_the_text_and_not_the_place(tmp_path: Path) -> None:
    """The same file has the same revision in another folder; another text has another one."""
    edits = {"a": str, "b": str, "c": swap("half of the hours", "half the hours")}
    found = []
    for place, change in edits.items():
        add_files([started(tmp_path / place, change)])
        found.append(revision(TAG))
        forget()
        os.environ[VARIABLE] = ""
    assert found[0] == found[1] != found[2]


def test_a_folder_is_walked_by_families_or_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of families and a family name the same file, once; second solvers are no skills."""
    path = started(tmp_path)
    monkeypatch.setenv(VARIABLE, os.pathsep.join(map(str, (tmp_path, path.parent, path))))
    assert private_files() == [path]


REFUSED_FILES: dict[str, tuple[Edit, str]] = {
    "no python": (lambda _: "def (:\n", "cannot be run: SyntaxError"),
    "an import that fails": (swap("import math\n", "import no_such_thing\n"), "cannot be run: .*no_such_thing"),
    "no skill": (lambda _: "X = 1\n", "exactly one Skill class, this one has 0"),
    "a silent parameter": (
        swap('"fee_hours": stream', '"unsaid": 1,\n            "fee_hours": stream'),
        "never mention `unsaid`",
    ),
    "a taken key": (
        swap("logistics_planning_cost", "settled_charge"),
        "measure key 'settled_charge' is taken by Data Cleaning",
    ),
    "a taken file": (
        swap("logistics_planning.csv", "delivery_ledger.csv"),
        "'delivery_ledger.csv' is taken by Data Cleaning",
    ),
    "a taken tag": (swap('tag = "Logistics Planning"', 'tag = "Data Cleaning"'), "the tag 'Data Cleaning' is taken by"),
    "records that fail": (swap("lines = []\n", "lines = [1 / 0]\n"), "no records can be drawn: ZeroDivisionError"),
}


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_a_malformed_file_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    """Every message begins with the file, or holds its tag, and says what is wrong."""
    change, words = REFUSED_FILES[name]
    with pytest.raises(SkillError, match=words) as caught:
        add_files([started(tmp_path, change)])
    assert re.match(rf"{re.escape(str(tmp_path))}|{TAG}", str(caught.value))


def test_what_the_variable_names_must_exist_and_hold_skills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing path, an empty folder and a family without ``__init__.py`` are refused, with the way out."""
    for path, words in ((tmp_path / "none", "does not exist"), (tmp_path, "a folder without a skill")):
        monkeypatch.setenv(VARIABLE, str(path))
        with pytest.raises(SkillError, match=words):
            private_files()
    (started(tmp_path).parent / "__init__.py").unlink()
    with pytest.raises(SkillError, match=r"planning: a family folder without __init__\.py is not walked"):
        private_files()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two private files with one family and one file name would share a revision."""
    load_file(started(tmp_path / "a"))
    with pytest.raises(SkillError, match="have one family and one file name"):
        load_file(started(tmp_path / "b"))


def test_a_second_solver_defines_solve(tmp_path: Path) -> None:
    """A file without ``solve`` is no second solver."""
    path = tmp_path / "odd.py"
    path.write_text("X = 1\n", encoding="utf-8")
    with pytest.raises(SkillError, match=r"odd\.py: a second solver defines solve"):
        load_second(path)


@pytest.mark.parametrize(
    ("tag", "family"), [("!", "planning"), ("3D Printing", "planning"), ("Class", "planning"), ("Route", "a b")]
)
def test_a_name_that_python_cannot_take_is_refused(tag: str, family: str, tmp_path: Path) -> None:
    """Nothing is written for a tag or family that makes no module name."""
    with pytest.raises(InputError, match="makes no name of a Python module"):
        start_skill(tag, family, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Starting a skill twice is refused."""
    started(tmp_path)
    with pytest.raises(InputError, match="exists already"):
        started(tmp_path)
