"""The commands `taxonomy` and `tuples`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from skillbench.cli.taxonomy import taxonomy, tuples
from skillbench.core.errors import SelectionError
from skillbench.taxonomy import load


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small corpus with one bad row."""
    rows = [["a", "b", "c"], ["a", "b"], ["b", "c"], ["d", "e"], ["d", "e", "f"], ["c", "d"], []]
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"tags": row}) + "\n" for row in rows))
    return path


def test_taxonomy_prints_and_writes(corpus: Path, tmp_path: Path) -> None:
    """The page goes to standard output, files and notes of bad rows to where they are asked."""
    out = tmp_path / "tree.json"
    options = ["--out", str(out), "--newick", str(tmp_path / "t.nwk"), "--icicle", str(tmp_path / "t.svg")]
    result = CliRunner().invoke(taxonomy, [str(corpus), *options])
    assert result.exit_code == 0, result.output
    assert "6 skills, 7 pairs" in result.stdout
    assert "left out 1 bad rows, the first: corpus.jsonl:7" in result.stderr
    assert load(out).leaf_count == 6
    assert (tmp_path / "t.nwk").read_text().endswith(";\n")
    assert (tmp_path / "t.svg").read_text().startswith("<svg")


def test_tuples_come_as_lines_or_table(corpus: Path, tmp_path: Path) -> None:
    """JSON lines carry each tuple's record; the same seed gives the same bytes; lengths are understood."""
    tree = tmp_path / "tree.json"
    CliRunner().invoke(taxonomy, [str(corpus), "--quiet", "--out", str(tree)])
    command = [str(tree), "-k", "2,4-5", "--count", "3", "--format", "jsonl"]
    first, again = (CliRunner().invoke(tuples, command).stdout for _ in range(2))
    records = [json.loads(line) for line in first.splitlines()]
    assert first == again
    assert [record["k"] for record in records] == [2, 4, 5] * 3
    assert records[0]["skills"] == records[2]["skills"][:2]
    assert "chain" in CliRunner().invoke(tuples, [str(tree), "-k", "3"]).stdout
    for wrong in ("x", "1-3", "5-2"):
        error = CliRunner().invoke(tuples, [str(tree), "-k", wrong]).exception
        assert isinstance(error, SelectionError)
    error = CliRunner().invoke(tuples, [str(tree), "-k", "7"]).exception
    assert "no start skill gives a chain of 7" in str(error)
