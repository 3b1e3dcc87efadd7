"""The wheel holds everything: what works in a checkout works after installation."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from skillbench.core.assets import FOLDERS
from skillbench.core.taskset import load_task_set

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
TOOL = Path(sysconfig.get_path("scripts")) / "uv"
PROGRAM = """
import pathlib, sys
sys.path.append(sys.argv[1])  # the dependencies, without the checkout that is installed beside them
import skillbench
from skillbench.core.taskset import load_task_set
home = pathlib.Path(skillbench.__file__).resolve()
assert home.is_relative_to(pathlib.Path(sys.prefix).resolve()), home
task_set = load_task_set("v0")
assert task_set.root.is_relative_to(home.parent), task_set.root
print(task_set.manifest.digest, len(task_set.cases))
"""


def uv(*words: str) -> None:
    """Run uv; where this environment has none, whatever PATH offers."""
    subprocess.run([str(TOOL) if TOOL.exists() else "uv", *words], check=True, capture_output=True, text=True)  # noqa: S603  our own words


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--out-dir", str(out), str(ROOT))
    return next(out.glob("*.whl"))


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


def test_the_installed_wheel_opens_its_own_task_set(wheel: Path, tmp_path: Path) -> None:
    """In a clean environment, from another directory, the shipped set is the wheel's and every hash matches."""
    uv("venv", "--python", sys.executable, str(tmp_path / "clean"))
    python = tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin") / "python"
    uv("pip", "install", "--no-deps", "--python", str(python), str(wheel))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603  our own program
        [str(python), "-c", PROGRAM, sysconfig.get_path("purelib")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shipped = load_task_set("v0")
    assert done.stdout.split() == [shipped.manifest.digest, str(len(shipped.cases))]
