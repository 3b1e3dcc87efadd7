"""Every skill is needed: a judge who sees the task alone names the words that need it, and code checks the quote."""

from __future__ import annotations

from skillbench.authoring.draft import Exam
from skillbench.authoring.gates.quotes import quoted
from skillbench.authoring.means import Means, Remark
from skillbench.authoring.prompts import asks_for, kept, need_messages
from skillbench.authoring.reading import UnreadableError, read_needs
from skillbench.core.authored import Asked

AFTER = ("consistent", "quotes")


async def examine(exam: Exam, means: Means) -> list[str]:
    """Skills for which the judge finds no words in brief and files."""
    if means.judge is None:
        return [Remark("no judge was asked; the author's quotes stand")]
    output = await means.judge.generate(
        need_messages(exam), config=asks_for(Asked.NEEDS), cache=kept("needs", wanted=means.cache)
    )
    try:
        named = read_needs(output.completion)
    except UnreadableError as error:
        return [f"the judge {means.judge} gave no list of needs: {error}"]
    texts = [exam.draft.brief, *exam.draft.files.values()]
    found = {skill: any(quoted(named.get(skill, ""), text) for text in texts) for skill in exam.row.skills}
    return [f"the judge {means.judge} finds no words that need {skill}" for skill, there in found.items() if not there]
