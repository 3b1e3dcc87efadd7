"""What the reader takes from real logs, and what it refuses."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from skillbench.core.errors import LogError
from skillbench.evidence.cache import Shelf, kept
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import LogFile, find_logs
from skillbench.evidence.logs import read_log
from skillbench.evidence.runs import LogRows


def altered(folder: Path, to: Path, change: Callable[[EvalLog], object]) -> Path:
    """A copy of the folder's first log after a change."""
    log = read_eval_log(str(min(folder.iterdir())))
    change(log)
    path = to / "altered.eval"
    write_eval_log(log, str(path))
    return path


def test_outcomes_hold_every_sample_of_every_log(log_folder: Path) -> None:
    """Two runs of 2 chains by k = 2, 3 and 3 twins each, two epochs: 40 rows, all scored."""
    evidence = collect([str(log_folder)])
    assert len(evidence.outcomes) == 2 * 2 * (2 * 2 + 2 * 3)
    assert set(evidence.outcomes["state"]) == {"scored"}
    assert evidence.missing.empty
    assert sorted(evidence.runs["run"]) == ["skillbench/careless", "skillbench/reference"]


def test_means_are_those_inspect_itself_reports(log_folder: Path) -> None:
    """The mean over composed cases equals the metric that Inspect wrote into the log, for every run."""
    table = collect([str(log_folder)]).outcomes
    for path in log_folder.iterdir():
        header = read_eval_log(str(path), header_only=True)
        assert header.results is not None
        stated = next(one for one in header.results.scores if one.name == "score").metrics["composed_mean"].value
        mine = table[(table["run"] == header.eval.model) & (table["kind"] == "chain")]
        assert mine["score"].mean() == pytest.approx(stated, abs=1e-9)


def test_position_of_twins_is_their_place_in_the_chain(log_folder: Path) -> None:
    """Every chain's twins stand at 1, 2, 3 in the order of its longest prefix."""
    table = collect([str(log_folder)]).outcomes
    longest = table[(table["kind"] == "chain") & (table["k"] == 3)]
    for chain, skills in zip(longest["chain"], longest["skills"], strict=True):
        twins = table[(table["chain"] == chain) & (table["kind"] == "twin")].drop_duplicates("skill")
        found = dict(zip(twins["skill"], twins["position"], strict=True))
        assert [found[tag] for tag in json.loads(skills)] == [1, 2, 3]


def test_a_cached_read_equals_a_fresh_one(log_folder: Path, tmp_path: Path) -> None:
    """Rows from the cache are the rows from the logs, and a changed log is read again."""
    logs = shutil.copytree(log_folder, tmp_path / "logs")
    fresh = collect([str(logs)], cache=Shelf(tmp_path / "rows"))
    assert len(Shelf(tmp_path / "rows")) == 2
    again = collect([str(logs)], cache=Shelf(tmp_path / "rows"))
    assert again.outcomes.astype(str).equals(fresh.outcomes.astype(str))
    first = min(logs.iterdir())
    write_eval_log(read_eval_log(str(first)), str(first))
    assert sum(file in Shelf(tmp_path / "rows") for file in find_logs([str(logs)])) == 1


def test_a_log_is_read_once_and_again_only_after_a_change(tmp_path: Path) -> None:
    """The decorator asks the file's size and time of change as well as its name."""
    asked: list[LogFile] = []

    def read(file: LogFile) -> LogRows:
        asked.append(file)
        return LogRows({"file": file.path, "score": float("nan")}, [{"case": "c1"}])

    again = kept(Shelf(tmp_path / "rows"))(read)
    old, new = LogFile("a.eval", 1, "monday"), LogFile("a.eval", 1, "tuesday")
    assert [again(file).samples for file in (old, old, new, new)] == [[{"case": "c1"}]] * 4
    assert asked == [old, new]
    assert list(Shelf(tmp_path / "rows")) == [new]


@pytest.mark.parametrize("damage", ["nonsense", "row", "folder"])
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path: Path, damage: str) -> None:
    """No SQLite file, a row that cannot be unpacked, a place that cannot be written: the log is read."""
    place, file = tmp_path / "rows", LogFile("a.eval", 1, "monday")
    if damage == "folder":
        place.mkdir()
    else:
        Shelf(place)[file] = LogRows({}, [])
        with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as connection:
            connection.execute("UPDATE logs SET rows = x'00'")
    if damage == "nonsense":
        place.write_bytes(b"nonsense" * 1000)
    rows = LogRows({"model": "m"}, [])
    shelf = Shelf(place)
    assert kept(shelf)(lambda _: rows)(file) == rows
    assert shelf.get(file, rows) == rows


