"""Quotes: what counts as standing in a text, as plainly said, and as a figure."""

from __future__ import annotations

import pytest

from skillbench.judge.quotes import Source, normalised, pairs

ANSWER = 'The refit of A12 takes 40.5 days — longest of all.\nThe fund\u00a0goes to "B7" first.'


@pytest.mark.parametrize(
    "quote",
    [
        "refit of A12 takes 40.5 days",
        "REFIT of a12   takes\n40.5 days",
        "refit\u00a0of\u200b A12 takes 40.5 days",
        "takes ４０.５ days",
        "days - longest of all",
        "The fund goes to “B7” first",
        'fund goes to \\"B7\\" first',
        "all.\\nThe fund",
    ],
)
def test_unicode_forms_are_one_quote(quote: str) -> None:
    """Case, white space, NBSP, zero-width characters, full-width forms, dashes and escaped ends do not matter."""
    assert Source([ANSWER]).holds(quote)


@pytest.mark.parametrize(
    "quote", ["", "  ", "A12", "\u200b\u200b\u200b\u200b\u200b\u200b\u200b", "takes 41.5 days", "tаkes 40.5 days"]
)
def test_what_is_no_quote(quote: str) -> None:
    """Nothing, too little, invisible characters only, another figure, and a Cyrillic letter are no quotes."""
    assert not Source([ANSWER]).holds(quote)


def test_a_quote_lies_within_one_part() -> None:
    """Words that only meet across two texts were never said."""
    assert not Source(["the refit of", "A12 takes 40"]).holds("the refit of A12 takes 40")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The refit of A12 takes 40.5 days.", True),
        ("It is not the case that the refit of A12 takes 40.5 days.", False),
        ("~~The refit of A12 takes 40.5 days.~~", False),
        ("<del>The refit of A12 takes 40.5 days.</del>", False),
        ("<!-- The refit of A12 takes 40.5 days. -->", False),
        ("The refit of A12 takes 40.5 days is wrong.", False),
        ("The refit of A12 takes 4\u03360\u03365 days.", False),
        ("Not so: the refit of A12 takes 40.5 days. " + "x" * 80 + " The refit of A12 takes 40.5 days.", True),
    ],
)
def test_negated_and_struck_words_assert_nothing(text: str, plain: bool) -> None:
    """A quote counts only where it stands plainly, also when the quote leaves the negation out."""
    assert Source([text]).asserts("refit of A12 takes 4") is plain


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("| A12 | 40.5 |\n| B7 | 3 |", {"A12": 40.5, "B7": 3.0}),
        ("A12=40.5;B7=3", {"A12": 40.5, "B7": 3.0}),
        ("A12 40.5", {}),
        ("A12 40.5 B7 3 A12 40.5", {}),
        ("A12 40.5 41 B7 3", {}),
        ("A12 ４０ B7 3", {}),
        ("A12 ٤٠ B7 3", {}),
        ("A123 40.5 B7 3", {}),
        ("A12 4O.5 B7 3", {}),
    ],
)
def test_pairs(quote: str, found: dict[str, float]) -> None:
    """Each code once with exactly one ASCII figure; a shotgun, a missing code or a homoglyph gives nothing."""
    assert dict(pairs(quote, ["A12", "B7"])) == found


def test_normalising_is_idempotent() -> None:
    """Normalising twice changes nothing more."""
    assert normalised(normalised(ANSWER)) == normalised(ANSWER)
