"""The reference keeps the form it asks of others: headings in order, figures last, every check of code passed."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.authoring.draft import Exam
from skillbench.authoring.record import authored_part
from skillbench.judge.authored.criteria import form, so
from skillbench.judge.authored.held_figures import hold
from skillbench.judge.authored.prose import read_prose

AFTER = ("consistent", "recomputes")


def check(exam: Exam) -> Iterator[str]:
    """What of its own task the reference does not do."""
    task = authored_part(exam, [], "", [])
    answer = read_prose(exam.draft.reference)
    yield from (f"the reference: {defect}" for defect in answer.defects)
    held = hold(task.figures, answer.figures)
    for name, passed in form(task, answer, held).items():
        if not passed:
            yield f"the reference fails its own form: {_FORM.get(name, name)}"
    by_name = {one.figure.name: one for one in held}
    for criterion in task.criteria:
        # A must-not is a fault: of those that code decides, none may be so.
        if criterion.decided_by == "code" and so(criterion, answer, by_name) == criterion.must_not:
            yield f"the reference fails {criterion.id}: {criterion.text}"


_FORM = {
    "parses": "its last thing is a fenced json block with the figures",
    "validates": "every figure stands there, a number as a number",
    "headings": "its headings are those asked for, in order",
    "code": "its code blocks parse",
}