def test_a_log_that_was_cut_off_says_which_samples_it_lacks(log_folder: Path, tmp_path: Path) -> None:
    """Three samples dropped: three rows of what is missing, with their k and chain, through the cache too."""
    lost: list[tuple[str, int, int]] = []

    def change(log: EvalLog) -> None:
        samples: list[Any] = log.samples or []
        lost.extend((str(s.id), s.epoch, 1 if s.metadata["kind"] == "twin" else s.metadata["k"]) for s in samples[:3])
        del samples[:3]

    path = altered(log_folder, tmp_path, change)
    cache = Shelf(tmp_path / "cache" / "rows")
    for _ in range(2):
        missing = collect([str(path)], cache=cache).missing
        assert sorted(missing[["case", "epoch", "k"]].itertuples(index=False, name=None)) == sorted(lost)
        assert set(missing["chain"]) <= set(collect([str(log_folder)]).outcomes["chain"])


def set_task(log: EvalLog) -> None:
    """Another task."""
    log.eval.task = "gsm8k"


def set_version(log: EvalLog) -> None:
    """Another version."""
    log.eval.task_version = "9-A"


def set_k(log: EvalLog) -> None:
    """A Skill@3 case that calls itself Skill@2."""
    next(s for s in log.samples or [] if s.metadata["k"] == 3).metadata["k"] = 2


def drop_chain(log: EvalLog) -> None:
    """A sample that belongs to no chain."""
    del (log.samples or [])[0].metadata["chain"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [(set_task, "gsm8k"), (set_version, "9-A"), (set_k, "it was altered"), (drop_chain, "lacks the metadata chain")],
)
def test_a_log_that_is_not_ours_is_refused_with_file_and_reason(
    log_folder: Path, tmp_path: Path, change: Callable[[EvalLog], object], reason: str
) -> None:
    """The error names the file and what is wrong with it."""
    path = altered(log_folder, tmp_path, change)
    with pytest.raises(LogError, match=reason) as caught:
        collect([str(path)])
    assert path.name in str(caught.value)


def test_skip_bad_goes_on_and_lists_what_it_left_out(log_folder: Path, tmp_path: Path) -> None:
    """A broken file beside two good ones: the good ones count, the broken one is named."""
    logs = shutil.copytree(log_folder, tmp_path / "logs")
    (logs / "broken.eval").write_bytes(b"not a zip file")
    with pytest.raises(LogError, match=r"broken\.eval is not a whole \.eval file"):
        collect([str(logs)])
    evidence = collect([str(logs)], skip_bad=True)
    assert len(evidence.runs) == 2
    assert list(evidence.refused) == [str(logs / "broken.eval")]


@pytest.mark.parametrize("name", ["summaries.json", "header.json"])
def test_a_part_that_unpacks_far_beyond_its_size_is_refused_unread(log_folder: Path, tmp_path: Path, name: str) -> None:
    """A bomb of zeros in place of a small part is refused by its ratio."""
    source, path = min(log_folder.iterdir()), tmp_path / "bomb.eval"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename == name:
                new.writestr(name, bytes(8 * 2**20))
            elif part.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                new.writestr(part.filename, old.read(part.filename))
    with pytest.raises(LogError, match=f"{name}.*unpacks to"):
        read_log(find_logs([str(path)])[0])


def test_a_hundred_megabytes_of_metadata_are_refused_in_bounded_memory(log_folder: Path, tmp_path: Path) -> None:
    """Incompressible text in a summary: the part is refused by its size, and nothing near it is allocated."""
    source, path = min(log_folder.iterdir()), tmp_path / "heavy.eval"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
        new.writestr("header.json", old.read("header.json"))
        with new.open("summaries.json", "w", force_zip64=True) as stream:
            for _ in range(100):
                stream.write(random.Random(0).randbytes(2**20))  # noqa: S311  bulk, not a secret
    tracemalloc.start()
    with pytest.raises(LogError, match="unpacks to 100 MB"):
        read_log(find_logs([str(path)])[0])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize(("cases", "epochs"), [(10, 10**9), (20_000, 1000), (30_000, 1)])
