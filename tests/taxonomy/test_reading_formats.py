"""Each format's two ways of reading, through Arrow and record by record, and all formats against each other."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillbench.core.errors import CorpusError
from skillbench.core.places import files_below
from skillbench.taxonomy import Corpus, TagFormat, combined, read_corpus
from skillbench.taxonomy.reading import comma_separated, json_lines, parquet
from skillbench.taxonomy.reading.parts import Part, count_parts

TAG = st.text(st.characters(codec="utf-8", exclude_characters=";\0"), max_size=5)
ROWS = st.lists(st.lists(TAG, max_size=4), max_size=12)
BROKEN_CSV = st.lists(
    st.sampled_from(["a", "b;a", ",", '"', '""', "\n", "\r\n", "\r", " ", "é", "x,y\n", '"p\nq",z\n'])
)
BROKEN_JSON = st.lists(
    st.sampled_from(
        [
            b'{"tags": ["a", "b"]}',
            b'{"tags": "a"}',
            b'{"tags": ["a"]}{"tags": ["b"]}',
            b'{"tags": ["a"], "tags": ["b"]}',
            b'{"tags": ["a", null]}',
            b'{"tags":\n["c"]}',
            b'{"other": {"tags": 1}}',
            b'{"tags": ["\xff"]}',
            b'{"tags": ["a"], "other": "\xff"}',
            b'{"tags": ["\\ud800"]}',
            b'{"tags": ["a"], "other": NaN}',
            b'{"tags": ["a"], "other": ' + b"[" * 3000 + b"]" * 3000 + b"}",
            b'{"tags": ["a"], "other": ' + b"1" * 5000 + b"}",
            b"\xef\xbb\xbf",
            b"\n",
            b"\r\n",
            b" ",
            b"{",
            b"}",
            b"[1]",
        ]
    ),
    max_size=12,
)
IN_A_FOLDER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def facts(corpus: Corpus) -> dict[str, Any]:
    """Everything a corpus says, comparable."""
    plain = {name: value.tolist() for name, value in vars(corpus).items() if hasattr(value, "tolist")}
    return vars(corpus) | plain


def of_file(path: Path, layout: TagFormat) -> dict[str, Any]:
    """What is counted in a file, though it may be nothing; or why it cannot be."""
    try:
        return facts(count_parts(map(Part, files_below(str(path))), layout, strict=False, note=lambda *_: None).corpus)
    except CorpusError as error:
        return {"error": str(error)}


@IN_A_FOLDER
@given(rows=ROWS, nested=st.booleans())
def test_every_format_and_layout_gives_the_same_corpus(rows: list[list[str]], nested: bool, tmp_path: Path) -> None:
    """Lists and delimited texts in JSON lines, CSV and Parquet: the same tags, counts and bad rows.

    In CSV a row may span lines, so only its bad rows' number is the same, not their lines.
    """
    layout = TagFormat("a.b" if nested else "tags", delimiter=";")
    texts = [";".join(row) for row in rows]
    found = []
    for values in (rows, texts):
        records = [{"a": {"b": value}} if nested else {"tags": value} for value in values]
        (tmp_path / "one.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        kind = pa.list_(pa.string()) if values is rows else pa.string()
        column = pa.array(
            [record["a"] if nested else record["tags"] for record in records],
            pa.struct([("b", kind)]) if nested else kind,
        )
        pq.write_table(pa.table({"a" if nested else "tags": column}), tmp_path / "one.parquet")
        found += [of_file(tmp_path / "one.jsonl", layout), of_file(tmp_path / "one.parquet", layout)]
    with (tmp_path / "one.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", layout.path], *([i, text] for i, text in enumerate(texts))])
    found.append(of_file(tmp_path / "one.csv", layout))
    for one in found:
        one["bad_rows"] = len(one["bad_rows"])
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("size", [16, 1 << 20])
@IN_A_FOLDER
@given(text=BROKEN_CSV.map("".join))
def test_csv_through_arrow_equals_csv_row_by_row(text: str, size: int, tmp_path: Path) -> None:
    """Whatever the file holds and wherever its blocks end: the same counts, and the same bad rows on the same lines."""
    path = tmp_path / "one.csv"
    path.write_text("tags,text\n" + text, encoding="utf-8", newline="")
    with patch.object(comma_separated, "CHUNK_BYTES", size), patch.object(comma_separated, "LONGEST_HEADER", 10):
        fast = of_file(path, TagFormat())
    with patch.object(comma_separated, "_whole_rows", lambda *_, **__: 0):
        slow = of_file(path, TagFormat())
    assert fast == slow


@pytest.mark.parametrize("size", [16, 1 << 20])
@IN_A_FOLDER
@given(pieces=BROKEN_JSON)
def test_json_through_arrow_equals_json_line_by_line(pieces: list[bytes], size: int, tmp_path: Path) -> None:
    """Blocks of any size give the same counts and the same bad rows as lines read one by one."""
    path = tmp_path / "one.jsonl"
    path.write_bytes(b"".join(piece if piece in b"\xef\xbb\xbf\r\n {}" else piece + b"\n" for piece in pieces))
    with patch.object(json_lines, "CHUNK_BYTES", size):
        fast = of_file(path, TagFormat())
    with patch.object(json_lines, "CHUNK_BYTES", 1):  # a block is then a line
        slow = of_file(path, TagFormat())
    assert fast == slow


def test_clean_files_are_never_read_record_by_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists, texts, paths, quotes around breaks, blank lines and Windows line ends all go through Arrow."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a clean chunk was read record by record")

    for module in (json_lines, parquet, comma_separated):
        monkeypatch.setattr(module, "chunk_of_records", refuse)
    files = {
        "a.jsonl": '{"a": {"b": ["x", "y"]}}\r\n{"a": {"b": ["x"]}, "id": 1}',
        "b.jsonl": '{"a.b": "x;y"}\n{"a.b": "x"}\n',
        "c.csv": "\ufeffid,a.b\r\n1,x;y\r\n\r\n2,x\r\n",
        "d.csv": '"id\n",text,a.b\n1,"two\nlines, ""quoted""",x;y\n\n2,"",x',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    pq.write_table(pa.table({"a": [{"b": ["x", "y"], "c": 1}, {"b": ["x"], "c": 2}]}), tmp_path / "e.parquet")
    pq.write_table(pa.table({"a.b": pa.array(["x;y", "x"]).dictionary_encode()}), tmp_path / "f.parquet")
    for name in (*files, "e.parquet", "f.parquet"):
        corpus = read_corpus(tmp_path / name, tags=TagFormat("a.b", delimiter=";"))
        assert (corpus.tags, corpus.frequency.tolist(), corpus.together.tolist()) == (("x", "y"), [2, 1], [1]), name


