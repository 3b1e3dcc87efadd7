"""The commands on task sets, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small import contents, copied, with_cases

from skillbench.cli import main
from skillbench.core.taskset import MANIFEST_FILE, TaskSet, load_task_set
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.division import Division

TINY = ["--chains", "1", "--k-max", "2", "--entities", "5", "--pages", "12", "--workers", "1"]


def run(*words: str) -> Result:
    """One call of the command line; an exception that is no exit is a failure."""
    result = CliRunner().invoke(main, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of one chain of two skills, built by the command."""
    out = tmp_path_factory.mktemp("cli") / "tiny"
    result = run("build", "--out", str(out), "--seed", "7", *TINY)
    assert result.exit_code == 0, result.output
    assert f"{out}: 3 cases in 1 chains, digest {load_task_set(out).manifest.digest[:16]}" in result.output
    assert f"next: skillbench verify {out}" in result.output
    return out


def test_build_is_repeatable(tiny: Path, tmp_path: Path) -> None:
    """The same options give the same bytes, another seed gives others, and workers change nothing."""
    again, other = tmp_path / "tiny", tmp_path / "other"
    assert run("build", "--out", str(again), "--seed", "7", *TINY[:-1], "2").exit_code == 0
    assert run("build", "--out", str(other), "--seed", "8", *TINY).exit_code == 0
    assert contents(again) == contents(tiny)
    assert not set(contents(other).values()) & set(contents(tiny).values())


def test_build_records_its_dials(tiny: Path) -> None:
    """Entities, pages and budget of tool calls stand in every case."""
    for case in load_task_set(tiny).cases:
        assert (case.dials.entities, case.dials.library_pages) == (5, 12)
        assert len(case.entities) == 5


def test_a_random_salt_is_told_once_and_not_stored(tmp_path: Path) -> None:
    """The salt is printed for its owner, the set says it is salted, and no file holds the salt."""
    out = tmp_path / "private"
    result = run("build", "--out", str(out), "--salt", "random", *TINY)
    assert result.exit_code == 0, result.output
    salt = result.output.partition("salt: ")[2].split()[0]
    assert len(salt) == 32
    assert load_task_set(out).manifest.salted
    assert not [path for path, data in contents(out).items() if salt.encode() in data]
    rebuilt = tmp_path / "again" / "private"
    assert run("build", "--out", str(rebuilt), "--salt", salt, *TINY).exit_code == 0
    assert contents(rebuilt) == contents(out)


def test_a_frozen_set_is_not_built_over(tiny: Path) -> None:
    """Exit status 2, one message, and the set stays as it is."""
    before = contents(tiny)
    result = run("build", "--out", str(tiny), *TINY)
    assert result.exit_code == 2
    assert "holds a frozen task set already; give another --out" in result.output
    assert contents(tiny) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--chains", "1", "--k-max", "17"], "2<=x<=16"),
        (["--chains", "1", "--entities", "3"], "4<=x<=12"),
        (["--chains", "1", "--coupling-density", "1.5"], "0<=x<=1"),
        (["--chains", "1", "--method", "luck"], "sweet-spot"),
        (["--chains", "1", "--complication", "amendment"], "give a name and a level from 0 to 3"),
        (["--chains", "1", "--complication", "amendment=4"], "give a level from 0 (absent) to 3"),
        (["--chains", "1", "--complication", "amendmant=1"], "did you mean 'amendment'"),
        (["--chains", "0"], "x>=1"),
        (["--chains", "many"], "not a valid integer"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, words: list[str], message: str) -> None:
    """Exit status 2 and the allowed range, before anything is written."""
    result = run("build", "--out", str(tmp_path / "new"), *words)
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "new").exists()


def test_too_long_chains_are_refused(tmp_path: Path) -> None:
    """More skills than the catalogue has: what was asked for, what there is, what to do."""
    result = run("build", "--out", str(tmp_path / "new"), "--chains", "1", "--k-max", "16")
    assert result.exit_code == 2
    assert "chains of 16 skills were asked for" in result.output
    assert "--k-max" in result.output


def test_verify_passes_what_build_made(tiny: Path) -> None:
    """All seven gates on every case and skill, and a line that says how many."""
    result = run("verify", str(tiny), "--workers", "1", "--seeds", "100")
    assert result.exit_code == 0, result.output
    assert "3 cases and 2 skills pass all seven gates (100 seeds per skill)" in result.output


@pytest.mark.slow
def test_verify_names_case_and_gate(small_set: TaskSet, tmp_path: Path) -> None:
    """A set that fails: every failure on a line of its own with case and gate, then exit status 2."""

    def lengthen(case: dict[str, object]) -> None:
        if case["k"] == 3:
            case["prompt"] = f"{case['prompt']}{'And another thing. ' * 3000}"

    broken = with_cases(small_set, tmp_path, lengthen)
    result = run("verify", str(broken.root), "--workers", "1", "--seeds", "100")
    assert result.exit_code == 2
    failures = [line for line in result.output.splitlines() if line.startswith("FAILED ")]
    assert len(failures) == 2
    for case, line in zip(sorted(c.id for c in broken.cases if c.k == 3), sorted(failures), strict=True):
        assert line.startswith(f"FAILED {case}: gate 6 length: the prompt has ")
    assert "2 failures in 10 cases; do not freeze or publish this set" in result.output


