"""Which solvers froze a set: a revision per skill, and the guard that refuses a set whose solvers are not installed.

A key may be computed again, on an agent's own upstream values, only by the arithmetic that computed it. The revision
is a hash over the source of the skill's module and of every module under it that takes part in its arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from skillbench import __version__
from skillbench.core.errors import TaskSetError
from skillbench.core.schema import Case
from skillbench.core.sources import ARITHMETIC, revision_of
from skillbench.skills import catalogue, dataflow
from skillbench.skills.catalogue import load_catalogue, skill_named
from skillbench.skills.loading import VARIABLE

UNDER = ("skillbench.skills.", *ARITHMETIC)
"""Where a solver's arithmetic may stand."""

APART = frozenset({catalogue.__name__})
"""The registry finds skills and computes nothing."""


@cache
def revision(tag: str) -> str:
    """Sixteen hex digits that change when the skill's source, or arithmetic that it or the dataflow uses, changes.

    Line ends do not count; comments do.

    Raises:
        SkillError: no such skill, or its source is not installed.
    """
    return revision_of({type(skill_named(tag)).__module__, dataflow.__name__}, UNDER, APART)


def check_solvers(cases: Iterable[Case], where: str, generator: str) -> None:
    """Refuse cases whose keys this installation would compute otherwise.

    Args:
        cases: what would be run or judged.
        where: the set or case, for the message.
        generator: the release that froze it.

    Raises:
        TaskSetError: names every skill that differs, both revisions, and the way to the right ones.
    """
    frozen = {(point.tag, point.revision) for case in cases for point in case.checkpoints}
    wrong = sorted((tag, of) for tag, of in frozen if of != _installed(tag))
    if not wrong:
        return
    named = "; ".join(f"{tag}: frozen {of}, installed {_installed(tag)}" for tag, of in wrong)
    same = "undo the changes to the skills (git checkout skillbench/skills), or reinstall that release"
    other = f"install the release that froze it (pip install skillbench-steps=={generator})"
    if any(_installed(tag) == "none" for tag, _ in wrong):
        same = f"name the files of private skills in {VARIABLE}, or {same}"
    raise TaskSetError(
        f"{where} was frozen with other solvers than the installed ones ({named}), so its answers would be judged by "
        f"another arithmetic than its key. It was built by {generator}, this is {__version__}: "
        f"{same if generator == __version__ else other}, or build the set again with `skillbench build`."
    )


def _installed(tag: str) -> str:
    return revision(tag) if tag in load_catalogue() else "none"
