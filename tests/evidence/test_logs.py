"""What the reader takes from real logs, and what it refuses."""

from __future__ import annotations

import json
import random
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from skillbench.core.errors import LogError
from skillbench.evidence.cache import Cache
from skillbench.evidence.collect import collect
from skillbench.evidence.logs import read_log
from skillbench.evidence.places import find_logs


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


def test_a_cached_read_equals_a_fresh_one(log_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows from the cache are the rows from the logs, and a changed log is read again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    logs = shutil.copytree(log_folder, tmp_path / "logs")
    cache = Cache.of([str(logs)])
    fresh = collect([str(logs)], cache=cache)
    assert len(cache.load(find_logs([str(logs)]))) == 2
    again = collect([str(logs)], cache=cache)
    assert again.outcomes.astype(str).equals(fresh.outcomes.astype(str))
    first = min(logs.iterdir())
    write_eval_log(read_eval_log(str(first)), str(first))
    assert len(cache.load(find_logs([str(logs)]))) == 1


def test_a_log_that_was_cut_off_says_which_samples_it_lacks(log_folder: Path, tmp_path: Path) -> None:
    """Three samples dropped: three rows of what is missing, with their k and chain, through the cache too."""
    lost: list[tuple[str, int, int]] = []

    def change(log: EvalLog) -> None:
        samples: list[Any] = log.samples or []
        lost.extend((str(s.id), s.epoch, 1 if s.metadata["kind"] == "twin" else s.metadata["k"]) for s in samples[:3])
        del samples[:3]

    path = altered(log_folder, tmp_path, change)
    cache = Cache(tmp_path / "cache" / "rows")
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


def test_a_header_that_asks_for_a_billion_epochs_is_refused(log_folder: Path, tmp_path: Path) -> None:
    """Every expected sample is looked for, so a header may not ask for more than memory holds."""

    def change(log: EvalLog) -> None:
        log.eval.config.epochs = 10**9

    with pytest.raises(LogError, match="1000000000 epochs"):
        collect([str(altered(log_folder, tmp_path, change))])


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
