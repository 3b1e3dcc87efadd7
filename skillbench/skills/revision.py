"""Which solvers froze a set: a revision per skill, and the guard that refuses a set whose solvers are not installed.

A key may be computed again, on an agent's own upstream values, only by the arithmetic that computed it. The revision
is a hash over the source of the skill's module and of every module under it that takes part in its arithmetic. It reads
source text, not compiled code, so that it is the same on every Python version and platform.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.abc import InspectLoader
from pathlib import Path

from skillbench import __version__
from skillbench.core.errors import SkillError, TaskSetError
from skillbench.core.schema import Case, sha256_of
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.skills import catalogue, dataflow
from skillbench.skills.catalogue import load_catalogue, skill_named
from skillbench.skills.loading import VARIABLE

UNDER = ("skillbench.skills.", "skillbench.core.quantities")
"""Where a solver's arithmetic may stand; the rest of ``core`` gives it types, draws and errors."""

APART = frozenset({catalogue.__name__})
"""The registry finds skills and computes nothing."""


@cache
def revision(tag: str) -> str:
    """Sixteen hex digits that change when the skill's source, or arithmetic that it or the dataflow uses, changes.

    Line ends do not count; comments do.

    Raises:
        SkillError: no such skill, or its source is not installed.
    """
    modules = sorted(_under({type(skill_named(tag)).__module__, dataflow.__name__}))
    return sha256_of("".join(f"{module}\0{_source(module)}\0" for module in modules).encode())[:16]


def open_task_set(name: str | Path) -> TaskSet:
    """Open a task set to run or judge it: every hash is checked, and the solvers it was frozen with are installed.

    Raises:
        TaskSetError: see :func:`skillbench.core.taskset.load_task_set` and :func:`check_solvers`.
    """
    task_set = load_task_set(name)
    check_solvers(task_set.cases, str(task_set.root), task_set.manifest.generator)
    return task_set


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


def _under(start: set[str]) -> set[str]:
    """The modules of :data:`UNDER` that some modules import, directly or through others, themselves included."""
    found: set[str] = set()
    waiting = set(start)
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= {name for name in _imports(module) if name.startswith(UNDER)} - found - APART
    return found


@cache
def _imports(module: str) -> frozenset[str]:
    """The modules a module's source imports; ``from a import b`` may mean ``a.b``."""
    return frozenset(_named(ast.parse(_source(module))))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            inside = (f"{node.module}.{alias.name}" for alias in node.names if node.module.startswith("skillbench."))
            yield from (name for name in inside if _is_module(name))


def _is_module(name: str) -> bool:
    parent = importlib.util.find_spec(name.rpartition(".")[0])
    if parent is None or parent.submodule_search_locations is None:
        return False
    return importlib.util.find_spec(name) is not None


@cache
def _source(module: str) -> str:
    """A module's source with its line ends as line feeds.

    Raises:
        SkillError: only compiled code is installed.
    """
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec else None
    source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
    if source is None:
        raise SkillError(f"{module}: its source is not installed, so its revision is unknown; install it with source")
    return source
