"""The audit as an Inspect scorer, with metrics by k and errors clustered by chain."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from inspect_ai.log import transcript as log_transcript
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ContentToolUse
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    grouped,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from skillbench.core.taskset import TaskSet
from skillbench.harness.handed_in import recorded, run_handed_in
from skillbench.harness.hearing import AnyVerdict, code_verdict
from skillbench.harness.names import register_names
from skillbench.harness.purse import STORED
from skillbench.harness.sets import sets
from skillbench.judge.authored.assess import Assessment
from skillbench.judge.transcript import ToolCall, Transcript

VALUES = ("score", "without_bonus", "solve", "coverage")


@metric
def composed_mean() -> Metric:
    """Mean over the composed cases; twins are the yardstick, not part of the headline."""
    return _over_chains(mean())


@metric
def composed_stderr() -> Metric:
    """Standard error of :func:`composed_mean`, clustered by chain: nested cases are not independent."""
    return _over_chains(stderr(cluster="chain"))


def _over_chains(inner: Metric) -> Metric:
    apply: Callable[[list[SampleScore]], Value] = inner  # type: ignore[assignment]  # Metric is a union of protocols

    def compute(scores: list[SampleScore]) -> Value:
        composed = [score for score in scores if (score.sample_metadata or {}).get("kind") in {"chain", "authored"}]
        return apply(composed) if composed else math.nan

    return compute


def metrics_by_k() -> dict[str, list[Metric]]:
    """Per value: mean and chain-clustered error over composed cases, and the mean of every k and of the twins."""
    by_k = grouped(mean(), "group", all=False, name_template="{group_name}")
    return {name: [composed_mean(), composed_stderr(), by_k] for name in VALUES}


@scorer(metrics=metrics_by_k())
def audit_scorer(tasks: str | None = None) -> Scorer:
    """Score by evidence alone: deterministic, free, always on (DESIGN section 8). Its name is ``skillbench/audit``.

    Args:
        tasks: the task set, by path or name; without it, the one that the sample's log was made with.
    """
    set_of = sets(tasks)

    async def score(state: TaskState, target: Target) -> Score:
        del target
        verdict = await audit_state(set_of(state), state)
        log_transcript().info(ledger_text(verdict), source="skillbench audit")
        return Score(
            value=values_of(verdict),
            answer=state.output.completion[:2000].encode("utf-8", "replace").decode(),
            explanation=one_line(verdict),
            metadata=verdict.as_metadata() | ({"purse": bill} if (bill := state.store.get(STORED)) else {}),
        )

    return score


register_names(audit_scorer, "audit")
register_names(composed_mean)
register_names(composed_stderr)


_AUDITED: WeakKeyDictionary[TaskState, tuple[tuple[str, str, int], AnyVerdict]] = WeakKeyDictionary()
"""The verdicts of samples that are still being scored: a second scorer of a sample takes the first one's."""


async def audit_state(task_set: TaskSet, state: TaskState) -> AnyVerdict:
    """The audit's verdict on a finished sample, worked out once however many scorers ask for it."""
    answer = state.output.completion
    stamp = (task_set.manifest.digest, answer, len(state.messages))
    held = _AUDITED.get(state)
    if held is None or held[0] != stamp:
        case = task_set.case(str(state.sample_id))
        await run_handed_in(case, state)
        session = Transcript(tool_calls(state.messages), answer, state.input_text, recorded(state.store))
        held = (stamp, code_verdict(task_set, case, session))
        _AUDITED[state] = held
    return held[1]


def values_of(verdict: AnyVerdict) -> dict[str, float]:
    """What Inspect averages."""
    return {
        "score": float(verdict.score),
        "without_bonus": float(verdict.scored.without_bonus),
        "solve": float(verdict.solve),
        "coverage": verdict.coverage,
    }


def one_line(verdict: AnyVerdict) -> str:
    """The verdict in one line, for the log viewer's list."""
    slips = "; ".join(f"{tag}: {slip}" for tag, slip in verdict.slips.items())
    applied = next((why for why in verdict.defects if why.startswith("the audit failed")), "")
    applied = applied or f"{verdict.coverage:.0%} of skills applied"
    if isinstance(verdict, Assessment):
        applied += f" on the {verdict.decided:.0%} of the criteria's weight that code decides"
    return f"{verdict.score} ({verdict.scored.band}), {applied}" + (f"; slips: {slips}" if slips else "")


def ledger_text(verdict: AnyVerdict) -> str:
    """Every point of the score, line by line, as markdown."""
    rows = [f"| {entry.rule} | {entry.points} | {entry.reason} |" for entry in verdict.scored.ledger]
    skills = [f"| {s.tag} | {s.status} | {s.label} | {s.slip or ''} |" for s in verdict.skills]
    parts = ["| rule | points | why |", "| --- | --- | --- |", *rows, "", f"**score {verdict.score}**", ""]
    return "\n".join([*parts, "| skill | status | error | slip |", "| --- | --- | --- | --- |", *skills])


def tool_calls(messages: list[ChatMessage]) -> tuple[ToolCall, ...]:
    """Every tool call of a conversation with its result, in order; those a provider ran on its own side included."""
    asked = {
        call.id: call
        for message in messages
        if isinstance(message, ChatMessageAssistant)
        for call in message.tool_calls or []
    }
    calls: list[ToolCall] = []
    for message in messages:
        if isinstance(message, ChatMessageTool) and message.tool_call_id in asked:
            call = asked[message.tool_call_id]
            calls.append(ToolCall(call.id, call.function, message.error is None, call.arguments, message.text))
        elif isinstance(message, ChatMessageAssistant) and isinstance(message.content, list):
            calls += [_provided(part) for part in message.content if isinstance(part, ContentToolUse)]
    return tuple(calls)


def _provided(use: ContentToolUse) -> ToolCall:
    """A call that the provider ran: its tool by type, for names differ."""
    name = use.tool_type if use.tool_type == "code_execution" else use.name
    given: object = use.arguments
    with suppress(ValueError, RecursionError):
        given = json.loads(use.arguments)
    arguments = given if isinstance(given, dict) else {"code": use.arguments}
    return ToolCall(use.id, name, not use.error, arguments, use.result)
