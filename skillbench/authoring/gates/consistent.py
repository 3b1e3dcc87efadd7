"""The parts of a task agree: skills as asked, names that exist, hand-overs that run between skills."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.authoring.draft import Draft, Exam


def check(exam: Exam) -> Iterator[str]:
    """Disagreements between the parts of a draft."""
    if exam.draft.skills != exam.row.skills:
        yield f"skills are {exam.draft.skills}; asked for, in this order: {exam.row.skills}"
    yield from _names(exam)
    yield from _handovers(exam)
    yield from _targets(exam.draft)


def _names(exam: Exam) -> Iterator[str]:
    draft, skills = exam.draft, exam.row.skills
    if strangers := sorted(draft.named_skills() - set(skills)):
        yield f"names skills that were not asked for: {', '.join(strangers)}"
    if missing := [skill for skill in skills if skill not in {need.skill for need in draft.needs}]:
        yield f"no need is stated for {', '.join(missing)}"
    if unknown := sorted({need.file for need in draft.needs} - {"", *draft.files}):
        yield f"needs quote files that the task lacks: {', '.join(unknown)}"
    for what, names in (
        ("figures", [figure.name for figure in draft.figures]),
        ("criteria", [criterion.id for criterion in draft.criteria]),
        ("headings", [heading.casefold().strip() for heading in draft.headings]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"{what} stand twice: {', '.join(twice)}"


def _handovers(exam: Exam) -> Iterator[str]:
    pairs = {(one.src, one.dst) for one in exam.draft.handovers}
    least = len(exam.row.skills) - 1
    if len(pairs) < least:
        yield f"{len(pairs)} different hand-overs; {least + 1} skills need {least} or more"
    if any(src == dst for src, dst in pairs):
        yield "a hand-over runs from a skill to itself"
    if apart := _apart(exam):
        yield f"no hand-over joins {', '.join(apart)} to the rest"


def _targets(draft: Draft) -> Iterator[str]:
    known = {"figure": {figure.name for figure in draft.figures}, "heading": set(draft.headings)}
    for one in draft.criteria:
        if one.check in known and one.target not in known[one.check]:
            yield f"{one.id} checks the {one.check} {one.target!r}, which the task lacks"
        if one.check == "words" and not (one.target.isdecimal() and int(one.target) > 0):
            yield f"{one.id} checks for at most {one.target!r} words, which is no number"


def _apart(exam: Exam) -> list[str]:
    """Skills that no chain of hand-overs joins to the first."""
    joined, rest = {exam.row.skills[0]}, list(exam.draft.handovers)
    while crossing := [one for one in rest if (one.src in joined) != (one.dst in joined)]:
        joined |= {tag for one in crossing for tag in (one.src, one.dst)}
    return [skill for skill in exam.row.skills if skill not in joined]
