"""The words that need each skill stand where the author says: in the brief, or in the file named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.authoring.draft import Exam
from skillbench.judge.quotes import normalised

AFTER = ("consistent",)
FEWEST_WORDS = 3


def check(exam: Exam) -> Iterator[str]:
    """Needs whose quotes are too short or do not stand there."""
    texts = {"": exam.draft.brief, **exam.draft.files}
    for need in exam.draft.needs:
        if len(need.quote.split()) < FEWEST_WORDS:
            yield f"{need.skill}: the quote {need.quote!r} is shorter than {FEWEST_WORDS} words"
        elif not quoted(need.quote, texts[need.file]):
            yield f"{need.skill}: {need.file or 'the brief'} does not hold {need.quote[:120]!r}"


def quoted(quote: str, text: str) -> bool:
    """Whether words stand in a text, whole ones, letter case and spacing apart; a cell of a table is whole words.

    Example:
        >>> quoted("the same  Number", "with the same number counts"), quoted("same num", "the same number")
        (True, False)
    """
    sought = normalised(quote)
    return bool(sought) and bool(re.search(rf"(?<![^\W_]){re.escape(sought)}(?![^\W_])", normalised(text)))
