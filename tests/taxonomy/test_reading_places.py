"""Corpora in other places than here."""

from __future__ import annotations

import json
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from fsspec.implementations.memory import MemoryFileSystem

from skillbench.cli.taxonomy import taxonomy
from skillbench.core.errors import CorpusError
from skillbench.taxonomy import count_rows, read_corpus
from skillbench.taxonomy.reading import json_lines, read

ROWS = [["sql", "etl"], ["etl", "tax"], ["tax"], ["sql", "tax"]]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of a store in memory."""
    monkeypatch.setattr(MemoryFileSystem, "store", {})
    return "memory://corpus"


def put(folder: str) -> None:
    """The rows in three formats, one bad row in each, and a file that is no corpus."""
    lines = "".join(json.dumps({"tags": row}) + "\n" for row in ROWS)
    with fsspec.open(f"{folder}/a.jsonl", "wb", auto_mkdir=True) as stream:
        stream.write(lines.encode() + b"oops\n")
    with fsspec.open(f"{folder}/deep/b.csv", "wb", auto_mkdir=True) as stream:
        stream.write(b"tags\n" + b"".join(";".join(row).encode() + b"\n" for row in ROWS) + b'""\n')
    with fsspec.open(f"{folder}/c.parquet", "wb") as stream:
        pq.write_table(pa.table({"tags": [*ROWS, []]}), stream)
    with fsspec.open(f"{folder}/readme.txt", "wb") as stream:
        stream.write(b"hello")


def check(place: str, tmp_path: Path) -> None:
    """Read the rows at a place, from files, the folder, lists of both, and mixed with a folder here."""
    put(place)
    put(str(tmp_path))
    once = count_rows(ROWS)
    files = ["a.jsonl", "deep/b.csv", "c.parquet"]
    for file in files:
        corpus = read_corpus(f"{place}/{file}")
        assert (corpus.tags, corpus.together.tolist()) == (once.tags, once.together.tolist())
        assert str(corpus.bad_rows[0]).startswith(f"{file.rpartition('/')[2]}:")
    for source, times in ((place, 3), ([f"{place}/a.jsonl", place], 4), ([place, tmp_path], 6)):
        corpus = read_corpus(source)
        assert corpus.together.tolist() == [times * count for count in once.together.tolist()]
        assert corpus.bad_row_count == times
    assert [(row.source, row.line) for row in read_corpus(place).bad_rows] == [
        ("a.jsonl", 5),
        ("c.parquet", 5),
        ("deep/b.csv", 6),
    ]
    with pytest.raises(CorpusError, match=r"a\.jsonl:5: is not JSON"):
        read_corpus(place, strict=True)
    for name, message in (("none.csv", "does not exist"), ("readme.txt", r"suffix '\.txt' is unknown")):
        with pytest.raises(CorpusError, match=message):
            read_corpus(f"{place}/{name}")
    result = CliRunner().invoke(taxonomy, [place, str(tmp_path), "--min-support", "2"])
    assert result.exit_code == 0, result.output
    assert "3 skills, 3 pairs" in result.stdout
    assert "left out 6 bad rows, the first: a.jsonl:5" in result.stderr


def test_corpora_in_memory_are_read_like_files(memory: str, tmp_path: Path) -> None:
    """Addresses alone, in lists, and mixed with paths."""
    check(memory, tmp_path)


@pytest.mark.slow
def test_corpora_in_s3_are_read_like_files(bucket: str, tmp_path: Path) -> None:
    """The same through a real S3 interface, with folders and whole buckets."""
    check(f"{bucket}/corpus", tmp_path)
    assert read_corpus(bucket).rows == read_corpus(f"{bucket}/").rows == 12
    with pytest.raises(CorpusError, match="does not exist; give the whole address"):
        read_corpus(f"{bucket}-other/corpus")


def test_progress_is_told_in_bytes(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunk by chunk, and in all as many bytes as the files have, whatever their format."""
    put(memory)
    monkeypatch.setattr(json_lines, "CHUNK_BYTES", 40)
    told: list[int] = []
    monkeypatch.setattr(read.Progress, "update", lambda *_, advance, **__: told.append(advance))
    read_corpus(f"{memory}/a.jsonl")
    assert len(told) > 2
    assert sum(told) == fsspec.filesystem("memory").size("/corpus/a.jsonl")
    for name in ("deep/b.csv", "c.parquet"):
        told.clear()
        read_corpus(f"{memory}/{name}")
        whole = fsspec.filesystem("memory").size(f"/corpus/{name}")
        assert 0.1 * whole < sum(told) <= whole
