"""The figures follow from the files: two programs, written apart, run in the sandbox and agree."""

from __future__ import annotations

from skillbench.authoring.draft import Exam
from skillbench.authoring.means import Means
from skillbench.authoring.programs import ProgramError, run_program
from skillbench.core.authored import Figure

AFTER = ("consistent", "safe")


async def examine(exam: Exam, means: Means) -> list[str]:
    """Programs that fail, figures they do not give, and values on which they differ; fills ``exam.values``."""
    if means.sandbox is None:
        return ["no sandbox ran the programs"]
    found: dict[str, dict[str, float | str]] = {}
    wrong: list[str] = []
    for place, (what, source) in enumerate((("checker", exam.draft.checker), ("second solution", exam.second))):
        try:
            found[what] = await run_program(means.sandbox, source, exam.draft.files, place)
        except ProgramError as error:
            wrong.append(f"the {what} {error}")
    if wrong:
        return wrong
    asked = {figure.name for figure in exam.draft.figures}
    for what, values in found.items():
        if missing := sorted(asked - set(values)):
            wrong.append(f"the {what} does not give {', '.join(missing)}")
    if strangers := sorted(set(found["checker"]) - asked):
        wrong.append(f"the checker gives {', '.join(strangers)}, which no figure names")
    if wrong:
        return wrong
    exam.values = found["checker"]
    pairs = [
        (figure, found["checker"][figure.name], found["second solution"][figure.name]) for figure in exam.draft.figures
    ]
    return [reason for figure, one, two in pairs if (reason := _differ(figure, one, two))]


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
