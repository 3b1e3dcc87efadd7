"""``skillbench judge order``: graded answers are judged, kept, ruled on together and held to bars."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from judge.open_tasks import write_open_set

from skillbench.cli.judge import judge
from skillbench.core.errors import InputError, JudgeError
from skillbench.harness.graded_answers import PAIRS, kept_readings

# Inspect passes tenacity an old parameter; it is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:The 'initial' parameter:DeprecationWarning")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A set of two authored tasks with their graded answers, as options."""
    home = tmp_path_factory.mktemp("order")
    write_open_set(home)
    return ["--tasks", str(home / "set"), "--graded", str(home / "written")]


def called(*words: str, command: str = "order") -> Result:
    """The command's result; an error raised on purpose is raised here."""
    result = CliRunner().invoke(judge, [command, *words], catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_readings_are_kept_and_ruled_on_together(written: list[str], tmp_path: Path) -> None:
    """Two graders one after another leave twenty lines; a third call asks nobody and shows a panel."""
    kept = tmp_path / "readings.jsonl"
    with pytest.raises(JudgeError, match=r"skillbench-judge/malicious: .* of pairs in order"):
        called(*written, "--grader", "skillbench-judge/malicious", "--verdicts", str(kept))
    first = kept.read_text(encoding="utf-8")
    assert len(kept_readings(kept)) == 10
    kept.write_text(first + first[:40], encoding="utf-8")  # a line that a killed process left
    with pytest.raises(JudgeError):
        called(*written, "--grader", "skillbench-judge/credulous", "--verdicts", str(kept))
    assert [one.judge for one in kept_readings(kept)] == [
        *["skillbench-judge/malicious"] * 10,
        *["skillbench-judge/credulous"] * 10,
    ]
    assert kept.read_text(encoding="utf-8").startswith(first)
    before = kept.read_bytes()
    with pytest.raises(JudgeError, match="panel"):
        called(*written, "--verdicts", str(kept))
    assert kept.read_bytes() == before


def test_a_table_per_task(written: list[str]) -> None:
    """Every task is shown with its five scores under the audit and the grader; ceilings hold under a plain judge."""
    result = CliRunner().invoke(judge, ["order", *written, "--grader", "skillbench-judge/plain"])
    for word in ("a01", "a02", "excellent", "fabricated", f"pairs of {len(PAIRS)}", "2 of 2"):
        assert word in result.output
    assert "readings without a report" in result.output


def test_the_audit_is_calibrated_and_attacked(written: list[str]) -> None:
    """Its ledgers on answers of known evidence are exact, and no family raises what it gives."""
    assert "6 of 6" in called(*written[:2], command="calibrate").output
    shown = called(*written[:2], "--variants", "4", "--family", "run claimed", command="attack").output
    assert "run claimed" in shown
    with pytest.raises(InputError, match="of the other track"):
        called(*written[:2], "--family", "zeroed upstream", command="attack")


def test_what_is_missing_is_said(written: list[str], tmp_path: Path) -> None:
    """No graded answers, an unknown task, a judge of the other track, no grader: each is one sentence."""
    free = ["--grader", "skillbench-judge/plain"]
    with pytest.raises(InputError, match="holds no graded answers"):
        called(*written[:2], "--graded", str(tmp_path), *free)
    with pytest.raises(InputError, match="no written task a77"):
        called(*written, "--task", "a77", *free)
    with pytest.raises(InputError, match="need a reader"):
        called(*written, "--judge", "paper", *free)
    with pytest.raises(InputError, match="needs a model"):
        called(*written)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken.jsonl:1"):
        called(*written, "--verdicts", str(broken), *free)
