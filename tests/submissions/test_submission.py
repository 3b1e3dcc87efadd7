"""Submissions: an honest one passes; every kind of alteration is refused with its reason."""

from __future__ import annotations

import copy
import gzip
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from skillbench.cli.recheck import read_whole
from skillbench.cli.submit import check_logs
from skillbench.core.errors import SkillBenchError, SubmissionError
from skillbench.core.taskset import TaskSet
from skillbench.evidence.collect import collect
from skillbench.evidence.places import find_logs
from skillbench.submissions.checks import draw, faults
from skillbench.submissions.pack import SAMPLES, STATEMENT, pack, read_pack
from skillbench.submissions.secrets import find_secret

Change = Callable[[EvalLog], object]


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


def samples_of(log: EvalLog) -> list[Any]:
    """The log's samples."""
    return log.samples or []


def edit_score(log: EvalLog) -> None:
    """A score raised in place, with no trace in its history."""
    next(s for s in samples_of(log) if s.scores["audit_scorer"].value["score"] < 10).scores["audit_scorer"].value[
        "score"
    ] = 10.0


def edit_with_history(log: EvalLog) -> None:
    """A score changed the way Inspect records it."""
    from inspect_ai.log import ProvenanceData, edit_score  # noqa: PLC0415  only this alteration needs it
    from inspect_ai.scorer import ScoreEdit  # noqa: PLC0415  likewise

    sample = samples_of(log)[0]
    edit = ScoreEdit(explanation="better", provenance=ProvenanceData(author="me"))
    edit_score(log, sample.id, "audit_scorer", edit, recompute_metrics=False, epoch=sample.epoch)


def stale_metrics(log: EvalLog) -> None:
    """A headline that its samples do not give."""
    assert log.results is not None
    next(one for one in log.results.scores if one.name == "score").metrics["composed_mean"].value = 9.99


def drop_sample(log: EvalLog) -> None:
    """The worst sample left out."""
    samples_of(log).sort(key=lambda s: s.scores["audit_scorer"].value["score"])
    samples_of(log).pop(0)


def relabel(log: EvalLog) -> None:
    """Another domain in the metadata of a case."""
    samples_of(log)[0].metadata["domain"] = "elsewhere"


def not_a_number(log: EvalLog) -> None:
    """NaN in place of a bad score."""
    samples_of(log)[0].scores["audit_scorer"].value["score"] = float("nan")


def copy_epoch(log: EvalLog) -> None:
    """The first epoch given again as the second."""
    first = next(s for s in samples_of(log) if s.epoch == 1)
    at = next(i for i, s in enumerate(samples_of(log)) if s.id == first.id and s.epoch == 2)
    twin = copy.deepcopy(first)
    twin.epoch = 2
    samples_of(log)[at] = twin


def copy_epoch_with_new_uuid(log: EvalLog) -> None:
    """The same, under a uuid of its own: its messages give it away."""
    copy_epoch(log)
    next(s for s in samples_of(log) if s.epoch == 2).uuid = "a-new-one"
    for sample in samples_of(log):
        sample.uuid = f"{sample.id}-{sample.epoch}"


def swap_task(log: EvalLog) -> None:
    """An easier text under the id of a case."""
    samples_of(log)[0].input = "What is 1 + 1?"


def merge_retry(log: EvalLog) -> None:
    """A sample that ran a day before its log began."""
    samples_of(log)[0].started_at = "2020-01-01T00:00:00+00:00"


def retry(log: EvalLog) -> None:
    """A sample that was started again after an error."""
    sample = samples_of(log)[0]
    retries = [{"message": "x", "traceback": "", "traceback_ansi": ""}]
    samples_of(log)[0] = type(sample).model_validate({**sample.model_dump(), "error_retries": retries})


def foreign_model(log: EvalLog) -> None:
    """Tokens of a model the log does not name."""
    sample = samples_of(log)[0]
    sample.model_usage = {"lab/other": next(iter(sample.model_usage.values()))}


def raise_limit(log: EvalLog) -> None:
    """More messages than the task allows."""
    log.eval.config.message_limit = 1000


def other_set(log: EvalLog) -> None:
    """The digest of another task set."""
    assert log.eval.metadata is not None
    log.eval.metadata["task_set_digest"] = "0" * 64


ALTERATIONS: dict[Change, str] = {
    edit_score: "when judged again",
    edit_with_history: "was edited",
    stale_metrics: "stale metrics",
    drop_sample: "is missing",
    relabel: "domain differs from the task set",
    not_a_number: "not a number",
    copy_epoch: "is not its own",
    copy_epoch_with_new_uuid: "repeats a message",
    swap_task: "swapped task file",
    merge_retry: "merged retry",
    retry: "was started 2 times",
    foreign_model: "foreign model",
    raise_limit: "message_limit is 1000, the task allows 100",
    other_set: "ran task set 000000000000",
}


@pytest.mark.parametrize("change", ALTERATIONS, ids=lambda change: change.__name__)
def test_an_altered_log_is_refused_with_its_reason(careless_log: Path, small_set: TaskSet, change: Change) -> None:
    """Each alteration alone, in a log that is otherwise honest, gives a fault that names it."""
    log = read_eval_log(str(careless_log))
    change(log)
    write_eval_log(log, str(careless_log))
    (file,) = find_logs([str(careless_log)])
    expected = frozenset(case.id for case in small_set.cases)
    found = faults([read_whole(file, small_set)], expected, 2)
    assert [fault for fault in found if ALTERATIONS[change] in fault], found[:5]


def test_a_forged_summary_is_refused(careless_log: Path, small_set: TaskSet) -> None:
    """The board reads summaries; the check compares each with its sample."""
    (file,) = find_logs([str(careless_log)])
    whole = read_whole(file, small_set)
    sample = whole.samples[0]
    assert sample.summary is not None
    forged = replace(sample, summary={**sample.summary, "score": 10.5})
    found = faults(
        [replace(whole, samples=(forged, *whole.samples[1:]))], frozenset(case.id for case in small_set.cases), 2
    )
    assert any("forged summary" in fault for fault in found)


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
