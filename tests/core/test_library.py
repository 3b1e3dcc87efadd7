"""The handbook's search box."""

from __future__ import annotations

import pages
import pytest

from skillbench.core.library import SNIPPET, Library, snippet, words
from skillbench.core.schema import Page


def page(number: int, title: str, body: str) -> Page:
    """A page of this number."""
    return pages.page(f"HB-{number:04d}", title, body)


PAGES = [
    page(7310, "Pump rotation", "Pumps rotate weekly. The parameter is `grace_days`."),
    page(120, "Lost keys", "Keys are replaced by the caretaker."),
    page(900, "Caretaker", "Opens doors, carries parcels, knows where the ladder stands, and is never in a hurry."),
    page(4417, "Expected fault loss", "The posterior of a hidden fault, priced per station."),
    page(2002, "Fault reports", "Reports are copied and withdrawn; a fault is counted once."),
    page(15, "Twins", "The same words."),
    page(16, "Twins", "The same words."),
]


@pytest.fixture(scope="module")
def library() -> Library:
    """Seven pages."""
    return Library(PAGES)


def found(library: Library, query: str, top: int = 8) -> list[str]:
    """Ids of what a search finds."""
    return [one.id for one in library.search(query, top)]


def test_words_find_pages(library: Library) -> None:
    """A word of the body finds its page, whatever its case; every page that holds no word asked is left out."""
    assert found(library, "POSTERIOR") == ["HB-4417"]
    assert found(library, "who replaces keys?") == ["HB-0120"]


def test_a_title_weighs_more_than_a_mention(library: Library) -> None:
    """Two pages hold the word, the shorter one in passing; the one that is about it comes first."""
    assert found(library, "caretaker") == ["HB-0900", "HB-0120"]
    assert found(library, "expected fault loss")[0] == "HB-4417"


def test_snake_case_and_its_parts_find_a_page(library: Library) -> None:
    """A parameter is found by its name and by any word of it."""
    for query in ("grace_days", "grace", "days", "GRACE_DAYS"):
        assert found(library, query) == ["HB-7310"], query


def test_ties_keep_the_order_of_the_library(library: Library) -> None:
    """Equal pages come in the order they stand in, and the other way round in a library turned round."""
    assert found(library, "twins same") == ["HB-0015", "HB-0016"]
    assert found(Library(PAGES[::-1]), "twins same") == ["HB-0016", "HB-0015"]


@pytest.mark.parametrize("query", ["", "   ", "?!…", "zebra", "\x00", "ß" * 10_000])
def test_a_query_without_known_words_finds_nothing(library: Library, query: str) -> None:
    """Nothing asked, or nothing known: an empty list, never the whole library and never an error."""
    assert library.search(query) == []


def test_at_most_as_many_as_asked(library: Library) -> None:
    """``top`` bounds the list; fewer hits give a shorter one."""
    assert len(found(library, "fault twins keys pumps", top=2)) == 2
    assert found(library, "fault twins keys pumps", top=0) == []
    assert len(found(library, "twins", top=50)) == 2


@pytest.mark.parametrize("asked", ["HB-0120", "hb-0120", "  HB-0120 ", "Hb-0120\n"])
def test_open_is_forgiving(library: Library, asked: str) -> None:
    """Case and surrounding space do not matter."""
    opened = library.open(asked)
    assert opened is not None
    assert opened.title == "Lost keys"


@pytest.mark.parametrize("asked", ["", "HB-9999", "120", "Lost keys", "HB-0120 HB-0015"])
def test_open_does_not_guess(library: Library, asked: str) -> None:
    """What is no page's number opens no page."""
    assert library.open(asked) is None


def test_words_are_lower_case_and_split_at_underscores() -> None:
    """Hyphens join, underscores join and split, everything else separates."""
    assert words("Lead_time; re-order: A1!") == ["lead_time", "re-order", "a1", "lead", "time"]


def test_a_snippet_is_one_line() -> None:
    """Number, title and the head of the body; whether the page counts stands on the page alone."""
    long = page(1, "Long", "word\nword " * 100)
    line = snippet(long)
    assert "\n" not in line
    assert line.startswith("HB-0001 | Long | word word")
    assert "in force" not in line
    assert line.endswith("…")
    assert len(line.rpartition("| ")[2]) == SNIPPET + 1
