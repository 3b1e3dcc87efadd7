"""Every alteration of a log, a statement or a pack in the table is refused by the check that it names."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from inspect_ai.model import ModelUsage
from small import copied, rehash
from submissions.alterations import (
    ARCHIVES,
    LOGS,
    PAIRS,
    ROWS,
    STATEMENTS,
    Alteration,
    answer_everywhere,
    restate,
    samples_of,
    worst,
)

from skillbench.cli import main
from skillbench.cli.submit import check_logs
from skillbench.core.errors import SkillBenchError
from skillbench.core.taskset import CASES_FILE, TaskSet, load_task_set
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import find_logs
from skillbench.submissions.pack import SAMPLES, STATEMENT, pack, read_pack

PAGE = Path(__file__).parents[2] / "docs" / "submissions.md"


@dataclass(frozen=True)
class Ground:
    """Two honest logs of two cases, two epochs each, and the task set of these cases."""

    task_set: TaskSet
    log: Path
    other: Path


@pytest.fixture(scope="module")
def ground(log_folder: Path, small_set: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Real logs of planted agents, cut to two cases so that sixty alterations take seconds."""
    folder = tmp_path_factory.mktemp("ground")
    logs = {read_eval_log(str(path), header_only=True).eval.model: path for path in log_folder.iterdir()}
    careless = read_eval_log(str(logs["skillbench/careless"]))
    bad = worst(careless)
    # Of one chain, so that the matched context of the twin is another than its own.
    twin = next(
        one
        for one in samples_of(careless)
        if one.metadata["kind"] == "twin" and one.metadata["chain"] == bad.metadata["chain"]
    )
    kept = {str(bad.id), str(twin.id)}
    task_set = smaller(small_set, folder, kept)
    paths = [folder / f"2026-01-0{at}T00-00-00_{name.rpartition('/')[2]}.eval" for at, name in enumerate(logs, 1)]
    for path, source in zip(paths, logs.values(), strict=True):
        cut(source, path, kept, task_set)
    by_name = dict(zip(logs, paths, strict=True))
    return Ground(task_set, by_name["skillbench/careless"], by_name["skillbench/reference"])


