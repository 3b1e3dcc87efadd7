"""Opening a task set to run or judge it: its bytes are whole, and what computed its keys is installed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import check_products
from skillbench.skills.revision import check_solvers


def open_task_set(name: str | Path) -> TaskSet:
    """Open a task set: every hash is checked, and the solvers and deliverables it was frozen with are installed.

    Raises:
        TaskSetError: see :func:`skillbench.core.taskset.load_task_set` and :func:`check_arithmetic`.
    """
    task_set = load_task_set(name)
    check_arithmetic(task_set.cases, str(task_set.root), task_set.manifest.generator)
    return task_set


def check_arithmetic(cases: Iterable[Case], where: str, generator: str) -> None:
    """Refuse cases whose keys this installation would compute otherwise.

    Args:
        cases: what would be run or judged.
        where: the set or case, for the message.
        generator: the release that froze it.

    Raises:
        TaskSetError: names every skill or deliverable that differs, and the way to the right ones.
    """
    every = tuple(cases)
    check_solvers(every, where, generator)
    check_products(every, where, generator)
