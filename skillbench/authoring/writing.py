"""The way of one tuple: asked, read, solved a second time, examined, repaired once, accepted or quarantined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageAssistant, Model
from inspect_ai.util import SandboxEnvironment

from skillbench.authoring.draft import Draft, Exam
from skillbench.authoring.gates import NOT_TRIED, PARSES, examine
from skillbench.authoring.means import Means
from skillbench.authoring.plan import Order
from skillbench.authoring.prompts import (
    asks_for,
    author_messages,
    kept,
    repair_message,
    second_messages,
)
from skillbench.authoring.reading import UnreadableError, read_draft
from skillbench.core.authored import Asked, Passage

ROUNDS = 2
"""A task is asked for, and repaired once."""

LONGEST_KEPT = 100_000
"""Characters kept of a completion that was no task."""


@dataclass(frozen=True)
class Desk:
    """Who writes and with what.

    Attributes:
        author: the model that writes.
        second: the model that solves; often the same one, in a call of its own.
        judge: reads for needs; None where none was given.
        sandbox: where programs run.
        cache: whether replies are kept.
    """

    author: Model
    second: Model
    judge: Model | None
    sandbox: SandboxEnvironment | None
    cache: bool = True


@dataclass
class Attempt:
    """What has become of a tuple.

    Attributes:
        order: the tuple with its samples.
        messages: the conversation with the author.
        exam: the last draft that could be read; None while none could.
        passages: what the gates said of the last completion.
        completion: the last completion, where it was no task.
        rounds: completions asked for.
        replies: replies of author and second author, those from the cache included.
    """

    order: Order
    messages: list[ChatMessage] = field(default_factory=list)
    exam: Exam | None = None
    passages: list[Passage] = field(default_factory=list)
    completion: str = ""
    rounds: int = 0
    replies: int = 0

    @property
    def reasons(self) -> list[str]:
        """What is wrong, by gate; empty for a task that may be accepted."""
        failed = [one for one in self.passages if not one.passed and not one.reason.startswith(NOT_TRIED)]
        return [f"{one.gate}: {one.reason}" for one in failed]

    def record(self) -> dict[str, Any]:
        """All of it as plain JSON, for the journal."""
        return {
            "name": self.order.row.name,
            "draft": self.exam.draft.model_dump(mode="json") if self.exam else None,
            "second": self.exam.second if self.exam else "",
            "values": dict(self.exam.values) if self.exam else {},
            "passages": [one.model_dump(mode="json") for one in self.passages],
            "completion": self.completion[:LONGEST_KEPT],
            "sources": [atom.id for _, atom in self.order.samples],
            "rounds": self.rounds,
        }


async def write_task(order: Order, desk: Desk) -> Attempt:
    """Have a task written; what comes back is accepted if it has no reasons."""
    attempt = Attempt(order, author_messages(order))
    for number in range(1, ROUNDS + 1):
        call = kept(f"task {number}", wanted=desk.cache)
        output = await desk.author.generate(attempt.messages, config=asks_for(Asked.TASK), cache=call)
        attempt.rounds = number
        attempt.replies += 1
        attempt.messages.append(ChatMessageAssistant(content=output.completion or "(nothing)"))
        await _examined(attempt, desk, output.completion, output.stop_reason)
        if not attempt.reasons or output.stop_reason == "model_length":
            break
        if number < ROUNDS:
            attempt.messages.append(repair_message(attempt.reasons))
    return attempt


async def _examined(attempt: Attempt, desk: Desk, completion: str, stop_reason: str) -> None:
    """Read a completion and let the gates speak."""
    try:
        draft = read_draft(completion, stop_reason)
    except UnreadableError as error:
        attempt.exam, attempt.completion = None, completion
        attempt.passages = [Passage(gate=PARSES, passed=False, reason="; ".join(error.defects))]
        return

    async def second(given: Draft) -> str:
        call = kept(f"second {attempt.rounds}", wanted=desk.cache)
        output = await desk.second.generate(second_messages(given), config=asks_for(Asked.SOLUTION), cache=call)
        attempt.replies += 1
        return output.completion

    attempt.exam, attempt.completion = Exam(attempt.order.row, draft), ""
    attempt.passages = await examine(attempt.exam, Means(second, desk.sandbox, desk.judge, desk.cache))
