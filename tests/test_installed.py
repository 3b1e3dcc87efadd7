"""Every name of the docs works from a wheel, from an editable installation and in a clone, whatever the directory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skillbench.core.assets import FOLDERS
from skillbench.core.taskset import load_task_set

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
TOOL = Path(sysconfig.get_path("scripts")) / "uv"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INSPECT"))},
    "INSPECT_DISPLAY": "plain",
}
OPENS = """
import pathlib, sys
import skillbench
from skillbench.core.taskset import load_task_set
home = pathlib.Path(skillbench.__file__).resolve()
assert home.is_relative_to(pathlib.Path(sys.prefix).resolve()), home
task_set = load_task_set("v0")
assert task_set.root.is_relative_to(home.parent), task_set.root
print(task_set.manifest.digest, len(task_set.cases))
"""
NAMES = """
import json, sys
from inspect_ai._eval.loader import load_tasks, scorer_from_spec
from inspect_ai._util.entrypoints import ensure_entry_points
from inspect_ai._util.registry import registry_info
from inspect_ai.model import get_model
from inspect_ai.scorer._scorer import ScorerSpec
from inspect_ai.util._sandbox.registry import registry_has_sandboxenv
ensure_entry_points()
scorers = {name: registry_info(scorer_from_spec(ScorerSpec(name), None)).name for name in sys.argv[1].split()}
tasks = {name: load_tasks([name], {"tools": "none", "chains": 1})[0].registry_name for name in sys.argv[2].split()}
print(json.dumps([tasks, scorers, str(get_model("skillbench/reference")), registry_has_sandboxenv("bubblewrap")]))
"""
QUICK = ["-T", "chains=1", "-T", "k=2", "-T", "twins=false", "-T", "tools=none"]
TASK_NAMES = ["skillbench", "skillbench/skillbench", "skillbench-steps/skillbench"]
SCORER_NAMES = ["audit", "rubric", "skillbench/audit", "skillbench/rubric", "skillbench-steps/rubric"]


def uv(*words: str) -> None:
    """Run uv; where this environment has none, whatever PATH offers."""
    subprocess.run([str(TOOL) if TOOL.exists() else "uv", *words], check=True, capture_output=True, text=True)  # noqa: S603  our own words


@dataclass(frozen=True)
class Place:
    """One way of having SkillBench: an environment's programs, and a directory to call them from."""

    programs: Path
    directory: Path

    def __call__(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the environment's programs."""
        return subprocess.run(  # noqa: S603  our own programs
            [str(self.programs / program), *words],
            cwd=self.directory,
            env={**ENVIRONMENT, "PATH": f"{self.programs}{os.pathsep}{ENVIRONMENT['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def ran(self, name: str) -> Path:
        """The log of one quick run of the reference agent."""
        logs = self.directory / f"logs-{name.replace('/', '-')}"
        done = self("inspect", "eval", name, "--model", "skillbench/reference", "--log-dir", str(logs), *QUICK)
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:]
        [log] = logs.glob("*.eval")
        return log


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--out-dir", str(out), str(ROOT))
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel's dependencies; the programs' folder."""
    home = tmp_path_factory.mktemp("environment") / "venv"
    uv("venv", "--python", sys.executable, str(home))
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    uv("pip", "install", "--python", str(programs / "python"), str(wheel))
    return programs


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds, without what is built or installed in this one."""
    home = tmp_path_factory.mktemp("clone") / "checkout"
    home.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, home)
    for name in ("skillbench", *FOLDERS):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    return home


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(
    request: pytest.FixtureRequest,
    wheel: Path,
    clone: Path,
    environment: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Place:
    """SkillBench installed in one of the two ways, called from an empty directory."""
    what = [str(wheel)] if request.param == "wheel" else ["-e", str(clone)]
    uv("pip", "install", "--no-deps", "--reinstall", "--python", str(environment / "python"), *what)
    return Place(environment, tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def cloned(clone: Path, environment: Path) -> Iterator[tuple[Place, Path]]:
    """A clone that is not installed, called from its root, and a log that an installation of it left there."""
    python = str(environment / "python")
    uv("pip", "install", "--no-deps", "--reinstall", "--python", python, "-e", str(clone))
    place = Place(environment, clone)
    log = place.ran("skillbench")
    uv("pip", "uninstall", "--python", python, "skillbench-steps")
    yield place, log
    uv("pip", "install", "--no-deps", "--python", python, "-e", str(clone))


def test_the_wheel_holds_code_and_assets(wheel: Path) -> None:
    """Every module, every asset folder and both entry points; nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        points = next(archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "skillbench").rglob("*.py")}
    assert modules <= names
    for folder in FOLDERS:
        assert any(name.startswith(f"skillbench/assets/{folder}/") for name in names), folder
    assert "skillbench/assets/tasks/v0/manifest.json" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]
    assert "[inspect_ai]" in points
    assert "skillbench = skillbench._registry" in points
    assert "skillbench-steps = skillbench._registry" in points
    assert wheel.name.startswith("skillbench_steps-")


def test_the_installed_wheel_opens_its_own_task_set(environment: Path, tmp_path: Path) -> None:
    """In a clean environment, from another directory, the shipped set is the wheel's and every hash matches."""
    done = Place(environment, tmp_path)("python", "-c", OPENS)
    assert done.returncode == 0, done.stderr
    shipped = load_task_set("v0")
    assert done.stdout.split() == [shipped.manifest.digest, str(len(shipped.cases))]


@pytest.mark.parametrize("name", ["skillbench", "skillbench/skillbench"])
def test_the_task_runs_and_is_scored_again(installed: Place, name: str) -> None:
    """From an empty directory; its log carries the canonical name, and scoring it again needs nothing but its path."""
    log = str(installed.ran(name))
    header = json.loads(installed("inspect", "log", "dump", "--header-only", log).stdout)
    assert (header["status"], header["eval"]["task"]) == ("success", "skillbench/skillbench")
    judge = ["--scorer", "rubric", "--model-role", "grader=skillbench-judge/plain", "--action", "append"]
    words = ["--action", "overwrite"] if name == "skillbench" else judge
    done = installed("inspect", "score", log, "--overwrite", *words)
    assert done.returncode == 0, done.stderr[-1000:]


def test_everything_has_one_name_everywhere(installed: Place) -> None:
    """Task and scorers bare, behind the package's name and behind the distribution's; models and sandbox too."""
    done = installed("python", "-c", NAMES, " ".join(SCORER_NAMES), " ".join(TASK_NAMES))
    assert done.returncode == 0, done.stderr[-1000:]
    tasks, scorers, model, sandbox = json.loads(done.stdout.splitlines()[-1])
    assert tasks == dict.fromkeys(TASK_NAMES, "skillbench/skillbench")
    assert scorers == {
        name: "skillbench/audit_scorer" if name.endswith("audit") else "skillbench/rubric" for name in SCORER_NAMES
    }
    assert (model, sandbox) == ("skillbench/reference", True)


def test_a_mistyped_option_costs_nothing(installed: Place) -> None:
    """Inspect alone would drop it with a warning and run the whole set."""
    done = installed("inspect", "eval", "skillbench", "--model", "skillbench/reference", "-T", "chain=1")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    assert "-T chain=1: the task has no option 'chain' (did you mean 'chains'?)" in said
    assert "Traceback" not in said


def test_a_clone_that_is_not_installed_finds_task_and_scorers(cloned: tuple[Place, Path]) -> None:
    """The bare name is the folder there; scorers are found through the task file that the log names."""
    place, log = cloned
    assert place("python", "-P", "-c", "import skillbench").returncode != 0
    done = place("inspect", "eval", "skillbench", "--model", "none", "-T", "chain=1")
    assert "did you mean 'chains'?" in " ".join((done.stdout + done.stderr).split())
    done = place("inspect", "score", str(log), "--scorer", "skillbench/audit", "--action", "overwrite", "--overwrite")
    assert done.returncode == 0, done.stderr[-1000:]
