"""Quotes: what counts as standing in a text, as plainly said, and as a figure."""

from __future__ import annotations

import pytest

from skillbench.judge.quotes import Source, normalised

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
        ("Done by hand, without python: the refit of A12 takes 40.5 days.", False),
        ("If the refit of A12 takes 40.5 days, we wait.", False),
        ("An earlier draft claimed that the refit of A12 takes 40.5 days.", False),
        ("Not so: the refit of A12 takes 40.5 days. " + "x" * 150 + " The refit of A12 takes 40.5 days.", False),
    ],
)
def test_negated_and_struck_words_assert_nothing(text: str, plain: bool) -> None:
    """A quote counts only if it stands plainly wherever it stands: said and taken back is not said."""
    assert Source([text]).asserts("refit of A12 takes") is plain


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        ("as HB-0417 says", "as HB-041", False),
        ("as HB-0417 says", "as HB", False),
        ("as HB-0417 says", "0417 says", False),
        ("as HB-0417 says", "as HB-0417", True),
        ("takes 12.5 days", "takes 12", False),
        ("takes 12.5 days", "2.5 days", False),
        ("takes 1,204.50 days", "takes 1,204", False),
        ("falls by -3.25 now", "3.25 now", False),
        ("falls by -3.25 now", "-3.25 now", True),
        ("rises 12% a year", "rises 12", False),
        ("due 2026-03-06 at noon", "due 2026-03", False),
        ("unsettled figures", "settled figures", False),
        ("(see HB-0417).", "see HB-0417", True),
        ("take 12.5.", "take 12.5", True),
        ("a well-kept site", "kept site", False),
    ],
)
def test_a_quote_is_made_of_whole_tokens(text: str, quote: str, whole: bool) -> None:
    """A page number, a figure, a date or a word cut short is no quote."""
    assert Source([text]).holds(quote) is whole


def test_normalising_is_idempotent() -> None:
    """Normalising twice changes nothing more."""
    assert normalised(normalised(ANSWER)) == normalised(ANSWER)
