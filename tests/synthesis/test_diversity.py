"""Sets side by side: what was planted in them is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from skillbench.cli import main
from skillbench.core.errors import CorpusError, InputError
from skillbench.core.streams import stream
from skillbench.synthesis.diversity import BETTER, Measure, compare_sets, read_set
from skillbench.taxonomy import Sampler, count_rows, induce

PAIRS = [["sql", "etl"], ["sql", "tax"], ["tax", "audit"], ["etl", "sql"], ["law", "audit"], ["law", "tax"]]
SAMPLER = Sampler(induce(count_rows(PAIRS).graph()))


def written(folder: Path, name: str, rows: int, *, vocabulary: int, tags: list[str], twice: int = 0) -> str:
    """A set of random rows over so many words, of which some stand twice."""
    texts = []
    for number in range(rows - twice):
        draws = stream("test", name, str(number))
        texts.append(" ".join(f"w{draws.integer(1, vocabulary)}" for _ in range(80)))
    texts += texts[:twice]
    path = folder / f"{name}.jsonl"
    rows_of = ({"messages": [{"role": "user", "content": text}], "skills": tags} for text in texts)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows_of), encoding="utf-8")
    return str(path)


def by_name(measures: list[Measure]) -> dict[str, Measure]:
    """Measures by their names."""
    return {one.name: one for one in measures}


def test_what_was_planted_is_measured(tmp_path: Path) -> None:
    """Fewer words, repeated rows and skills that never meet show in the measures meant for them."""
    rich = written(tmp_path, "rich", 120, vocabulary=3000, tags=["sql", "etl"])
    poor = written(tmp_path, "poor", 200, vocabulary=60, tags=["sql", "law"], twice=50)
    found = compare_sets({"rich": rich, "poor": poor}, SAMPLER)
    one, other = by_name(found["rich"]), by_name(found["poor"])
    assert list(one) == list(BETTER)
    assert {measure.n for measure in (one["near-duplicates"], other["near-duplicates"])} == {120}
    for name in ("distinct-1", "MTLD", "coherence"):
        assert one[name].low > other[name].high, name
    assert one["compression ratio"].high < other["compression ratio"].low
    assert one["near-duplicates"].value == 0
    assert other["near-duplicates"].value > 0.15
    assert one["coherence"].value == 1
    assert other["coherence"].value == 0
    leaves = [SAMPLER.tree.leaf_of[tag] for tag in ("sql", "etl")]
    assert one["joint entropy (bits)"].value == pytest.approx(SAMPLER.describe(leaves, 2).joint_entropy)


def test_which_rows_are_looked_at_depends_on_no_order(tmp_path: Path) -> None:
    """A set read backwards gives the same sample."""
    place = written(tmp_path, "set", 40, vocabulary=500, tags=["sql"])
    back = tmp_path / "back.jsonl"
    back.write_text(
        "".join(reversed(Path(place).read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8"
    )
    assert read_set(place, "tags", 10) == read_set(str(back), "tags", 10)


def test_a_set_that_is_none_is_refused(tmp_path: Path) -> None:
    """No rows with a text, a single row, and one name for two sets are told."""
    empty = tmp_path / "empty.jsonl"
    empty.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match="no row with a text"):
        read_set(str(empty), "tags", 10)
    with pytest.raises(InputError, match="single row"):
        compare_sets({"a": written(tmp_path, "a", 1, vocabulary=9, tags=[])}, SAMPLER)
    twice = CliRunner().invoke(main, ["diversity", "x/a", "y/a"])
    assert twice.exit_code == 2
    assert "two sets are called 'a'" in twice.output


def test_the_command_prints_writes_and_draws(tmp_path: Path) -> None:
    """A table on the terminal, every figure as JSON, one plot; the same bytes when drawn again."""
    place = written(tmp_path, "set", 110, vocabulary=800, tags=["Data Cleaning", "SQL Querying"])
    given = ["diversity", f"one={place}", f"other={place}", "--out", str(tmp_path / "f.json")]
    done = CliRunner().invoke(main, [*given, "--plot", str(tmp_path / "p.svg")])
    assert done.exit_code == 0, done.output
    assert "110 rows of each set" in done.output
    figures = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in figures["one"]] == list(BETTER)
    first = (tmp_path / "p.svg").read_bytes()
    CliRunner().invoke(main, [*given, "--plot", str(tmp_path / "p.svg")])
    assert (tmp_path / "p.svg").read_bytes() == first
    assert b"coherence" in first
