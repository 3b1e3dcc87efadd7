"""Gates 2 to 7 in one walk; gate 1 needs the judge and stands in :mod:`skillbench.verify.scored`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.verify import unguessable
from skillbench.verify.biting import gate_biting
from skillbench.verify.findable import gate_findable
from skillbench.verify.frozen import Failure, Frozen, open_case
from skillbench.verify.length import gate_length
from skillbench.verify.sensitive import gate_sensitive
from skillbench.verify.stable import gate_stable

GATES: Mapping[str, Callable[[Frozen], Iterator[str]]] = {
    "2 stable": gate_stable,
    "3 sensitive": gate_sensitive,
    unguessable.NAME: unguessable.gate_unguessable,
    "5 findable": gate_findable,
    "6 length": gate_length,
    "7 biting": gate_biting,
}

COUNT = 1 + len(GATES)
"""All gates, the first included."""


def check_case(task_set: TaskSet, case: Case) -> list[Failure]:
    """Gates 2 to 7 on one case."""
    frozen = open_case(task_set, case)
    return [Failure(case.id, name, reason) for name, gate in GATES.items() for reason in gate(frozen)]
