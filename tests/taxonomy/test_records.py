"""Whole rows: every format gives the same ones, and a bad row is told with its line."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skillbench.core.assets import given_or_shipped
from skillbench.core.errors import CorpusError
from skillbench.core.streams import stream
from skillbench.taxonomy.atoms import Atom, AtomIndex, read_atoms
from skillbench.taxonomy.reading.records import read_records, tags_at, turns_of

ROWS: list[dict[str, Any]] = [
    {"id": 7, "conversations": [{"from": "human", "value": "Ask"}, {"from": "gpt", "value": "Say"}]},
    {"id": 8, "conversations": [{"from": "human", "value": "Ask more"}, {"from": "gpt", "value": "Say more"}]},
]


def written(folder: Path, kind: str) -> Path:
    """The rows in a format, where a reader finds them."""
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    path = folder / f"rows.{kind}"
    if kind == "jsonl":
        path.write_text(lines, encoding="utf-8")
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress(lines.encode()))
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    else:  # as Hugging Face's save_to_disk lays it out
        folder = folder / "saved"
        folder.mkdir()
        (folder / "state.json").write_text("{}", encoding="utf-8")
        (folder / "dataset_info.json").write_text("{}", encoding="utf-8")
        table = pa.Table.from_pylist(ROWS)
        place = str(folder / "data-00000-of-00001.arrow")
        with pa.OSFile(place, "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return folder
    return path


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "parquet", "saved"])
def test_every_format_gives_the_same_rows(tmp_path: Path, kind: str) -> None:
    """JSON lines, packed ones, Parquet and a saved dataset give equal conversations with their lines."""
    found = list(read_records([str(written(tmp_path, kind))]))
    assert [record.line for record in found] == [1, 2]
    assert [turns_of(record.fields) for record in found] == [
        [("user", "Ask"), ("assistant", "Say")],
        [("user", "Ask more"), ("assistant", "Say more")],
    ]


@pytest.mark.parametrize(
    ("row", "turns"),
    [
        ({"instruction": "Add", "input": "2, 3", "output": "5"}, [("user", "Add\n\n2, 3"), ("assistant", "5")]),
        ({"prompt": "Add", "response": "5"}, [("user", "Add"), ("assistant", "5")]),
        ({"messages": [{"role": "system", "content": "Be brief"}]}, [("system", "Be brief")]),
        ({"text": "Work"}, [("user", "Work")]),
        ({"messages": [3, {"role": "user"}]}, []),
        ({"output": "5"}, []),
    ],
)
def test_fields_of_the_trade_are_understood(row: dict[str, Any], turns: list[tuple[str, str]]) -> None:
    """The usual names of request and answer are read, and a row without a request is none."""
    assert turns_of(row) == turns


def test_a_bad_line_is_told_and_the_rest_read(tmp_path: Path) -> None:
    """No JSON, no object and half a character cost one row each, which names its line."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n{"text"\n\n[1]\n{"text": "\\ud800"}\n{"text": "b"}\n', encoding="utf-8")
    found = list(read_records([str(path)]))
    assert [(record.line, bool(record.problem)) for record in found] == [
        (1, False),
        (2, True),
        (4, True),
        (5, True),
        (6, False),
    ]
    assert str(found[1]) == "rows.jsonl:2"


def test_tags_stand_at_names_and_paths() -> None:
    """A dotted path leads into records, and spaces and repetitions do not count."""
    row = {"label": {"ability_en": [" sql ", "sql", "data  cleaning", 3]}, "tags": "tax"}
    assert tags_at(row, "label.ability_en") == ["sql", "data cleaning"]
    assert tags_at(row, "tags") == ["tax"]
    assert tags_at(row, "label.none") == []


def test_what_is_not_there_is_refused() -> None:
    """A path that does not exist is an error of the corpus."""
    with pytest.raises(CorpusError, match="does not exist"):
        list(read_records(["/no/such/rows.jsonl"]))


def test_samples_of_a_skill_are_used_evenly() -> None:
    """However often a skill is drawn, no sample of it is used more than once more than another."""
    index = AtomIndex(Atom(f"r{i}", ("sql",), "ask", "") for i in range(7))
    used = Counter(index.pick("sql", stream("test", str(i))).id for i in range(24))
    assert set(used.values()) == {3, 4}
    assert len(used) == 7


def test_what_is_kept_of_a_skill_depends_on_no_order() -> None:
    """The samples kept are the same whichever row comes first, and no more than asked."""
    atoms = [Atom(f"r{i}", ("sql", "tax"), "ask", "") for i in range(50)]
    one, other = AtomIndex(atoms, most=9), AtomIndex(atoms[::-1], most=9)
    assert one.samples("sql") == other.samples("sql") == one.samples("tax")
    assert len(one.samples("sql")) == 9
    assert one.skills == {"sql", "tax"}


def test_a_sample_is_not_taken_twice_while_there_are_others() -> None:
    """What a tuple has taken already is left alone, unless the skill has nothing else."""
    index = AtomIndex([Atom("a", ("sql",), "ask", ""), Atom("b", ("sql",), "ask", "")])
    assert index.pick("sql", stream("x"), avoid={"a"}).id == "b"
    assert index.pick("sql", stream("x"), avoid={"a", "b"}).id == "a"
    with pytest.raises(CorpusError, match="tagged 'tax'"):
        index.pick("tax", stream("x"))


def test_atoms_come_from_a_tagged_corpus() -> None:
    """The shipped corpus gives an atom for each of its rows, under its own id."""
    atoms = list(read_atoms([given_or_shipped("tasks/corpus/seed.jsonl")]))
    assert len(atoms) >= 300
    assert atoms[0].id == "w0001"
    assert "Data Cleaning" in atoms[0].tags
