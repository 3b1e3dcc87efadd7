"""``skillbench author`` says what is missing, checks written folders, and goes on with a run it remembers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from agents.play import INSPECTS_OWN
from click.testing import CliRunner, Result

from skillbench.cli import main
from skillbench.core.errors import SandboxError
from skillbench.core.taskset import load_task_set
from skillbench.sandbox.bubblewrap.probe import ready_bubblewrap

WRITTEN = Path(__file__).parents[1] / "authoring" / "written"


def called(*words: str) -> Result:
    """The command with these words."""
    return CliRunner().invoke(main, ["author", *words])


@pytest.fixture(scope="module")
def box() -> None:
    """Skip where programs cannot run."""
    try:
        ready_bubblewrap()
    except SandboxError as error:
        pytest.skip(str(error))


PLAIN = ("--author", "skillbench-author/plain")
MISSING = {
    "no folder": ((), "--out is missing"),
    "no author": (("--out", "{}/set"), "--author is missing"),
    "nothing to resume": (("--resume", "--out", "{}/set"), "no run to resume"),
    "no such setting": ((*PLAIN, "--out", "{}/set", "-G", "heat=1"), "no generation setting"),
    "no k": ((*PLAIN, "--out", "{}/set", "--k", "1"), "-k '1' holds no length"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_said(name: str, tmp_path: Path) -> None:
    """A command that cannot run says what to give."""
    words, said = MISSING[name]
    result = called(*(word.format(tmp_path) for word in words))
    assert result.exit_code == 2
    assert said in result.output


def test_a_check_says_what_every_gate_thinks(tmp_path: Path, box: None) -> None:
    """A sound folder passes with status 0; a spoiled one fails with status 1, its gate and the reason."""
    del box
    result = called("--check", str(WRITTEN / "t01"), "--sandbox", "bubblewrap")
    assert result.exit_code == 0, result.output
    assert "NO" not in result.output
    spoiled = Path(shutil.copytree(WRITTEN / "t01", tmp_path / "t01"))
    task = spoiled / "task.yaml"
    task.write_text(
        task.read_text(encoding="utf-8").replace("the foreman's diary", "x").replace("typed", "Data Cleaning")
    )
    result = called("--check", str(spoiled), "--sandbox", "bubblewrap")
    assert result.exit_code == 1
    assert "NO  hints        the brief names the skill 'Data Cleaning'" in result.output


@pytest.mark.slow
@pytest.mark.parametrize("mark", [pytest.param("", marks=INSPECTS_OWN)])
def test_a_rehearsal_is_frozen_and_shown(mark: str, tmp_path: Path, box: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is remembered goes on with ``--resume`` alone; its cases are printed with rubric and verdicts."""
    del mark, box
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    out = tmp_path / "set"
    begun = called(
        "--author", "skillbench-author/plain", "--k", "2", "--per-k", "2", "--out", str(out), "--sandbox", "bubblewrap"
    )
    assert begun.exit_code == 0, begun.output
    assert "2 tasks accepted" in begun.output
    first = (out / "cases.jsonl").read_bytes()
    shutil.rmtree(out)
    again = called("--resume", "--out", str(out), "--sandbox", "bubblewrap")
    assert again.exit_code == 0, again.output
    assert (out / "cases.jsonl").read_bytes() == first
    case = load_task_set(out).cases[0]
    printed = CliRunner().invoke(main, ["show", case.id, "--tasks", str(out), "--raw"]).output
    assert case.authored is not None
    for words in (
        case.prompt,
        case.authored.reference,
        "passed recomputes",
        *(one.text for one in case.authored.criteria),
    ):
        assert words in printed
    facts = json.loads((tmp_path / "set.run" / "run.json").read_text(encoding="utf-8"))
    assert facts["per_k"] == 2
