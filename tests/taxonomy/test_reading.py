"""Corpora in every format, with everything that can be wrong with a row."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.streams import stream
from skillbench.taxonomy import Corpus, Graph, TagFormat, combined, count_rows, counting, engine, read_corpus
from skillbench.taxonomy.reading import read

GOOD = [["sql", "etl"], ["etl", "tax", "sql", "etl"], ["tax"]]
BROKEN = """{"tags": ["sql", "etl"]}
{"tags": []}

{"tags": ["tax", 3]}
{"tags": null}
not json
{"other": ["sql"]}
[1]
{"tags": ["  "]}
{"tags": ["etl", "tax"]}"""


def write_jsonl(path: Path, rows: list[list[str]], key: str = "tags") -> Path:
    """Rows of tags as JSON lines, under a dotted path."""
    first, *rest = key.split(".")
    lines = []
    for row in rows:
        value: object = row
        for step in reversed(rest):
            value = {step: value}
        lines.append(json.dumps({first: value, "id": len(lines)}))
    path.write_text("\n".join(lines) + "\n")
    return path


def pairs(corpus: Corpus) -> dict[tuple[str, str], int]:
    """The pair counts by name."""
    return {
        (corpus.tags[a], corpus.tags[b]): c
        for a, b, c in zip(corpus.u.tolist(), corpus.v.tolist(), corpus.together.tolist(), strict=True)
    }


def test_every_format_gives_the_same_counts(tmp_path: Path) -> None:
    """JSONL, CSV, Parquet and a folder of them agree with counting by hand."""
    files = [write_jsonl(tmp_path / "a.jsonl", GOOD)]
    (tmp_path / "b.csv").write_text("id,tags\n" + "".join(f"{i},{';'.join(row)}\n" for i, row in enumerate(GOOD)))
    pq.write_table(pa.table({"tags": GOOD}), tmp_path / "c.parquet")
    files += [tmp_path / "b.csv", tmp_path / "c.parquet"]
    for file in files:
        corpus = read_corpus(file)
        assert (corpus.tags, corpus.rows, corpus.bad_row_count) == (("etl", "sql", "tax"), 3, 0)
        assert corpus.frequency.tolist() == [2, 2, 2]
        assert pairs(corpus) == {("etl", "sql"): 2, ("etl", "tax"): 1, ("sql", "tax"): 1}
    assert (
        pairs(read_corpus(tmp_path))
        == pairs(read_corpus(files))
        == {
            ("etl", "sql"): 6,
            ("etl", "tax"): 3,
            ("sql", "tax"): 3,
        }
    )


def test_bad_rows_are_reported_by_line(tmp_path: Path) -> None:
    """Every kind of bad row is left out and named by its line; good rows around it count."""
    path = tmp_path / "broken.jsonl"
    path.write_text(BROKEN)
    corpus = read_corpus(path)
    assert [row.line for row in corpus.bad_rows] == [2, 4, 5, 6, 7, 8, 9]
    assert corpus.bad_row_count == 7
    assert (corpus.rows, corpus.tags) == (2, ("etl", "sql", "tax"))
    assert "is not JSON" in str(corpus.bad_rows[3])
    with pytest.raises(CorpusError, match=r"broken\.jsonl:2: has no tags at 'tags'"):
        read_corpus(path, strict=True)


def test_bad_rows_of_tables_are_reported(tmp_path: Path) -> None:
    """Null lists, empty lists and null tags in Parquet, rows over several lines in CSV."""
    pq.write_table(pa.table({"tags": [["a", "b"], None, [], ["a", None]]}), tmp_path / "t.parquet")
    assert [row.line for row in read_corpus(tmp_path / "t.parquet").bad_rows] == [2, 3, 4]
    (tmp_path / "t.csv").write_text('tags,text\na;b,"two\nlines"\n,empty\nb;c,x\n')
    corpus = read_corpus(tmp_path / "t.csv")
    assert [row.line for row in corpus.bad_rows] == [4]
    assert pairs(corpus) == {("a", "b"): 1, ("b", "c"): 1}
    with pytest.raises(CorpusError, match=r"has no column 'label\.ability_en'; it has tags"):
        read_corpus(tmp_path / "t.parquet", tags="label.ability_en")


def test_parquet_of_many_row_groups(tmp_path: Path) -> None:
    """Chunks that span row groups with other dictionaries count like one."""
    rows = [[f"t{(7 * i) % 90}", f"t{i % 50}"] for i in range(3000)]
    pq.write_table(pa.table({"tags": rows}), tmp_path / "g.parquet", row_group_size=100)
    assert pairs(read_corpus(tmp_path / "g.parquet")) == pairs(count_rows(rows))


def test_tags_by_path_case_and_delimiter(tmp_path: Path) -> None:
    """A dotted path, folded case, white space and delimited texts are read as asked."""
    path = write_jsonl(tmp_path / "p.jsonl", [["Excel", "excel ", "SQL"]], "label.ability_en")
    assert read_corpus(path, tags="label.ability_en").tags == ("Excel", "SQL", "excel")
    assert read_corpus(path, tags=TagFormat("label.ability_en", fold_case=True)).tags == ("excel", "sql")
    (tmp_path / "d.jsonl").write_text('{"tags": "a | b  b|c"}\n')
    assert read_corpus(tmp_path / "d.jsonl", tags=TagFormat(delimiter="|")).tags == ("a", "b b", "c")
    assert read_corpus(tmp_path / "d.jsonl").tags == ("a | b b|c",)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No file, a strange suffix, an empty folder and a corpus without tags each get a message."""
    for source, message in (("none.jsonl", "does not exist"), ("x.txt", "suffix '.txt' is unknown"), ("", "holds no")):
        (tmp_path / "x.txt").write_text("x")
        target = tmp_path / source
        if not source:
            target = tmp_path / "empty"
            target.mkdir()
        with pytest.raises(CorpusError, match=message):
            read_corpus(target)
    path = write_jsonl(tmp_path / "g.jsonl", GOOD)
    with pytest.raises(CorpusError, match=r"g\.jsonl has no row with tags at 'skills'; the first of 3 bad rows is"):
        read_corpus((str(path),), tags="skills")
    with pytest.raises(CorpusError, match="row 2 has no tags"):
        count_rows([["a"], []])


