"""The instruction names no skill, spells out no steps and does not speak of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.authoring.draft import Exam

_GIVEAWAYS = (
    (
        r"\bstep\s*(?:\d|one\b|two\b|three\b)|\b(?:think|reason|proceed|work)\b[^.\n]{0,30}\bstep[- ]by[- ]step\b",
        "spells out steps",
    ),
    (r"\bskills?@\d|\b(?:atomic |required |composite )?skill tags?\b", "speaks of skill tags"),
    (
        r"\b(?:use|using|apply|applying|combine|combining|employ|demonstrate|draw on)\b[^.\n]{0,60}\bskills?\b",
        "asks for a skill by name",
    ),
    (r"\bconstraints?:\s*$|^\s*(?:instruction|response|scenario|system prompt|meta)\s*:", "labels its own parts"),
    (
        r"\b(?:as an ai|this task tests|the assistant (?:must|should)|act-then-reflect|will be (?:graded|scored))\b",
        "speaks of itself",
    ),
    (r"\bhint\s*:|\btip\s*:", "gives a hint"),
)
_FOUND = tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), what) for pattern, what in _GIVEAWAYS)


def check(exam: Exam) -> Iterator[str]:
    """Words of the brief that give away what a solver has to find."""
    brief = exam.draft.brief
    plain = " ".join(brief.casefold().split())
    for tag in exam.row.skills:
        if re.search(rf"(?<!\w){re.escape(tag.casefold())}(?!\w)", plain):
            yield f"the brief names the skill {tag!r}; say what is wanted in the trade's own words"
    for pattern, what in _FOUND:
        if found := pattern.search(brief):
            yield f"the brief {what}: {' '.join(found[0].split())[:80]!r}"