def smaller(task_set: TaskSet, folder: Path, kept: set[str]) -> TaskSet:
    """The task set with these cases only."""
    root = copied(task_set, folder)
    lines = (root / CASES_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (root / CASES_FILE).write_text("".join(line for line in lines if json.loads(line)["id"] in kept), encoding="utf-8")
    rehash(root)
    return load_task_set(root)


def cut(source: Path, path: Path, kept: set[str], task_set: TaskSet) -> None:
    """The log of a run of these cases alone."""
    log = read_eval_log(str(source))
    assert log.eval.metadata is not None
    log.eval.metadata["task_set_digest"] = task_set.manifest.digest
    log.eval.dataset.sample_ids = sorted(kept)
    log.eval.dataset.samples = len(kept)
    log.samples = [sample for sample in samples_of(log) if sample.id in kept]
    total: dict[str, ModelUsage] = {}
    for name, usage in (pair for sample in log.samples for pair in sample.model_usage.items()):
        total[name] = total[name] + usage if name in total else usage
    log.stats.model_usage = total
    restate(log)
    write_eval_log(log, str(path))


def submitted(log: Path, out: Path) -> Path:
    """What someone packs who hides what is missing."""
    evidence = collect([str(log)])
    hidden = replace(evidence, missing=evidence.missing.iloc[:0])
    run = str(evidence.runs["run"].iloc[0])
    return pack(hidden, run, out, snapshot="planted", contact="tests", attested=True)


def refusal(log: Path, task_set: TaskSet, out: Path) -> str:
    """Why a run packed from this log is refused; empty when it passes every check."""
    try:
        check_logs(read_pack(submitted(log, out)), find_logs([str(log)]), task_set)
    except SkillBenchError as error:
        return str(error)
    return ""


@pytest.fixture
def mine(ground: Ground, tmp_path: Path) -> Path:
    """A copy of the careless agent's log."""
    (tmp_path / "logs").mkdir()
    return Path(shutil.copy(ground.log, tmp_path / "logs"))


def altered(path: Path, change: Callable[[EvalLog], object]) -> None:
    """The log after a change, written as Inspect writes it."""
    log = read_eval_log(str(path), resolve_attachments=True)
    change(log)
    write_eval_log(log, str(path))


def test_the_honest_run_passes_every_check(ground: Ground, mine: Path, tmp_path: Path) -> None:
    """As it was, and read and written again: what is found below is the alteration and nothing else."""
    assert refusal(mine, ground.task_set, tmp_path / "a") == ""
    altered(mine, lambda _: None)
    assert refusal(mine, ground.task_set, tmp_path / "b") == ""


def spread(rows: list[Alteration]) -> list[Any]:
    """Every fourth in the fast suite, the rest in the slow one: each reads, writes and judges a log again."""
    return [row if at % 4 == 0 else pytest.param(row, marks=pytest.mark.slow) for at, row in enumerate(rows)]


@pytest.mark.parametrize("one", spread(LOGS), ids=str)
def test_an_altered_log_is_refused(ground: Ground, mine: Path, tmp_path: Path, one: Alteration) -> None:
    """The run is packed from the altered log, so that statement, rows and hashes agree with it."""
    altered(mine, one.change)
    assert one.refused in refusal(mine, ground.task_set, tmp_path / "out")


@pytest.mark.parametrize("one", PAIRS, ids=str)
def test_samples_of_another_run_are_refused(ground: Ground, mine: Path, tmp_path: Path, one: Alteration) -> None:
    """The other run answered the same case better."""
    other = read_eval_log(str(ground.other), resolve_attachments=True)
    altered(mine, lambda log: one.change(log, other))
    assert one.refused in refusal(mine, ground.task_set, tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("one", ARCHIVES, ids=str)
def test_an_altered_archive_is_refused(ground: Ground, mine: Path, tmp_path: Path, one: Alteration) -> None:
    """Parts of the file changed without Inspect, so that they contradict each other."""
    one.change(mine)
    assert one.refused in refusal(mine, ground.task_set, tmp_path / "out")


def edited(folder: Path, fields: dict[str, Any]) -> None:
    """A statement with other fields."""
    statement = yaml.safe_load((folder / STATEMENT).read_text(encoding="utf-8"))
    for name, value in fields.items():
        statement[name] = {**statement[name], **value} if name == "attestations" else value
    (folder / STATEMENT).write_text(yaml.safe_dump(statement, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def honest(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An honest pack; never altered in place."""
    return submitted(ground.log, tmp_path_factory.mktemp("honest"))


def checked(folder: Path, ground: Ground) -> str:
    """What the command says of a pack."""
    logs = ["--logs", str(ground.log), "--tasks", str(ground.task_set.root)]
    done = CliRunner().invoke(main, ["submit", "check", str(folder), *logs], catch_exceptions=False)
    assert (done.exit_code == 0) == ("no fault found" in done.output)
    return "" if done.exit_code == 0 else " ".join(done.output.split())


@pytest.mark.parametrize("name", STATEMENTS)
def test_an_edited_statement_is_refused(honest: Path, ground: Ground, tmp_path: Path, name: str) -> None:
    """Every field that a log tells is held against it."""
    folder = Path(shutil.copytree(honest, tmp_path / "pack"))
    fields, words = STATEMENTS[name]
    edited(folder, fields)
    assert words in checked(folder, ground)


@pytest.mark.parametrize("name", ROWS)
def test_an_edited_row_is_refused(honest: Path, ground: Ground, tmp_path: Path, name: str) -> None:
    """Its hash agrees with the statement, but the logs tell another."""
    folder = Path(shutil.copytree(honest, tmp_path / "pack"))
    change, words = ROWS[name]
    first, *rest = gzip.decompress((folder / SAMPLES).read_bytes()).splitlines(keepends=True)
    row = json.loads(first)
    change(row)
    text = json.dumps(row).encode() + b"\n" + b"".join(rest)
    (folder / SAMPLES).write_bytes(gzip.compress(text))
    edited(folder, {"samples": hashlib.sha256(text).hexdigest()})
    assert words in checked(folder, ground)


TRUST: dict[str, tuple[dict[str, Any] | str, str]] = {
    "snapshot": ({"snapshot": "weights-of-another-day"}, "which weights"),
    "contact": ({"contact": "someone else"}, "Who submits"),
    "consistent forgery": ("forge", "forged consistently"),
}
"""What passes every check: named on the page as a matter of trust."""


@pytest.mark.parametrize("name", TRUST)
def test_what_no_check_finds_is_named_as_trust(
    honest: Path, ground: Ground, mine: Path, tmp_path: Path, name: str
) -> None:
    """The alteration passes, and the page says that it does."""
    change, words = TRUST[name]
    if isinstance(change, str):
        forge(mine, ground)
        assert refusal(mine, ground.task_set, tmp_path / "out") == ""
    else:
        folder = Path(shutil.copytree(honest, tmp_path / "pack"))
        edited(folder, change)
        assert checked(folder, ground) == ""
    assert words in " ".join(PAGE.read_text(encoding="utf-8").split())


def forge(path: Path, ground: Ground) -> None:
    """The reference's answer in every place that tells of the worst sample's, with the verdict that it earns."""
    right = read_eval_log(str(ground.other), resolve_attachments=True)

    def change(log: EvalLog) -> None:
        sample = worst(log)
        source = next(one for one in samples_of(right) if (one.id, one.epoch) == (sample.id, sample.epoch))
        answer_everywhere(sample, source.output.completion)
        assert source.scores is not None
        sample.scores = source.scores
        theirs: Iterator[Any] = (event for event in source.events if event.event == "score")
        for event in sample.events:
            if event.event == "score":
                event.score = next(theirs).score
        restate(log)

    altered(path, change)


def test_the_table_is_large_and_every_row_is_its_own() -> None:
    """At least forty alterations, each of another kind, each with the words of its check."""
    rows = [*LOGS, *PAIRS, *ARCHIVES]
    assert len(rows) + len(STATEMENTS) + len(ROWS) + len(TRUST) >= 100
    assert len({row.name for row in rows}) == len({row.change for row in rows}) == len(rows)
    assert all(re.search(r"\w{4}", row.refused) for row in rows)
