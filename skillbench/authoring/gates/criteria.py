"""The rubric covers every skill and most hand-overs, and names fabrication as a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.authoring.draft import Exam

_INVENTS = re.compile(
    r"\b(?:invent\w*|fabricat\w*|made[- ]up|makes? up|fictitious|exists? nowhere|(?:does|do|did) not exist|unsupported"
    r"|not in (?:the|any)|no (?:such|file|record|source|data)|absent from|nowhere in|appears? nowhere|stands? nowhere"
    r"|stands? in no|that the (?:\w+ ){1,4}(?:lacks?|do(?:es)? not))\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:high[- ]quality|well[- ](?:written|structured)|comprehensive(?:ly)?|thorough(?:ly)?)\b", re.IGNORECASE
)
MOST_WORDS = 60


def check(exam: Exam) -> Iterator[str]:
    """Skills and hand-overs without a criterion, a missing must-not, and statements nobody can decide."""
    draft = exam.draft
    wanted = [criterion for criterion in draft.criteria if not criterion.must_not]
    covered = {criterion.of[0] for criterion in wanted if len(criterion.of) == 1}
    if bare := [skill for skill in exam.row.skills if skill not in covered]:
        yield f"no criterion belongs to {', '.join(bare)} alone"
    pairs = {frozenset((one.src, one.dst)) for one in draft.handovers}
    held = pairs & {frozenset(criterion.of) for criterion in wanted if len(criterion.of) == 2}
    if 2 * len(held) <= len(pairs):
        yield f"{len(held)} of {len(pairs)} hand-overs have a criterion; more than half need one"
    faults = [criterion for criterion in draft.criteria if criterion.must_not]
    if not any(_INVENTS.search(criterion.text) and criterion.decided_by == "reader" for criterion in faults):
        yield "no must-not criterion that a reader decides speaks of something invented"
    if not any(criterion.decided_by == "reader" for criterion in wanted):
        yield "no wanted criterion needs a reader"
    if not any(criterion.check == "figure" for criterion in wanted):
        yield "no criterion has code look at a figure"
    for criterion in draft.criteria:
        if len(criterion.text.split()) > MOST_WORDS:
            yield f"{criterion.id} has more than {MOST_WORDS} words; make it atomic"
        if criterion.decided_by == "reader" and (vague := _VAGUE.search(criterion.text)):
            yield f"{criterion.id} asks for {vague[0]!r}, on which two readers may differ; say what must be there"
