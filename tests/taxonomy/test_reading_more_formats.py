"""Packed texts, tabs, Arrow's own files, folders of many kinds, lists written as text, and what is left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from skillbench.cli.taxonomy import taxonomy
from skillbench.core.errors import CorpusError
from skillbench.taxonomy import Corpus, TagFormat, counting, read_corpus
from skillbench.taxonomy.reading import comma_separated, json_lines, read
from skillbench.taxonomy.reading.comma_separated import listed

ROWS = [["sql", "etl"], ["etl", "tax", "sql"], ["tax"]] * 40
JSON = "".join(f'{{"tags": {str(row).replace(chr(39), chr(34))}}}\n' for row in ROWS)
TABLE = "id{0}tags\n" + "".join(f"{i}{{0}}{';'.join(row)}\n" for i, row in enumerate(ROWS))


def pack(path: Path, text: str) -> Path:
    """Write a text packed as its suffix says."""
    with pa.output_stream(str(path), compression="detect") as stream:
        stream.write(text.encode())
    return path


def counts(corpus: Corpus) -> tuple[object, ...]:
    """What a corpus says of its tags."""
    return corpus.tags, corpus.rows, corpus.frequency.tolist(), corpus.together.tolist()


def by_hand(times: int = 1) -> tuple[object, ...]:
    """What the rows say."""
    return ("etl", "sql", "tax"), 120 * times, [80 * times] * 3, [80 * times, 40 * times, 40 * times]


@pytest.mark.parametrize("packed", ["", ".gz", ".zst", ".bz2", ".lz4"])
@pytest.mark.parametrize("chunk", [1 << 24, 300])
def test_packed_texts_read_like_plain_ones(packed: str, chunk: int, tmp_path: Path) -> None:
    """JSON lines under three names, commas and tabs, in one chunk or many: the same counts, lines and bytes told."""
    texts = {".jsonl": JSON, ".ndjson": JSON, ".json": JSON, ".csv": TABLE.format(","), ".tsv": TABLE.format("\t")}
    broken = {".jsonl": "oops\n", ".csv": '9,"a"b\n', ".tsv": '9\t"a"b\n'}
    for suffix, text in texts.items():
        path = pack(tmp_path / f"one{suffix}{packed}", text + broken.get(suffix, ""))
        told: list[int] = []
        with (
            patch.object(json_lines, "CHUNK_BYTES", chunk),
            patch.object(comma_separated, "CHUNK_BYTES", chunk),
            patch.object(comma_separated, "LONGEST_HEADER", 20),
            patch.object(read.Progress, "update", lambda *_, advance, told=told, **__: told.append(advance)),
        ):
            corpus = read_corpus(path)
        assert counts(corpus) == by_hand(), path
        assert [row.line for row in corpus.bad_rows] == ([len(ROWS) + 1 + (suffix != ".jsonl")] * (suffix in broken))
        assert 0.5 * path.stat().st_size < sum(told) <= path.stat().st_size


def test_saved_datasets_are_read(tmp_path: Path) -> None:
    """Arrow streams and files in small batches, plain and nested fields, as ``save_to_disk`` leaves them."""
    batches = pa.table({"tags": ROWS, "label": [{"tags": row} for row in ROWS]}).to_batches(max_chunksize=7)
    for maker, name in (
        (pa.ipc.new_stream, "data-00000-of-00002.arrow"),
        (pa.ipc.new_file, "data-00001-of-00002.arrow"),
    ):
        with maker(str(tmp_path / name), batches[0].schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    for name in ("state.json", "dataset_info.json"):
        (tmp_path / name).write_text("{}\n")
    for path in ("tags", "label.tags"):
        corpus = read_corpus(tmp_path, tags=path)
        assert counts(corpus) == by_hand(2)
        assert corpus.ignored == ("dataset_info.json", "state.json")
    with pytest.raises(CorpusError, match="has no column 'skills'; it has tags, label"):
        read_corpus(tmp_path, tags="skills")
    with pytest.raises(CorpusError, match=r"data-00000-of-00002\.arrow:1: has nothing at 'label\.skills'"):
        read_corpus(tmp_path, tags="label.skills", strict=True)


def test_folders_say_what_they_ignore_and_may_lack_columns(tmp_path: Path) -> None:
    """Files of other kinds are named; tables without the column stop the reading, or are left out and named."""
    (tmp_path / "1.jsonl").write_text(JSON)
    pack(tmp_path / "2.jsonl.gz", JSON)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "old.csv.xz").write_bytes(b"x")
    (tmp_path / "other.csv").write_text("id\n1\n")
    with pytest.raises(CorpusError, match=r"other\.csv has no column 'tags'; it has id.*--skip-missing"):
        read_corpus(tmp_path)
    corpus = read_corpus(tmp_path, skip_missing=True, min_support=2)
    assert counts(corpus) == by_hand(2)
    assert corpus.ignored == ("notes.txt", "old.csv.xz", "other.csv")
    result = CliRunner().invoke(taxonomy, [str(tmp_path), "--skip-missing", "--quiet"])
    assert "did not read notes.txt, old.csv.xz, other.csv" in result.stderr


def test_lists_written_as_text_are_lists(tmp_path: Path) -> None:
    """Fields as Python and NumPy print lists of texts part like lists; others part by ``;``, and a delimiter rules."""
    assert listed("['a b', \"it's\"]") == ["a b", "it's"]
    assert listed("['a' 'b;c'\n 'd']") == ["a", "b;c", "d"]
    assert listed("['it\\'s' ]") == ["it's"]
    assert listed("[]") == []
    for text in ("a;b", "[draft];b", "['a', 3]", "['a'", "['\\x']", "[a, b]"):
        assert listed(text) == text.split(";")
    path = tmp_path / "one.csv"
    path.write_text("tags,text\n" + "".join(f'"{row}",x\n' for row in ROWS) + "sql;etl,x\n[],x\n")
    fast = read_corpus(path)
    with patch.object(comma_separated, "_whole_rows", lambda *_, **__: 0):
        slow = read_corpus(path)
    assert counts(fast) == counts(slow)
    assert fast.frequency.tolist() == [81, 81, 80]
    assert [row.line for row in fast.bad_rows] == [row.line for row in slow.bad_rows] == [123]
    assert "['sql'" in read_corpus(path, tags=TagFormat(delimiter=",")).tags


def test_rows_are_gathered_before_they_are_counted(tmp_path: Path) -> None:
    """Hundreds of row groups of ten rows take as many calls of a kernel as one of all."""
    pq.write_table(pa.table({"tags": ROWS * 20}), tmp_path / "one.parquet", row_group_size=10)
    with patch.object(counting, "run", wraps=counting.run) as run:
        assert counts(read_corpus(tmp_path / "one.parquet")) == by_hand(20)
        assert run.call_count == 1


@pytest.mark.slow
def test_pandas_is_not_loaded_for_reading(tmp_path: Path) -> None:
    """Reading any format and inducing a tree leaves out pandas, which takes most of a second to load."""
    for name, text in (("a.jsonl", JSON), ("b.csv", TABLE.format(","))):
        (tmp_path / name).write_text(text)
    pq.write_table(pa.table({"tags": ROWS}), tmp_path / "c.parquet")
    code = (
        "import sys; from skillbench.taxonomy import induce, read_corpus; "
        f"induce(read_corpus({str(tmp_path)!r}).graph()); print('pandas' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    assert said.stdout == "False\n"
