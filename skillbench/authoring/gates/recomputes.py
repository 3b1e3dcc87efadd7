"""The figures follow from the files: two programs, written apart, run in the sandbox and agree."""

from __future__ import annotations

from skillbench.authoring.draft import Exam
from skillbench.authoring.gates.safe import faults
from skillbench.authoring.means import Means
from skillbench.authoring.programs import ProgramError, run_program
from skillbench.authoring.reading import UnreadableError, read_program
from skillbench.core.authored import Figure

AFTER = ("blocks", "consistent", "safe")


async def examine(exam: Exam, means: Means) -> list[str]:
    """Programs that fail, figures they do not give, and values on which they differ; fills ``exam``."""
    if means.sandbox is None or means.second is None:
        return ["no sandbox ran the programs" if means.sandbox is None else "nobody wrote a second solution"]
    try:
        exam.second = read_program(await means.second(exam.draft))
    except UnreadableError as error:
        return error.defects
    if wrong := [f"the second solution {reason}" for reason in faults(exam.second)]:
        return wrong
    found: list[dict[str, float | str]] = []
    for place, (what, source) in enumerate((("checker", exam.draft.checker), ("second solution", exam.second))):
        try:
            found.append(await run_program(means.sandbox, source, exam.draft.files, place))
        except ProgramError as error:
            wrong.append(f"the {what} {error}")
    return wrong or _compared(exam, *found)


def _compared(exam: Exam, one: dict[str, float | str], two: dict[str, float | str]) -> list[str]:
    """What is wrong with two solutions of a task."""
    asked = [figure.name for figure in exam.draft.figures]
    wrong = [
        f"the {what} does not give {', '.join(missing)}"
        for what, values in (("checker", one), ("second solution", two))
        if (missing := [name for name in asked if name not in values])
    ]
    if strangers := sorted(set(one) - set(asked)):
        wrong.append(f"the checker gives {', '.join(strangers)}, which no figure names")
    if wrong:
        return wrong
    exam.values = one
    told = (_differ(figure, one[figure.name], two[figure.name]) for figure in exam.draft.figures)
    return [reason for reason in told if reason]


def _differ(figure: Figure, one: float | str, two: float | str) -> str:
    """Why two values of a figure are not one; empty where they are."""
    if isinstance(one, str) != isinstance(two, str):
        return f"{figure.name}: the checker gives {one!r}, the second solution {two!r}: a text and a number"
    if isinstance(one, str) or isinstance(two, str):
        same = str(one).split() == str(two).split()
        alike = "" if same else f"{figure.name}: the checker gives {one!r}, the second solution {two!r}"
        return alike or ("" if figure.tolerance is None else f"{figure.name} is a text and has a tolerance")
    if figure.tolerance is None:
        return f"{figure.name} is a number and has no tolerance"
    agree = figure.tolerance.covers(one, two)
    return "" if agree else f"{figure.name}: the checker gives {one!r}, the second solution {two!r}, out of tolerance"
