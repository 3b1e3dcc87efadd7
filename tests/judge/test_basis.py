"""Citations: what names a page, what equals a parameter, and where a wrong fact becomes an invention."""

from __future__ import annotations

import pytest
from pages import page

from skillbench.judge.basis import Handbook, same

TABLE = "| parameter | value |\n| --- | --- |\n| `share` | 0.70 |\n| until | 2026-03-05 |\n"
PAGES = [
    page("HB-0417", "Refit: reading the plan", f"Text.\n\n| a | b |\n|---|---|\n| share | 9 |\n\n{TABLE}\nEnd."),
    page("HB-0418", "Refit: reading the plan", "Withdrawn.\n\n" + TABLE.replace("0.70", "0.65")),
    page("HB-2026", "Keys", "No table here. | parameter | value |"),
]
BOOK = Handbook(PAGES)


@pytest.mark.parametrize(
    "citation",
    [
        "HB-0417",
        "hb-0417",
        " HB 0417 ",
        "HB0417",
        "0417",
        "page HB-0417, rev. C",
        "`HB-0417`",
        "HB–0417",
        "[HB-0417](x)",
    ],
)
def test_spellings_of_a_page(citation: str) -> None:
    """However a number is written, it is that page."""
    assert BOOK.cited(citation) == ["hb0417"]


def test_several_pages_and_titles() -> None:
    """Two numbers cite two pages; a title cites every page of that title; a list of numbers counts for three."""
    assert BOOK.cited("HB-0417/HB-2026") == ["hb0417", "hb2026"]
    assert BOOK.cited("Refit: reading the plan") == ["hb0417", "hb0418"]
    assert BOOK.cited("HB-9991 HB-9992 HB-9993 HB-0417") == []


@pytest.mark.parametrize(
    ("citation", "numbered"),
    [
        ("HB-9999", True),
        ("hb 12", True),
        ("9999", True),
        ("", False),
        ("n/a", False),
        ("the brief of 5 March", False),
        ("register.csv", False),
    ],
)
def test_what_gives_a_page_number(citation: str, numbered: bool) -> None:
    """Only a page number can be invented; words that name no page are no citation."""
    assert BOOK.numbered(citation) is numbered


def test_tables() -> None:
    """A page states what its parameter table says, not what another table or page does."""
    assert BOOK.states(["hb0417"], "share", 0.7)
    assert not BOOK.states(["hb0417"], "share", 9)
    assert not BOOK.states(["hb0417"], "share", 0.65)
    assert BOOK.states(["hb0417", "hb0418"], "share", 0.65)
    assert not BOOK.states(["hb2026"], "share", 0.7)
    assert not BOOK.states([], "share", 0.7)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("0.70", 0.7, True),
        (2, 2.0, True),
        ("2", 2, True),
        ("`0.7`", 0.7, True),
        ("70%", 0.7, True),
        (70, 0.7, False),
        (0.7000001, 0.7, False),
        ("2026-03-05", "2026-03-05", True),
        (" 2026-03-05 ", "2026-03-05", True),
        ("2026-03-05", "2026-03-06", False),
        ("2026-03-06T07:00:00Z", "2026-03-06T07:00:00+00:00", True),
        ("2026-03-06 07:00", "2026-03-06T07:00:00+00:00", True),
        ("2026-03-06T08:00:00+01:00", "2026-03-06T07:00:00+00:00", True),
        ("2026-03-06T08:00:00", "2026-03-06T07:00:00+00:00", False),
        ("Nearest  Rank", "nearest rank", True),
        ("nearest", "linear", False),
        ("", 0, False),
        ("nan", "nan", False),
    ],
)
def test_equal_however_written(one: float | str, other: float | str, equal: bool) -> None:
    """Numbers as numbers, moments as moments, words as words."""
    assert same(one, other) is equal
    assert same(other, one) is equal
