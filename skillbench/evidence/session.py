"""One sample read whole, as plain data: what the log says of it, and what its events show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """A tool call as a model wrote it; ``arguments`` as JSON with sorted keys."""

    id: str
    function: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One message of a conversation.

    Attributes:
        id: Inspect's, unique over all samples.
        role: ``system``, ``user``, ``assistant`` or ``tool``.
        text: its text.
        calls: what an assistant called.
        function: the tool that answers, or empty.
        failed: the tool answered with an error.
    """

    id: str
    role: str
    text: str
    calls: tuple[Call, ...] = ()
    function: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Generation:
    """One call of a model, from its event.

    Attributes:
        model, role: who answered, and in which role (empty for the model under test).
        scoring: it was called by a scorer.
        shown: the conversation it was given.
        said: its answer, None where it gave none.
        text: the answer's text.
        tools: names of the tools it was offered.
        config: generation settings of the call.
        usage: tokens and cost; empty where nothing was counted (an error, or an answer from Inspect's cache).
        started, completed: times, ISO in UTC, microseconds.
        seconds: how long it took.
    """

    model: str
    role: str
    scoring: bool
    shown: tuple[Message, ...]
    said: Message | None
    text: str
    tools: tuple[str, ...]
    config: Mapping[str, Any]
    usage: Mapping[str, float]
    started: str
    completed: str
    seconds: float


@dataclass(frozen=True)
class Use:
    """One call of a tool, from its event; ``message`` is the id of the message that holds its result."""

    id: str
    function: str
    arguments: str
    result: str
    failed: bool
    message: str


@dataclass(frozen=True)
class Session:
    """What the events of a sample show.

    Attributes:
        generations, uses: calls of models and tools in order.
        ran: how often a tool of this name really ran something in the sandbox.
        verdicts: the value each scorer gave last.
        failed: an error was recorded.
        first, last: times of the first and last event; empty where there is none.
        shown_input: the text the sample began with.
    """

    generations: tuple[Generation, ...]
    uses: tuple[Use, ...]
    ran: Mapping[str, int]
    verdicts: Mapping[str, Any]
    failed: bool
    first: str
    last: str
    shown_input: str


@dataclass(frozen=True)
class WholeSample:
    """One sample of a log.

    Attributes:
        case, epoch, uuid: which.
        text: what the agent was to be given.
        metadata: its metadata.
        messages: the conversation at its end, and ``native`` the same as Inspect's own messages.
        completion: what was handed in.
        store: what the run noted beside it.
        scores: value and metadata by scorer; ``edited`` a score was changed after the run.
        told: what the log's summary says of it, and ``summary`` what it should say, both by field.
        usage, role_usage: tokens and cost by model and by role.
        started, completed: times, ISO in UTC.
        sandbox: kind of its sandbox, empty without one of its own.
        limits: its limits by name.
        error: why it failed, or empty; ``retries`` how often it was started again; ``invalidated`` it was.
        fallback: a provider answered with another model than asked.
        session: what its events show.
        transcript: messages and events as one text, to look for words in.
    """

    case: str
    epoch: int
    uuid: str
    text: str
    metadata: Mapping[str, Any]
    messages: tuple[Message, ...]
    native: Any
    completion: str
    store: Mapping[str, Any]
    scores: Mapping[str, Mapping[str, Any]]
    edited: bool
    told: Mapping[str, Any]
    summary: Mapping[str, Any]
    usage: Mapping[str, Mapping[str, float]]
    role_usage: Mapping[str, Mapping[str, float]]
    started: str
    completed: str
    sandbox: str
    limits: Mapping[str, Any]
    error: str
    retries: int
    invalidated: bool
    fallback: bool
    session: Session
    transcript: str


@dataclass(frozen=True)
class Head:
    """A log without its samples.

    Attributes:
        name: file name.
        status: how the run ended.
        model: under test; ``roles`` models by role.
        agent: name of a solver of one's own, empty for the task's; ``steps`` the solvers that ran.
        metadata: the task's; ``version`` of the task; ``task_id`` Inspect's.
        config: generation settings that were given.
        sandbox: kind of sandbox, empty without one.
        limits: message, token and time limits.
        cases, epochs: what was to be run.
        usage, role_usage: tokens and cost of the whole run.
        total, finished: samples the log counts.
        means: ``composed_mean`` of the audit's values.
        updated: names of updates made after the run.
        created, completed: times, ISO in UTC.
        began_as: fields in which the run's first journal entry differs from its header.
        strangers: samples in the archive that no summary names.
    """

    name: str
    status: str
    model: str
    roles: Mapping[str, tuple[str, ...]]
    agent: str
    steps: tuple[str, ...]
    metadata: Mapping[str, Any]
    version: str
    task_id: str
    config: Mapping[str, Any]
    sandbox: str
    limits: Mapping[str, int | None]
    cases: tuple[str, ...]
    epochs: int
    usage: Mapping[str, Mapping[str, float]]
    role_usage: Mapping[str, Mapping[str, float]]
    total: int
    finished: int
    means: Mapping[str, float]
    updated: tuple[str, ...]
    created: str
    completed: str
    began_as: tuple[str, ...]
    strangers: tuple[str, ...]
