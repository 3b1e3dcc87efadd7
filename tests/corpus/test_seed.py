"""The seed corpus is well formed, varied, long-tailed and connected."""

import csv
import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import median

import networkx as nx
import pytest

CORPUS = Path(__file__).parents[2] / "tasks" / "corpus"
FIRST_TWELVE = (
    "Capacity Planning",
    "Data Cleaning",
    "Decision Tree Inference",
    "Dependency Management",
    "Graph Theory",
    "Information Extraction",
    "Inventory Management",
    "Log Analysis",
    "Probability Calculation",
    "Project Scheduling",
    "SQL Querying",
    "Spatial Reasoning",
)


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """Every work item, in file order."""
    lines = (CORPUS / "seed.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def known_tags() -> list[str]:
    """The skills of tags.csv, in file order."""
    with (CORPUS / "tags.csv").open(encoding="utf-8", newline="") as table:
        return [row["skill"] for row in csv.DictReader(table)]


@pytest.fixture(scope="module")
def frequency(rows: list[dict]) -> Counter[str]:
    """Number of work items that carry each tag."""
    return Counter(tag for row in rows for tag in row["tags"])


def pairs(rows: list[dict]) -> Counter[tuple[str, str]]:
    """Number of work items that carry both tags of each pair."""
    return Counter(pair for row in rows for pair in combinations(row["tags"], 2))


def five_grams(text: str) -> set[tuple[str, ...]]:
    """The runs of five consecutive words, case and punctuation aside."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(5)), strict=False))


def test_file_is_canonical_json_lines(rows: list[dict]) -> None:
    """The file's bytes are exactly what json.dumps writes, one object per line, ids w0001 onwards."""
    lines = [
        json.dumps({"id": f"w{number:04d}", "text": row["text"], "tags": row["tags"]}, ensure_ascii=False)
        for number, row in enumerate(rows, start=1)
    ]
    assert (CORPUS / "seed.jsonl").read_bytes() == ("\n".join(lines) + "\n").encode()


def test_at_least_320_items(rows: list[dict]) -> None:
    """The corpus holds at least 320 work items."""
    assert len(rows) >= 320


def test_the_known_tags_are_eighty(known_tags: list[str]) -> None:
    """tags.csv names eighty different skills."""
    assert len(known_tags) == len(set(known_tags)) == 80


def test_every_row_has_two_to_six_known_tags(rows: list[dict], known_tags: list[str]) -> None:
    """A row's tags are known, distinct, sorted and between two and six."""
    known = set(known_tags)
    for row in rows:
        tags = row["tags"]
        assert 2 <= len(tags) <= 6, row["id"]
        assert tags == sorted(set(tags)), row["id"]
        assert known.issuperset(tags), row["id"]


def test_texts_are_twenty_to_sixty_words(rows: list[dict]) -> None:
    """A text is one short paragraph of 20 to 60 words without stray white space."""
    for row in rows:
        words = row["text"].split()
        assert 20 <= len(words) <= 60, row["id"]
        assert row["text"] == " ".join(words), row["id"]


def test_no_text_occurs_twice(rows: list[dict]) -> None:
    """No two rows share a text, case aside."""
    assert len({row["text"].casefold() for row in rows}) == len(rows)


def test_no_two_texts_are_near_duplicates(rows: list[dict]) -> None:
    """Any two texts share less than 0.3 of their word 5-grams (Jaccard)."""
    grams = [(row["id"], five_grams(row["text"])) for row in rows]
    alike = [
        (first, second)
        for (first, ours), (second, theirs) in combinations(grams, 2)
        if len(ours & theirs) >= 0.3 * len(ours | theirs)
    ]
    assert alike == []


def test_no_tag_tuple_is_overused(rows: list[dict]) -> None:
    """No tag tuple stands in more than three rows."""
    assert max(Counter(tuple(row["tags"]) for row in rows).values()) <= 3


def test_every_tag_has_four_items(known_tags: list[str], frequency: Counter[str]) -> None:
    """Each of the eighty tags stands in at least four rows."""
    assert [tag for tag in known_tags if frequency[tag] < 4] == []


def test_tag_frequency_is_long_tailed(known_tags: list[str], frequency: Counter[str]) -> None:
    """The commonest tag is at least five times as frequent as the median tag."""
    assert max(frequency.values()) >= 5 * median(frequency[tag] for tag in known_tags)


def test_first_twelve_are_well_represented(known_tags: list[str], frequency: Counter[str]) -> None:
    """Each of the twelve skills built first is a known tag in at least 25 rows."""
    assert set(FIRST_TWELVE) <= set(known_tags)
    assert [tag for tag in FIRST_TWELVE if frequency[tag] < 25] == []


def test_first_twelve_meet_one_another(rows: list[dict]) -> None:
    """At least 55 of the 66 pairs among the twelve stand together in some row."""
    seen = pairs(rows)
    assert sum(pair in seen for pair in combinations(sorted(FIRST_TWELVE), 2)) >= 55


def test_first_twelve_have_outside_partners(rows: list[dict]) -> None:
    """Each of the twelve stands together with at least ten different tags outside the twelve."""
    partners: dict[str, set[str]] = {tag: set() for tag in FIRST_TWELVE}
    for row in rows:
        for tag in partners.keys() & set(row["tags"]):
            partners[tag].update(set(row["tags"]).difference(FIRST_TWELVE))
    assert [tag for tag in FIRST_TWELVE if len(partners[tag]) < 10] == []


def test_tags_form_one_component(rows: list[dict], known_tags: list[str]) -> None:
    """The co-occurrence graph joins all eighty tags in one connected component."""
    graph = nx.Graph(pairs(rows).keys())
    graph.add_nodes_from(known_tags)
    assert nx.number_connected_components(graph) == 1
