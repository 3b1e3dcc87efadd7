"""Asking a model about many jobs: stretches of them as Inspect tasks, one sample a job, each reply checked.

Memory does not grow with the jobs: one stretch is held at a time, and its outcomes stand in a journal. Logs, retries,
limits, caching, batch mode and cost are Inspect's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Self

from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    CachePolicy,
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    ContentText,
    GenerateConfig,
    Model,
    ModelOutput,
    ResponseSchema,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver

from skillbench.core.errors import InputError
from skillbench.core.prompts import render_prompt
from skillbench.synthesis.journal import Journal, Outcome
from skillbench.synthesis.reply import ReplyError

SHOWN = 2000
"""Characters kept of a reply that could not be used."""

_STOPS = {
    "content_filter": "the model refused",
    "max_tokens": "the reply was cut at the length limit: answer more briefly",
    "model_length": "the prompt does not fit the model's context",
}


@dataclass(frozen=True)
class Job:
    """One thing to ask, or one that needs no asking.

    Attributes:
        id: unique in its run.
        prompt: what is asked; None where nothing needs to be.
        facts: told in the log.
        payload: what the caller needs when the outcome is there; never logged.
        system: what stands before the prompt.
    """

    id: str
    prompt: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Any = None
    system: str = ""


class FixedSchema(ResponseSchema):
    """A schema that nobody alters: Inspect copies the settings of every call, which costs a millisecond each."""

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Itself."""
        del memo
        return self


Check = Callable[[Job, str], Any]
"""From a job and a reply to the value made of it; raises :class:`ReplyError` with the reason otherwise."""


@dataclass(frozen=True)
class Settings:
    """How a model is asked.

    Attributes:
        model: name of any Inspect model, or one that is made already.
        base_url: address of its server.
        model_args: what it is made with.
        config: Inspect's generation settings.
        attempts: replies asked for before a job is given up.
        cache: keep every reply in Inspect's cache for ever, so that no reply is paid twice.
        stretch: jobs in one log.
        time_limit: seconds a job may take; ``token_limit`` tokens.
    """

    model: str | Model
    base_url: str | None = None
    model_args: Mapping[str, Any] = field(default_factory=dict)
    config: GenerateConfig = field(default_factory=GenerateConfig)
    attempts: int = 3
    cache: bool = True
    stretch: int = 500
    time_limit: int | None = None
    token_limit: int | None = None