@pytest.mark.parametrize("dense_to", [2048, 32])
@pytest.mark.parametrize("way", ["interpreted", pytest.param("compiled", marks=pytest.mark.slow)])
def test_counting_equals_counting_by_hand(dense_to: int, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Square and hash tables, interpreted and compiled, in chunks or parts: the same counts."""
    if way == "compiled":
        pytest.importorskip("numba", reason="compiled kernels need the extra `fast`")
        monkeypatch.setattr(engine, "COMPILED_FROM", 0)
    monkeypatch.setattr(counting, "DENSE_TO", dense_to)
    draws = stream("test", "counting")
    for size in (3, 80, 700):
        rows = [
            [f"t{min(draws.integer(0, size), draws.integer(0, size))}" for _ in range(draws.integer(1, 8))]
            for _ in range(600)
        ]
        by_hand = Counter(pair for row in rows for pair in combinations(sorted(set(row)), 2))
        counter = counting.PairCounter()
        for at in range(0, 600, 100):
            assert counter.add(pa.array(rows[at : at + 100])) == []
        assert pairs(counter.corpus()) == by_hand
        assert pairs(combined([count_rows(rows[:250]), count_rows(rows[250:])])) == by_hand


def test_weights_are_the_fields() -> None:
    """Each weighting gives its formula's value; count and probability differ in the unit alone."""
    corpus = count_rows([["a", "b"], ["a", "b"], ["a", "c"], ["c"]])
    expected = {
        "count": {"ab": 2, "ac": 1},
        "probability": {"ab": 0.5, "ac": 0.25},
        "jaccard": {"ab": 2 / 3, "ac": 1 / 4},
        "pmi": {"ab": 0.415037499278844},
        "smoothed-ratio": {"ab": 4 / 12, "ac": 3 / 12},
    }
    for weight, values in expected.items():
        graph = corpus.graph(weight)
        found = {graph.names[a] + graph.names[b]: w * graph.unit for (a, b), w in graph.weight_of.items()}
        assert found == pytest.approx(values, abs=1e-9)
    with pytest.raises(InputError, match="'lift' is unknown; choose one of count"):
        corpus.graph("lift")


def test_support_drops_rare_tags() -> None:
    """Tags below the support go, with their pairs; rows stay counted."""
    corpus = count_rows([["a", "b"], ["a", "c"], ["a", "b"]], min_support=2)
    assert (corpus.tags, pairs(corpus), corpus.rows) == (("a", "b"), {("a", "b"): 2}, 3)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_impossible_weights_are_refused(weight: float) -> None:
    """Negative, NaN and infinite weights are refused with the edge's name; zero drops the edge."""
    with pytest.raises(InputError, match="edge 'a' - 'b' has weight"):
        Graph.from_arrays("ab", [0], [1], [weight])
    assert Graph.from_arrays("ab", [0], [1], [0]).edge_count == 0


def test_engines_that_are_not_there_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown engine is refused with the known ones, a missing one with what to install."""
    path = write_jsonl(tmp_path / "a.jsonl", GOOD)
    with pytest.raises(InputError, match="engine 'spark' is unknown; choose one of local, ray"):
        read_corpus(path, engine="spark")
    monkeypatch.setattr(read, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match=r"pip install 'skillbench-steps\[ray\]'"):
        read_corpus(path, engine="ray")