def test_a_header_that_asks_for_more_than_memory_holds_is_refused(
    log_folder: Path, tmp_path: Path, cases: int, epochs: int
) -> None:
    """Every expected sample is looked for; a billion epochs, or 20,000 cases of 1,000 each, are never listed."""

    def change(log: EvalLog) -> None:
        log.eval.config.epochs = epochs
        log.eval.dataset.sample_ids = [f"c{n}" for n in range(cases)]

    path = altered(log_folder, tmp_path, change)
    tracemalloc.start()
    with pytest.raises(LogError, match=f"{cases} cases and {epochs} epochs"):
        collect([str(path)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 2**20


def repacked(source: Path, path: Path, *extra: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """A copy of a log's parts, with more of them at its end."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part.filename))
        for name, content in extra:
            new.writestr(name, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    """A symbolic link as an archive holds it."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("summaries.json", "is there twice"),
        ("header.json", "is there twice"),
        ("/etc/passwd", "has no place inside a log"),
        ("samples/../../x", "has no place inside a log"),
        ("samples\\x", "has no place inside a log"),
        ("samples/\x1b[2J", "has no place inside a log"),
        (link("samples/x.json"), "is a link"),
        ("samples/", "is a link, a folder"),
    ],
)
def test_an_archive_that_no_run_writes_is_refused(
    log_folder: Path, tmp_path: Path, part: zipfile.ZipInfo | str, reason: str
) -> None:
    """A member twice, outside of its place, or a link: refused before anything is unpacked, and never shown raw."""
    path = repacked(min(log_folder.iterdir()), tmp_path / "odd.eval", (part, b"[]"))
    with pytest.raises(LogError, match=reason) as caught:
        read_log(find_logs([str(path)])[0])
    assert "\x1b" not in str(caught.value)


def test_a_sample_told_twice_by_one_summary_is_refused(log_folder: Path, tmp_path: Path) -> None:
    """Inspect's own reader drops the first of two; the board takes neither."""
    source, path = min(log_folder.iterdir()), tmp_path / "twice.eval"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            content = old.read(part.filename)
            if part.filename == "summaries.json":
                told = json.loads(content)
                content = json.dumps([*told, told[0]]).encode()
            new.writestr(part.filename, content)
    with pytest.raises(LogError, match=r"epoch 1 twice"):
        read_log(find_logs([str(path)])[0])


def test_what_a_log_calls_itself_is_plain_text_in_every_row(log_folder: Path, tmp_path: Path) -> None:
    """Control characters, marks of direction and line ends are spelled out, in nested values as well."""
    evil = "a\x1b[31m\u202eb\n\u200b"

    def change(log: EvalLog) -> None:
        log.eval.model = evil
        log.eval.model_args = {evil: [evil]}
        for sample in log.samples or []:
            sample.metadata["domain"] = evil
            sample.metadata["skills"] = [evil] * sample.metadata["k"]
            assert sample.scores is not None
            sample.scores["audit_scorer"].metadata = {"labels": {evil: evil}, "slips": {evil: evil}}

    evidence = collect([str(altered(log_folder, tmp_path, change))])
    told = "".join(
        str(value)
        for table in (evidence.outcomes.drop(columns="file"), evidence.runs.drop(columns="file"))
        for row in table.to_dict("records")
        for value in row.values()
    )
    decoded = "".join(
        str(json.loads(text)) for name in ("labels", "slips", "skills") for text in evidence.outcomes[name]
    )
    assert told.isprintable()
    assert decoded.isprintable()
    assert "a⟨U+001B⟩[31m⟨U+202E⟩b⟨U+000A⟩⟨U+200B⟩" in told


def test_a_place_without_logs_says_how_to_make_some(tmp_path: Path) -> None:
    """An empty folder and a missing one have messages of their own."""
    with pytest.raises(LogError, match="inspect eval skillbench"):
        find_logs([str(tmp_path)])
    with pytest.raises(LogError, match="does not exist"):
        find_logs([str(tmp_path / "nowhere")])


def test_errors_and_unscored_samples_stay_in_the_table(log_folder: Path, tmp_path: Path) -> None:
    """A sample that failed and one the judge left unscored are rows with a state and a reason, without a score."""

    def change(log: EvalLog) -> None:
        samples: list[Any] = log.samples or []
        samples[0].scores["audit_scorer"].value = dict.fromkeys(samples[0].scores["audit_scorer"].value, float("nan"))
        samples[0].scores["audit_scorer"].reason = "judge fell silent"
        samples[1].scores = None

    table = collect([str(altered(log_folder, tmp_path, change))]).outcomes
    lost = table[table["score"].isna()]
    assert sorted(lost["reason"]) == ["judge fell silent", "no score was written"]
    assert len(table) == 20
