"""Citations: what names a page, what equals a parameter, and where a wrong fact becomes an invention."""

from __future__ import annotations

import pytest
from pages import page

from skillbench.judge.basis import Handbook
from skillbench.judge.notation import same

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
    assert BOOK.cited("HB-417") == ["hb0417"]


@pytest.mark.parametrize(
    ("citation", "invented"),
    [
        ("HB-9999", True),
        ("hb 12", True),
        ("9999", True),
        ("HB-0417, HB-9999", True),
        ("ANX-9999", True),
        ("page 9999", True),
        ("\uff28\uff22\uff0d\uff19\uff19\uff19\uff19", True),
        ("\u041d\u0412-9999", True),
        ("HB-99A9", True),
        ("HB_9999", True),
        ("handbook no. 77812", True),
        ("", False),
        ("n/a", False),
        ("the brief of 5 March", False),
        ("the brief of 5 March 2026", False),
        ("register.csv", False),
        ("HB-0417 (rev. 3, in force since 2026-02-14)", False),
        ("HB-0417 §4.2, table 12", False),
        ("HB-417", False),
        ("HB-O417", False),
        ("Handbook 2026", False),
        ("house rules", False),
    ],
)
def test_what_is_an_invented_page(citation: str, invented: bool) -> None:
    """Only a document number can be invented; words that name no page are no citation."""
    assert bool(BOOK.unknown(citation)) is invented


def test_tables() -> None:
    """Pages state what their parameter tables say, in force or not, and not what another table does."""
    assert BOOK.states("share", 0.7)
    assert BOOK.states("share", 0.65)
    assert BOOK.states("Share", "65 %")
    assert not BOOK.states("share", 9)
    assert not BOOK.states("until", 0.7)


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
        ("12.5 CHF", 12.5, True),
        ("CHF 12.50", 12.5, True),
        ("\u20ac12.5", 12.5, True),
        ("1,200", 1200, True),
        ("1 200", 1200, True),
        ("1'200", 1200, True),
        ("1.200,50", 1200.5, True),
        ("0,25", 0.25, True),
        (".25", 0.25, True),
        ("2.5e-1", 0.25, True),
        ("25 percent", 0.25, True),
        ("25 per cent", 0.25, True),
        ("1/4", 0.25, True),
        ("\u00bd", 0.5, True),
        ("1 1/2", 1.5, True),
        ("\uff10.\uff12\uff15", 0.25, True),
        ("~0.25", 0.25, True),
        ("three", 3, True),
        ("14 days", 14, True),
        ("06.04.2025", "2025-04-06", True),
        ("6 April 2025", "2025-04-06", True),
        ("April 6th, 2025", "2025-04-06", True),
        ("Sunday, 6 Apr 2025", "2025-04-06", True),
        ("2025/04/06", "2025-04-06", True),
        ("20250406", "2025-04-06", True),
        ("6. April 2025", "2025-04-06", True),
        ("5 March 2026, 18:00 UTC", "2026-03-05T18:00:00+00:00", True),
        ("05.03.2026 18:00", "2026-03-05T18:00:00+00:00", True),
        ("5 March 2026, 6 pm", "2026-03-05T18:00:00+00:00", True),
        ("Nearest-Rank", "nearest rank", True),
        ("0.25 or 0.3", 0.25, False),
        ("250", 0.25, False),
        ("1/5", 0.25, False),
        ("7 April 2025", "2025-04-06", False),
        ("9" * 400, 1, False),
    ],
)
def test_equal_however_written(one: float | str, other: float | str, equal: bool) -> None:
    """Numbers as numbers, moments as moments, words as words."""
    assert same(one, other) is equal
    assert same(other, one) is equal
