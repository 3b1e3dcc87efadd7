"""The commands on single skills, as a newcomer types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skillbench.cli import main
from skillbench.cli import skill as commands
from skillbench.cli.skill import usage, wanted_tags
from skillbench.compose.recipes import draw_recipes
from skillbench.core.errors import SelectionError, SkillError
from skillbench.core.taskset import load_task_set
from skillbench.skills.catalogue import load_catalogue
from skillbench.skills.promises import BARS

TAG = "Logistics Planning"
FILE = "planning/logistics_planning.py"


def run(*words: str) -> Result:
    """One call of the command line; an exception that is no exit is a failure."""
    result = CliRunner().invoke(main, ["skill", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, where no private skill is known."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in sys.modules if name.startswith(("skillbench_private", "skillbench_second.second"))]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def test_a_new_skill_passes_the_whole_contract_as_it_stands(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``new`` then ``check``: every promise is reported with measure and bar, and the template keeps them all."""
    monkeypatch.setattr(commands, "AGREEMENTS", 6)
    made = run("new", TAG, "--family", "planning")
    assert made.exit_code == 0
    assert f"next: fill in, then skillbench skill check {FILE}" in made.output
    checked = run("check", FILE)
    assert checked.exit_code == 0, checked.output
    assert checked.output.count("kept       ") == len(BARS) + 1
    assert "second solver agrees: 6 of 6 draws" in checked.output
    assert "FILL IN still stands in" in checked.output
    assert (home / "planning" / "__init__.py").is_file()


def test_a_broken_skill_is_refused_with_file_promise_and_measure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is broken is said again at the end, with the file, the measure and the bar; the exit status is 2."""
    monkeypatch.setattr(commands, "AGREEMENTS", 3)
    assert (
        run("new", "Logistics Planing", "--family", "planning").output.count("did you mean 'Logistics Planning'?") == 1
    )
    path = home / "planning" / "logistics_planing.py"
    text = path.read_text(encoding="utf-8")
    assert "hours *= 2 if" in text
    path.write_text(text.replace("hours *= 2 if", "hours *= 1 if").replace("else 0.5\n", "else 1\n"), encoding="utf-8")
    checked = run("check", "planning/logistics_planing.py")
    assert checked.exit_code == 2
    assert "planning/logistics_planing.py: exception matters: 0.00, bar 0.80 (first failed on seed 0)" in checked.output
    assert "BROKEN     second solver agrees" in checked.output
    assert "lacks the tag 'Logistics Planing' (did you mean 'Logistics Planning'?)" in checked.output


def test_a_skill_is_shown_by_tag_and_by_file(home: Path) -> None:
    """Sheets, parameters, files and key of a draw; another seed is another draw."""
    run("new", TAG, "--family", "planning")
    for which, key in (("Data Cleaning", "settled_charge"), (FILE, "logistics_planning_cost")):
        shown = run("show", which)
        assert shown.exit_code == 0
        assert all(word in shown.output for word in ("## Parameters", "## Key", key, "\n1. "))
        assert "{{" not in shown.output
        assert run("show", which, "--seed", "2").output != shown.output == run("show", which).output
    assert home.is_dir()


def test_an_unknown_skill_is_refused_by_build() -> None:
    """``--with`` names a skill that exists, or a file that does."""
    with pytest.raises(SkillError, match="no skill 'Juggling'"):
        wanted_tags(["Juggling"])
    assert wanted_tags(["Data Cleaning"]) == ["Data Cleaning"]


@pytest.mark.parametrize("method", ["sweet-spot", "random"])
def test_wanted_skills_are_used_and_counted(method: str) -> None:
    """Whatever is wanted stands in a chain, and the list after a build says what does and what does not."""
    for tag in load_catalogue():
        recipes = draw_recipes(1, 3, "0", method=method, wanted=[tag])  # type: ignore[arg-type]
        assert tag in recipes[0].tags
        used, unused = usage(recipes).splitlines()
        assert all(f"{one} 1" in used and one not in unused for one in recipes[0].tags)
        assert set(unused.partition(": ")[2].split(", ")) == set(load_catalogue()) - set(recipes[0].tags)
    both = [*load_catalogue()][:2]
    assert set(both) <= {tag for recipe in draw_recipes(2, 2, "0", wanted=both) for tag in recipe.tags}


def test_what_no_chain_can_hold_is_refused() -> None:
    """A tag that the corpus lacks, and more skills than the chains have places for."""
    with pytest.raises(
        SelectionError, match=r"the corpus has no row with the tag 'Data Cleanin' \(did you mean 'Data C"
    ):
        draw_recipes(1, 3, "0", wanted=["Data Cleanin"])
    with pytest.raises(SelectionError, match=r"1 chains of 2 skills hold no .*; raise --chains or --k-max"):
        draw_recipes(1, 2, "0", wanted=list(load_catalogue())[:3])


@pytest.mark.slow
def test_a_private_skill_is_built_and_verified(home: Path) -> None:
    """A set with a skill from a file is composed in worker processes, passes the gates, and is refused without it."""
    run("new", TAG, "--family", "planning")
    environment = {name: value for name, value in os.environ.items() if name != "SKILLBENCH_SKILLS"}

    def call(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from skillbench.cli import main; main()", *words]
        return subprocess.run(  # noqa: S603  our own command line, in a scratch folder
            command, cwd=home, env={**environment, **more}, capture_output=True, text=True, check=False
        )

    small = ("--chains", "1", "--k-max", "2", "--pages", "12", "--entities", "5")
    built = call("build", "--out", "set", "--with", FILE, *small)
    assert built.returncode == 0, built.stderr
    assert f"{TAG} 1" in built.stdout
    assert any(TAG in case.skills for case in load_task_set(home / "set").cases)
    assert call("verify", "set", "--seeds", "100", SKILLBENCH_SKILLS="planning").returncode == 0
    refused = call("verify", "set", "--seeds", "100")
    assert refused.returncode == 2
    assert "name the files of private skills in SKILLBENCH_SKILLS" in refused.stderr
