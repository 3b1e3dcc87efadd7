"""Submissions: an honest one passes; a pack that no run writes is refused with its reason."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from inspect_ai.log import read_eval_log

from skillbench.cli.submit import check_logs
from skillbench.core.errors import SkillBenchError, SubmissionError
from skillbench.core.taskset import TaskSet
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import find_logs
from skillbench.submissions.draws import draw
from skillbench.submissions.pack import SAMPLES, STATEMENT, pack, read_pack
from skillbench.submissions.secrets import find_secret


def packed(logs: Path, out: Path) -> Path:
    """A submission of the careless agent's run."""
    evidence = collect([str(logs)])
    return pack(evidence, "skillbench/careless", out, snapshot="planted", contact="tests", attested=True)


@pytest.fixture
def careless_log(log_folder: Path, tmp_path: Path) -> Path:
    """A copy of the careless agent's log, alone in a folder."""
    (tmp_path / "logs").mkdir()
    for path in log_folder.iterdir():
        if read_eval_log(str(path), header_only=True).eval.model == "skillbench/careless":
            return Path(shutil.copy(path, tmp_path / "logs"))
    raise AssertionError("the careless agent left no log")


def test_an_honest_submission_passes_every_check(careless_log: Path, small_set: TaskSet, tmp_path: Path) -> None:
    """Packed and held against its logs, with every score recomputed: no fault."""
    check_logs(read_pack(packed(careless_log.parent, tmp_path)), find_logs([str(careless_log)]), small_set)


def test_files_changed_after_packing_are_refused(careless_log: Path, small_set: TaskSet, tmp_path: Path) -> None:
    """Samples, logs and statement are bound together by hashes."""
    folder = packed(careless_log.parent, tmp_path)
    good = (folder / SAMPLES).read_bytes()
    (folder / SAMPLES).write_bytes(gzip.compress(gzip.decompress(good).replace(b'"solve": 0.0', b'"solve": 1.0')))
    with pytest.raises(SubmissionError, match="altered after packing"):
        read_pack(folder)
    (folder / SAMPLES).write_bytes(good)
    with careless_log.open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(SkillBenchError, match="is not the file that was packed"):
        check_logs(read_pack(folder), find_logs([str(careless_log)]), small_set)


def test_a_packed_bomb_is_refused_in_bounded_memory(careless_log: Path, tmp_path: Path) -> None:
    """A few kilobytes that unpack beyond the limit are not unpacked further than it."""
    folder = packed(careless_log.parent, tmp_path)
    (folder / SAMPLES).write_bytes(gzip.compress(bytes(65 * 2**20), compresslevel=1))
    with pytest.raises(SubmissionError, match="unpacks to more than 64 MB"):
        read_pack(folder)


def test_a_bomb_of_aliases_in_a_statement_is_refused(careless_log: Path, tmp_path: Path) -> None:
    """Twelve lines of YAML that name each other tenfold would print as a terabyte; none is expanded."""
    folder = packed(careless_log.parent, tmp_path)
    lines = ["bomb:", "  a0: &a0 x"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 13)]
    text = (folder / STATEMENT).read_text(encoding="utf-8").replace("model_args: {}", "model_args: *a12")
    (folder / STATEMENT).write_text("\n".join([*lines, text]), encoding="utf-8")
    with pytest.raises(SubmissionError, match="aliases"):
        read_pack(folder)


def replace_samples(folder: Path, text: bytes) -> None:
    """Other samples under a statement that agrees with them."""
    (folder / SAMPLES).write_bytes(gzip.compress(text))
    statement = yaml.safe_load((folder / STATEMENT).read_text(encoding="utf-8"))
    statement["samples"] = hashlib.sha256(text).hexdigest()
    (folder / STATEMENT).write_text(yaml.safe_dump(statement), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"k": 2', b'"k": 3', "skills must be a list"),
        (b'"epoch": 1', b'"epoch": "one"', "epoch"),
        (b'"labels": "{', b'"labels": "[{', "Expecting|JSON"),
        (b'"kind": "chain"', b'"kind": "other"', "kind"),
        (b'"score": 10.0', b'"score": 11.0', "score"),
        (b'"case"', b'"casus"', "case"),
        (b"{", b"[" * 100_000 + b"{", "recursion|Expecting|Invalid JSON"),
    ],
)
def test_a_row_that_no_run_writes_is_refused_with_its_line(
    careless_log: Path, tmp_path: Path, old: bytes, new: bytes, reason: str
) -> None:
    """Types, ranges, contradictions and nesting without end, each in a row whose hash agrees."""
    folder = packed(careless_log.parent, tmp_path)
    lines = gzip.decompress((folder / SAMPLES).read_bytes()).splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if old in line)
    replace_samples(folder, b"".join([*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]))
    with pytest.raises(SubmissionError, match=f"gz:{at + 1}: .*(?i:{reason})"):
        read_pack(folder)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("surprise", 1, "surprise"), ("benchmark", "short", "benchmark"), ("epochs", 0, "epochs"), ("cost", -1, "cost")],
)
def test_a_statement_is_refused_field_by_field(
    careless_log: Path, tmp_path: Path, field: str, value: Any, reason: str
) -> None:
    """Unknown fields and values out of range are named."""
    folder = packed(careless_log.parent, tmp_path)
    statement = yaml.safe_load((folder / STATEMENT).read_text(encoding="utf-8"))
    (folder / STATEMENT).write_text(yaml.safe_dump({**statement, field: value}), encoding="utf-8")
    with pytest.raises(SubmissionError, match=reason):
        read_pack(folder)


def test_a_stranger_in_the_folder_and_a_second_pack_are_refused(careless_log: Path, tmp_path: Path) -> None:
    """A folder holds its members and nothing else, and is never overwritten."""
    folder = packed(careless_log.parent, tmp_path)
    with pytest.raises(SubmissionError, match="never overwritten"):
        packed(careless_log.parent, tmp_path)
    (folder / "run.sh").write_text("echo", encoding="utf-8")
    with pytest.raises(SubmissionError, match=r"run\.sh"):
        read_pack(folder)


def test_known_shapes_of_keys_are_found_and_plain_text_is_not() -> None:
    """Each shape by an invented example; ids and hashes of ours are none."""
    assert find_secret("sk-" + "ant-" + "a" * 40)
    assert find_secret("AKIA" + "ABCDEFGHIJKLMNOP")
    assert find_secret("ghp_" + "a" * 36)
    assert find_secret("c01-clinics-k2-2381317038 " + "f" * 64) is None


def test_the_re_judged_draw_is_a_tenth_of_each_k_and_fixed_by_the_samples() -> None:
    """12 cases per k give 2 each; the same name gives the same draw, another name another."""
    rows = [{"case": f"c{n}", "epoch": 1, "k": k} for k in (2, 3) for n in range(k * 100, k * 100 + 12)]
    assert len(draw(rows, "a")) == 4
    assert draw(rows, "a") == draw(rows, "a")
    assert draw(rows, "a") != draw(rows, "b")


def test_pack_without_attestation_says_what_to_read(careless_log: Path, tmp_path: Path) -> None:
    """The command refuses and points to the page."""
    from skillbench.cli import main  # noqa: PLC0415  the command line is heavy

    options = ["--snapshot", "x", "--contact", "y", "--out", str(tmp_path / "results")]
    done = CliRunner().invoke(main, ["submit", "pack", str(careless_log), *options])
    assert done.exit_code == 2
    assert "docs/submissions.md" in done.output