def test_bad_rows_of_csv_have_the_line_on_which_they_begin(tmp_path: Path) -> None:
    """Behind rows over several lines and blank ones, and whether their block is clean, ragged or badly quoted."""
    path = tmp_path / "one.csv"
    start = 'text,tags\n"a\n\nb",x;y\n\n"c\nd",\ne,x\n'
    for tail, more in {
        "": [],
        "f,x,y\ng,\n": [(9, "has 3 fields where the header has 2"), (10, "has no tags at 'tags'")],
        'f,x\ng\nh,"x': [(10, "has nothing at 'tags'"), (11, "is not CSV: unexpected end of data")],
        '"f"g,x\nh 5",x\n': [(9, "is not CSV: ',' expected after '\"'")],
    }.items():
        path.write_text(start + tail, encoding="utf-8")
        found = [(row.line, row.reason) for row in read_corpus(path).bad_rows]
        assert found == [(6, "has no tags at 'tags'"), *more], tail
    path.write_bytes(b"text,tags\n\xff,x\nb,\xff\n")
    assert [str(row) for row in read_corpus(path).bad_rows] == ["one.csv:3: has text at 'tags' that is not UTF-8"]


def test_fields_and_headers_of_csv_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts are read; a quote left open is found; a column is named once; Python's own limit is left alone."""
    limit = csv.field_size_limit()
    path = tmp_path / "one.csv"
    path.write_text('tags,text\nx,"' + "long " * 40_000 + '"\n"y"\n')
    assert read_corpus(path).frequency.tolist() == [1, 1]
    monkeypatch.setattr(comma_separated, "LONGEST_FIELD", 1000)
    path.write_text('tags,text\nx,\ny,"open' + "\nlong" * 1000)
    with pytest.raises(CorpusError, match=r"one\.csv:3: a field runs on .* close the quote it opens"):
        read_corpus(path)
    assert csv.field_size_limit() == limit
    for text, message in (
        ("tags,tags\n", "2 columns named 'tags'"),
        ("a,b\n", "no column 'tags'; it has a, b"),
        ('"a', "no header"),
    ):
        path.write_text(text)
        with pytest.raises(CorpusError, match=message):
            read_corpus(path)


@pytest.mark.parametrize("slices", [1, 2, 3, 7, 40])
def test_slices_of_a_file_make_the_whole(slices: int, tmp_path: Path) -> None:
    """Bytes of JSON lines and row groups of Parquet, cut anywhere: every row once, and lines that add up."""
    rows = [[f"t{i % 7}", f"t{i % 11}"] if i % 5 else [] for i in range(60)]
    lines = [json.dumps({"tags": row, "pad": "x" * (37 * i % 100)}) for i, row in enumerate(rows)]
    (tmp_path / "one.jsonl").write_text("\n".join([*lines[:20], "", "", *lines[20:]]))
    pq.write_table(pa.table({"tags": rows}), tmp_path / "one.parquet", row_group_size=4)
    for name, length in (("one.jsonl", (tmp_path / "one.jsonl").stat().st_size), ("one.parquet", 15)):
        (file,) = files_below(str(tmp_path / name))
        ends = [length * i // slices for i in range(slices + 1)]
        if name == "one.jsonl" and slices > 1:
            ends[1] = len("\n".join(lines[:7])) + 1  # right where a line begins
            ends.sort()
        parts = [
            count_parts([Part(file, *cut)], TagFormat(), strict=False, note=lambda *_: None) for cut in pairwise(ends)
        ]
        whole = read_corpus(tmp_path / name)
        before = [sum(part.lines for part in parts[:i]) for i in range(slices)]
        bad = [
            replace(row, line=row.line + shift)
            for shift, part in zip(before, parts, strict=True)
            for row in part.corpus.bad_rows
        ]
        assert facts(replace(combined([part.corpus for part in parts]), bad_rows=tuple(bad))) == facts(whole)
        assert len(bad) == 12
