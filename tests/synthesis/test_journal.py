"""What a run has done outlives it, whenever it is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.core.errors import InputError
from skillbench.synthesis.journal import Journal, Outcome, run_folder
from skillbench.synthesis.reply import ReplyError, parsed


def test_a_cut_line_is_dropped_and_the_rest_kept(tmp_path: Path) -> None:
    """A journal cut at any byte gives the outcomes of its whole lines, and takes new ones."""
    path = tmp_path / "part.jsonl"
    journal = Journal(path)
    for name in "abc":
        journal.add(Outcome(name, value=[name, "é"]))
    data = path.read_bytes()
    for size in range(0, len(data) + 1, 3):
        path.write_bytes(data[:size])
        held = Journal(path)
        assert list(held.outcomes) == list("abc")[: data[:size].count(b"\n")]
        held.add(Outcome("d"))
        assert list(Journal(path).outcomes)[-1] == "d"


def test_what_got_no_reply_is_not_finished(tmp_path: Path) -> None:
    """A fault of the wire leaves a job to be asked again; an unusable reply does not."""
    journal = Journal(tmp_path / "part.jsonl")
    journal.add(Outcome("a", reason="no reply came", final=False))
    journal.add(Outcome("b", reason="the reply is empty"))
    assert (journal.finished("a"), journal.finished("b"), journal.finished("c")) == (False, True, False)
    journal.add(Outcome("a", value=1))
    assert Journal(tmp_path / "part.jsonl").finished("a")


def test_what_is_held_is_what_is_on_disk(tmp_path: Path) -> None:
    """Half a character that a model wrote is replaced in memory as in the file; an altered line is told by number."""
    path = tmp_path / "part.jsonl"
    journal = Journal(path)
    journal.add(Outcome("a", reason="no \ud800 good", reply="\udfff"))
    assert journal.outcomes == Journal(path).outcomes
    assert journal.outcomes["a"].reply == "?"
    path.write_text('{"id": "a"}\n{"idea": 3}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"part.jsonl:2 was altered"):
        Journal(path)


def test_a_folder_belongs_to_one_run(tmp_path: Path) -> None:
    """Other options, and another process at the same time, are refused with what to do; the same options resume."""
    with (
        run_folder(tmp_path / "run", {"model": "a", "n": 3}),
        pytest.raises(InputError, match="in use by another run"),
        run_folder(tmp_path / "run", {}),
    ):
        pass
    with run_folder(tmp_path / "run", {"model": "a", "n": 3}):
        pass
    with (
        pytest.raises(InputError, match=r"model was 'a', now 'b'.*--out"),
        run_folder(tmp_path / "run", {"model": "b", "n": 3}),
    ):
        pass


@pytest.mark.parametrize(
    "text", ['{"a": [1]}', "{'a': [1]}", '```json\n{"a": [1]}\n```', ' {"a": [1]}\n', "```python\n{'a': [1]}\n```"]
)
def test_a_value_is_read_in_either_form(text: str) -> None:
    """JSON and a Python literal are read, one fence around them let pass."""
    assert parsed(text) == {"a": [1]}


@pytest.mark.parametrize(
    "text",
    ["", " ", "no", 'Sure! {"a": 1}', '{"a": 1} {"b": 2}', "open('x')", "[" * 100_000, '{"a": "' + "x" * 500_000],
)
def test_anything_beside_a_value_is_refused(text: str) -> None:
    """Talk around the value, two values, code, depth and length are refused with a reason and never crash."""
    with pytest.raises(ReplyError):
        parsed(text)
