"""Every skill is needed: the words that need it stand in the brief or a file, and a judge finds such words too."""

from __future__ import annotations

import re

from skillbench.authoring.draft import Exam
from skillbench.authoring.means import KEPT, Means
from skillbench.authoring.prompts import need_messages
from skillbench.authoring.reading import UnreadableError, read_needs
from skillbench.judge.quotes import normalised

AFTER = ("consistent",)
FEWEST_WORDS = 3


async def examine(exam: Exam, means: Means) -> list[str]:
    """Needs whose quotes do not stand where they are said to, and skills for which a judge finds none."""
    draft = exam.draft
    texts = {"": draft.brief, **draft.files}
    wrong = []
    for need in draft.needs:
        where = need.file or "the brief"
        if len(need.quote.split()) < FEWEST_WORDS:
            wrong.append(f"{need.skill}: the quote {need.quote!r} is shorter than {FEWEST_WORDS} words")
        elif not stands(need.quote, texts[need.file]):
            wrong.append(f"{need.skill}: {where} does not hold {need.quote[:120]!r}")
    if wrong or means.judge is None:
        return wrong
    output = await means.judge.generate(need_messages(exam), cache=KEPT)
    try:
        named = read_needs(output.completion)
    except UnreadableError as error:
        return [f"the judge {means.judge} gave no list of needs: {error}"]
    lacking = [
        skill for skill in exam.row.skills if not any(stands(named.get(skill, ""), text) for text in texts.values())
    ]
    return [f"the judge {means.judge} finds no words that need {skill}" for skill in lacking]


def stands(quote: str, text: str) -> bool:
    """Whether words stand in a text, whole ones, letter case and spacing apart; a cell of a table is whole words."""
    sought = normalised(quote)
    return bool(sought) and bool(re.search(rf"(?<![^\W_]){re.escape(sought)}(?![^\W_])", normalised(text)))
