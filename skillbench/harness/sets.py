"""Which task set a scorer holds an answer against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from inspect_ai.solver import TaskState

from skillbench.core.errors import SelectionError, TaskSetError
from skillbench.core.taskset import TaskSet, shipped_sets
from skillbench.harness.boundary import plain_errors
from skillbench.judge.opening import open_task_set

STORED = "skillbench:tasks"
"""Key of the sample's store under which a run notes its task set, for whoever scores its log again."""

GIVE = "To score a log whose set has moved: inspect score LOG --scorer skillbench/audit -S tasks=FOLDER"

SetOf = Callable[[TaskState], TaskSet]


def sets(tasks: str | None) -> SetOf:
    """Finds the task set of a sample: ``tasks`` where given, else the one its log notes, else the shipped one with it.

    Raises:
        PrerequisiteError: Inspect's, with the words of ours: ``tasks`` names no set, or (when asked) no set is found.
    """
    if tasks is not None:
        with plain_errors():
            try:
                task_set = open_task_set(tasks)
            except TaskSetError as error:
                raise SelectionError(f"{error} {GIVE}") from error
        return lambda _: task_set

    def find(state: TaskState) -> TaskSet:
        with plain_errors():
            return _holding(str(state.sample_id), state.store.get(STORED))

    return find


@cache
def _holding(case_id: str, noted: str | None) -> TaskSet:
    """The first set with this case; an id is a hash of its content, so that any set that has it is the right one."""
    refused: list[str] = []
    for task_set in _candidates(noted, refused):
        if any(case.id == case_id for case in task_set.cases):
            return task_set
    made = f"The log was made with the task set {noted!r}. " if noted else ""
    made += "".join(f"Refused: {reason} " for reason in refused)
    raise SelectionError(f"the sample {case_id!r} is in no task set found here. {made}{GIVE}")


def _candidates(noted: str | None, refused: list[str]) -> Iterator[TaskSet]:
    for name in dict.fromkeys([noted, *shipped_sets()]):
        if name is not None:
            try:
                yield opened(name)
            except TaskSetError as error:
                refused.append(str(error))  # moved, altered or of other solvers; told if no other holds the case


@cache
def opened(name: str) -> TaskSet:
    """The set of this name, opened once a process.

    Raises:
        TaskSetError: see :func:`skillbench.judge.opening.open_task_set`.
    """
    return open_task_set(name)