def test_verify_refuses_an_altered_set(small_set: TaskSet, tmp_path: Path) -> None:
    """A hash that does not match is one message and exit status 2, with no traceback."""
    root = copied(small_set, tmp_path)
    (root / "cases.jsonl").write_text("{}", encoding="utf-8")
    result = run("verify", str(root))
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
    assert "does not match its manifest" in result.output
    assert "Traceback" not in result.output


def test_show_lists_cases(small_set: TaskSet) -> None:
    """Without a case: one line each, id and skills."""
    result = run("show", "--tasks", str(small_set.root))
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines] == sorted(case.id for case in small_set.cases)
    for line in lines:
        assert line.endswith(" + ".join(small_set.case(line.split()[0]).skills))


def test_show_prints_a_case_for_a_person(small_set: TaskSet) -> None:
    """Brief, needed pages, key, slips, hand-overs and amounts; the head of an id is enough."""
    case = next(case for case in small_set.cases if case.k == 3)
    short = case.id.rpartition("-")[0]
    result = run("show", short, "--tasks", str(small_set.root), "--raw")
    assert result.exit_code == 0
    assert case.prompt in result.output
    pages = {page.id: page.text for page in small_set.handbook(case)}
    assert all(pages[page].strip() in result.output for page in case.needed_pages)
    for point in case.checkpoints:
        assert all(slip in result.output for slip in point.slips)
        assert all(f"{value:.{point.digits}f}" in result.output for value in point.values.values())
    assert all(coupling.id in result.output for coupling in case.couplings)
    division = product_of(case)
    assert isinstance(division, Division)
    assert all(f"{amount:.2f}" in result.output for amount in division.amounts.values())


@pytest.mark.parametrize("part", ["prompt", "handbook", "key"])
def test_show_prints_one_part(small_set: TaskSet, part: str) -> None:
    """The prompt alone shows no key, and the key alone no prompt; rendered or raw."""
    case = next(case for case in small_set.cases if case.k == 2)
    words = ["show", case.id, "--tasks", str(small_set.root), "--part", part]
    raw = run(*words, "--raw").output
    assert (case.prompt in raw) == (part == "prompt")
    assert ("# KEY" in raw) == (part == "key")
    assert ("# HANDBOOK" in raw) == (part == "handbook")
    assert run(*words).exit_code == 0


def test_show_refuses_unknown_cases(small_set: TaskSet) -> None:
    """Exit status 2 and where to look; what is near is named."""
    result = run("show", "c99", "--tasks", str(small_set.root))
    assert result.exit_code == 2
    assert "no case 'c99'" in result.output
    assert "`skillbench show` lists them" in result.output
    assert run("show", "x", "--tasks", "nowhere").exit_code == 2
    near = small_set.cases[0].id.rpartition("-")[0]
    assert f"did you mean {near!r}?" in run("show", f"{near}x", "--tasks", str(small_set.root)).output


def test_show_lists_what_a_short_name_may_mean(small_set: TaskSet) -> None:
    """A head that fits several: exit status 2 and every candidate with its skills, shortest chains first."""
    head = small_set.cases[0].id[:3]
    result = run("show", head, "--tasks", str(small_set.root))
    assert result.exit_code == 2
    meant = [case for case in small_set.cases if case.id.startswith(head)]
    assert f"{head!r} begins the ids of {len(meant)} cases" in result.output
    listed = [line.split()[0] for line in result.output.splitlines()[1:]]
    assert listed == [case.id for case in sorted(meant, key=lambda case: (case.k, case.id))]


def test_long_commands_say_how_far_they_are_in_a_pipe(tiny: Path) -> None:
    """Where there is no terminal, lines on standard error instead of a bar."""
    result = run("verify", str(tiny), "--workers", "1", "--seeds", "100")
    assert [line for line in result.stderr.splitlines() if line.startswith("cases: 1 of 3, ")]
    assert [line for line in result.stderr.splitlines() if line.startswith("cases: 3 of 3, ")]
    assert "of 3" not in result.stdout


def test_the_manifest_is_readable(tiny: Path) -> None:
    """A person can read what was built: name, version, counts."""
    manifest = json.loads((tiny / MANIFEST_FILE).read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["chains"], manifest["cases"]) == ("tiny", 1, 3)


def test_verify_says_where_written_tasks_were_checked() -> None:
    """A set of written tasks has no solver to hold it against; one sentence says what to do, before any work."""
    result = CliRunner().invoke(main, ["verify", "authored-v0"])
    assert result.exit_code == 2
    assert "skillbench author --check" in result.output