@dataclass
class Spent:
    """What a run has cost so far, by what its logs count; replies from the cache cost nothing."""

    read: int = 0
    written: int = 0
    cost: float | None = None
    replies: int = 0

    def add(self, log: EvalLog) -> None:
        """Add the log of a stretch."""
        for usage in log.stats.model_usage.values():
            self.read += (
                usage.input_tokens + (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
            )
            self.written += usage.output_tokens
            if usage.total_cost is not None:
                self.cost = (self.cost or 0.0) + usage.total_cost


@dataclass(frozen=True)
class Asker:
    """One run of a command.

    Attributes:
        name: what the logs call it.
        check: what a reply must be.
        settings: how the model is asked.
        folder: where journals and logs lie.
        schema: of the reply, for providers that can keep to one; None asks for none.
        note: called with the number of jobs that are done with.
        spent: what it has cost.
    """

    name: str
    check: Check
    settings: Settings
    folder: Path
    schema: ResponseSchema | None = None
    note: Callable[[int], None] = lambda _: None
    spent: Spent = field(default_factory=Spent)

    def outcomes(self, jobs: Iterable[Job], *, ask: bool = True) -> Iterator[tuple[Job, Outcome]]:
        """Every job with its outcome, in the order of the jobs; what the journals hold is not asked again.

        Args:
            jobs: the same ones, in the same order, whenever this is called for the folder.
            ask: False reads what the journals hold and asks nothing.

        Raises:
            InputError: Inspect could not run at all, or was stopped; the same call goes on where it ended.
        """
        parts = self.folder / "parts"
        parts.mkdir(exist_ok=True)
        source = iter(jobs)
        number = 0
        while stretch := list(islice(source, self.settings.stretch)):
            journal = Journal(parts / f"{number:05}.jsonl")
            todo = [job for job in stretch if job.prompt is not None and not journal.finished(job.id)]
            if ask:
                self.note(len(stretch) - len(todo))
            if ask and todo:
                self._run(todo, journal, number)
            for job in stretch:
                asked = job.prompt is not None
                missing = Outcome(job.id, reason="it was stopped before a reply came", final=False)
                yield job, journal.outcomes.get(job.id, missing) if asked else Outcome(job.id)
            number += 1

    def _run(self, todo: Sequence[Job], journal: Journal, number: int) -> None:
        given = self.settings
        task = Task(
            dataset=MemoryDataset([self._sample(job) for job in todo]),
            solver=asking({job.id: job for job in todo}, self, journal),
            name=f"{self.name}-{number:05}",
            config=GenerateConfig(response_schema=self.schema),
            time_limit=given.time_limit,
            token_limit=given.token_limit,
        )
        [log] = inspect_eval(
            task,
            model=given.model,
            model_base_url=given.base_url,
            model_args=dict(given.model_args),
            log_dir=str(self.folder / "logs"),
            log_format="eval",
            log_realtime=False,
            log_header_only=True,
            display="none",
            fail_on_error=False,
            acp_server=False,
            ctl_server=False,
            score=False,
            **given.config.model_dump(exclude_none=True),
        )
        self.spent.add(log)
        if log.status != "success":
            told = log.error.message if log.error else f"the run was {log.status}"
            raise InputError(f"{told}. What is done is kept: the same command goes on with the rest")

    def _sample(self, job: Job) -> Sample:
        said: list[ChatMessage] = [ChatMessageSystem(content=job.system), ChatMessageUser(content=job.prompt or "")]
        return Sample(id=job.id, input=said, metadata=dict(job.facts))


@solver
def asking(jobs: Mapping[str, Job], asker: Asker, journal: Journal) -> Solver:
    """Asks until the check takes the reply, telling each time what was wrong with the last one."""
    given = asker.settings
    cache = CachePolicy(expiry=None) if given.cache else False

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        job = jobs[str(state.sample_id)]
        outcome = Outcome(job.id)
        for attempt in range(1, given.attempts + 1):
            try:
                state = await generate(state, cache=cache)
            except BaseException as error:  # a limit, a fault of the wire, a stop: told in the log, asked again later
                journal.add(Outcome(job.id, reason=_fault(error), final=False, attempts=attempt - 1))
                raise
            asker.spent.replies += 1
            _make_whole(state.output)
            try:
                outcome = Outcome(job.id, asker.check(job, _text(state.output)), attempts=attempt)
                break
            except ReplyError as error:
                reply = state.output.completion[:SHOWN]
                outcome = Outcome(job.id, reason=str(error), attempts=attempt, reply=reply)
            if state.output.stop_reason == "model_length":
                break
            state.messages.append(
                ChatMessageUser(content=render_prompt("synthesis/again.md.j2", reason=outcome.reason))
            )
        journal.add(outcome)
        asker.note(1)
        return state

    return solve


def _make_whole(output: ModelOutput) -> None:
    """Replace half characters, which escapes in a reply may hold: one would keep Inspect from writing its log."""
    for choice in output.choices:
        content = choice.message.content
        if isinstance(content, str):
            choice.message.content = _encodable(content)
        else:
            for part in content:
                if isinstance(part, ContentText):
                    part.text = _encodable(part.text)
    output.completion = _encodable(output.completion)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _text(output: ModelOutput) -> str:
    """What the model said.

    Raises:
        ReplyError: it said nothing that is whole.
    """
    if output.error:
        raise ReplyError(f"the provider reports: {output.error[:200]}")
    if output.stop_reason in _STOPS:
        raise ReplyError(_STOPS[output.stop_reason])
    return output.completion


def _fault(error: BaseException) -> str:
    return f"no reply came ({type(error).__name__}: {' '.join(str(error).split())[:300]})"
