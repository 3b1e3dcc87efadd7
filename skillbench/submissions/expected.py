"""What the task set gives a case, and what the task's own agent is given with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillbench.core.errors import TaskSetError
from skillbench.core.purse import Purse
from skillbench.core.schema import CANARY
from skillbench.core.taskset import TaskSet
from skillbench.evidence.session import Head
from skillbench.harness.agent import instructions, offered, words_for
from skillbench.harness.dataset import Context, parse_context
from skillbench.harness.dataset import samples as dataset_of
from skillbench.harness.purse import Allowance, parse_purse
from skillbench.harness.selection import Tools, parse_tools


@dataclass(frozen=True)
class Expected:
    """What an honest sample of one case shows.

    Attributes:
        plain: the task's own agent ran, of which every word is known.
        text, metadata: the case's, as the log's tools and context give them.
        instructions: the plain agent's; ``tools`` those it is offered.
        canaries: words that stand in answer keys alone.
        purse: the case's prices; ``points`` what its run gave it, None where nothing had a price.
    """

    plain: bool
    text: str
    metadata: Mapping[str, Any]
    instructions: str
    tools: frozenset[str]
    canaries: tuple[str, ...]
    purse: Purse | None
    points: int | None


class Book:
    """What to expect of every sample of one log."""

    def __init__(self, task_set: TaskSet, head: Head) -> None:
        self.task_set = task_set
        self.tools: Tools = parse_tools(str(head.metadata.get("tools", "code,search")))
        self.context: Context = parse_context(str(head.metadata.get("context", "own")))
        self.purse: Allowance = parse_purse(str(head.metadata.get("purse", "none")))
        self.plain = not head.agent
        self._offered: frozenset[str] | None = None

    def of(self, case_id: str) -> Expected | None:
        """What a sample of this case must show; None where the task set has no such case."""
        try:
            case = self.task_set.case(case_id)
        except TaskSetError:
            return None
        if self._offered is None:
            self._offered = offered(self.tools, self.task_set.handbook(case))
        (sample,) = dataset_of(self.task_set, [case], self.tools, self.context, self.purse)
        return Expected(
            plain=self.plain,
            text=str(sample.input),
            metadata=dict(sample.metadata or {}),
            instructions=instructions(self.tools, words_for(case)),
            tools=self._offered,
            canaries=tuple({CANARY, case.canary}),
            purse=case.purse,
            points=self.purse.of(case),
        )
