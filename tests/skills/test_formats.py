"""Record formats come back as they were written."""

from __future__ import annotations

import pytest

from skillbench.skills.formats import csv_rows, csv_text, markdown_rows, markdown_table


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_round_trip(delimiter: str) -> None:
    """Delimiters, quotes, line feeds and letters of any alphabet survive; line ends are line feeds."""
    rows = [["A11", 'said "no"', "1,5;2"], ["B12", "two\nlines", ""], ["Ç13", "\ttab", "  spaces "]]
    text = csv_text(["code", "note", "figure"], rows, delimiter)
    assert "\r" not in text
    assert [list(row.values()) for row in csv_rows(text, delimiter)] == rows


def test_csv_quotes_only_where_needed() -> None:
    """Plain cells stay plain, numbers included."""
    assert csv_text(["a", "b"], [[1, 2.5]]) == "a,b\n1,2.5\n"


def test_markdown_round_trip() -> None:
    """A table comes back as rows of text, wherever it stands in a page."""
    table = markdown_table(["parameter", "value"], [["rate", 0.7], ["mode", "strict"]])
    page = f"# A page\n\nSome | text.\n\n{table}\nMore.\n"
    assert markdown_rows(page) == [{"parameter": "rate", "value": "0.7"}, {"parameter": "mode", "value": "strict"}]


def test_a_page_without_table_has_no_rows() -> None:
    """No table is an empty list, not an error."""
    assert markdown_rows("# A page\n\nNothing to see.\n") == []
