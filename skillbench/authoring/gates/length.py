"""A task is as long as its k warrants."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.authoring.draft import Exam

SHORTEST_BRIEF = 60
SHORTEST_REFERENCE, LONGEST_REFERENCE = 100, 2_500


def brief_budget(k: int) -> int:
    """Words a brief may have."""
    return 240 + 90 * k


def data_budget(k: int) -> int:
    """Characters that all files together may have."""
    return 10_000 + 5_000 * k


def check(exam: Exam) -> Iterator[str]:
    """Parts that are too short to be a task or too long for its k."""
    draft, k = exam.draft, exam.row.k
    words = len(draft.brief.split())
    if not SHORTEST_BRIEF <= words <= brief_budget(k):
        yield f"the brief has {words} words; {SHORTEST_BRIEF} to {brief_budget(k)} are allowed at k={k}"
    data = sum(map(len, draft.files.values()))
    if data > data_budget(k):
        yield f"the files have {data:,} characters; {data_budget(k):,} are allowed at k={k}"
    answer = len(draft.reference.split())
    if not SHORTEST_REFERENCE <= answer <= LONGEST_REFERENCE:
        yield f"the reference has {answer} words; {SHORTEST_REFERENCE} to {LONGEST_REFERENCE} are allowed"
