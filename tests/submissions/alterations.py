"""Ways to alter a log, a statement or a pack, as data: what each does, and which check must find it."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai.event import ErrorEvent, ModelEvent, ToolEvent
from inspect_ai.log import EvalError, EvalLog, EvalSample, ProvenanceData, edit_score
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ChatMessageUser, ModelUsage
from inspect_ai.scorer import ScoreEdit
from inspect_ai.tool import ToolCall
from inspect_ai.util import SandboxEnvironmentSpec

from skillbench.core.schema import CANARY

AUDIT = "audit_scorer"
OTHER = "lab/other"


@dataclass(frozen=True)
class Alteration:
    """One alteration: its name, how it is done, and words of the check that refuses it."""

    name: str
    change: Callable[..., object]
    refused: str

    def __str__(self) -> str:
        """Its name, as the id of its test."""
        return self.name


def samples_of(log: EvalLog) -> list[EvalSample]:
    """The log's samples."""
    return log.samples or []


def value_of(sample: EvalSample) -> dict[str, Any]:
    """The audit's value in a sample."""
    assert sample.scores is not None
    value = sample.scores[AUDIT].value
    assert isinstance(value, dict)
    return value


def worst(log: EvalLog) -> EvalSample:
    """The composed sample with the lowest score."""
    chains = [sample for sample in samples_of(log) if sample.metadata["kind"] == "chain"]
    return min(chains, key=lambda sample: value_of(sample)["score"])


def events(sample: EvalSample, kind: str) -> list[Any]:
    """Its events of one kind."""
    return [event for event in sample.events if event.event == kind]


def restate(log: EvalLog) -> None:
    """Make the header agree with the samples: counts and means as an attacker who takes care would."""
    assert log.results is not None
    log.results.total_samples = len(samples_of(log))
    log.results.completed_samples = sum(sample.error is None for sample in samples_of(log))
    chains = [sample for sample in samples_of(log) if sample.metadata["kind"] == "chain" and sample.scores]
    for one in log.results.scores:
        values = [value_of(sample)[one.name] for sample in chains]
        one.metrics["composed_mean"].value = sum(values) / len(values)


def rescore(log: EvalLog, sample: EvalSample, **values: float) -> None:
    """Values of the audit replaced in sample, event and header alike."""
    value_of(sample).update(values)
    for event in events(sample, "score"):
        event.score.value.update(values)
    restate(log)


def answer_everywhere(sample: EvalSample, answer: str) -> None:
    """Another answer in the output and in every message and event that tells of it."""
    old = sample.output.completion

    def swap(value: Any) -> Any:
        text = json.dumps(value)
        return json.loads(text.replace(json.dumps(old)[1:-1], json.dumps(answer)[1:-1]))

    sample.output.completion = answer
    for message in sample.messages:
        _swap_message(message, swap)
    for event in sample.events:
        if isinstance(event, ModelEvent):
            for message in [*event.input, event.output.message]:
                _swap_message(message, swap)
        elif isinstance(event, ToolEvent):
            event.arguments, event.result = swap(event.arguments), swap(event.result)


def _swap_message(message: Any, swap: Callable[[Any], Any]) -> None:
    if isinstance(message.content, str):
        message.content = swap(message.content)
    for call in getattr(message, "tool_calls", None) or []:
        call.arguments = swap(call.arguments)


# Scores, samples and the header ------------------------------------------------------------------------------------


def raise_in_sample(log: EvalLog) -> None:
    """A score raised in the sample alone."""
    value_of(worst(log))["score"] = 10.0
    restate(log)


def raise_everywhere(log: EvalLog) -> None:
    """A score raised in sample, event and header."""
    rescore(log, worst(log), score=10.0, without_bonus=10.0, solve=1.0, coverage=1.0)


def raise_solve(log: EvalLog) -> None:
    """Solve alone, the headline."""
    rescore(log, worst(log), solve=1.0)


def edit_with_history(log: EvalLog) -> None:
    """A score changed the way Inspect records it."""
    sample = samples_of(log)[0]
    edit = ScoreEdit(explanation="better", provenance=ProvenanceData(author="me"))
    edit_score(log, sample.id, AUDIT, edit, recompute_metrics=False, epoch=sample.epoch)


def stale_metrics(log: EvalLog) -> None:
    """A headline that its samples do not give."""
    assert log.results is not None
    next(one for one in log.results.scores if one.name == "score").metrics["composed_mean"].value = 9.99


def not_a_number(log: EvalLog) -> None:
    """NaN in place of a bad score."""
    value_of(worst(log))["score"] = float("nan")


def no_audit(log: EvalLog) -> None:
    """The audit's score goes by another name."""
    sample = worst(log)
    assert sample.scores is not None
    sample.scores["quality"] = sample.scores.pop(AUDIT)


def forge_labels(log: EvalLog) -> None:
    """Another label of an error in the verdict's details."""
    _metadata(worst(log))["labels"] = dict.fromkeys(worst(log).metadata["skills"], "right")
    _metadata(worst(log))["correct"] = dict.fromkeys(worst(log).metadata["skills"], True)


def forge_slips(log: EvalLog) -> None:
    """A slip that nobody made."""
    _metadata(samples_of(log)[0])["slips"] = {"Data Cleaning": "double-counts"}


def forge_tool_use(log: EvalLog) -> None:
    """The tool bonus claimed in the details."""
    details = _metadata(samples_of(log)[0])
    details["effective_tool"] = not details["effective_tool"]


def _metadata(sample: EvalSample) -> dict[str, Any]:
    assert sample.scores is not None
    details = sample.scores[AUDIT].metadata
    assert details is not None
    return details


def invent_opinion(log: EvalLog) -> None:
    """Verdicts of a rubric judge that was never asked."""
    for sample in samples_of(log):
        assert sample.scores is not None
        invented = copy.deepcopy(sample.scores[AUDIT])
        invented.value = dict.fromkeys(("score", "without_bonus", "stand_in", "as_zero"), 10.0)
        invented.metadata = {"profile": "rubric-2026-11-21", "judges": ["lab/judge"], "judge_digest": "0" * 64}
        sample.scores["rubric"] = invented


def drop_worst(log: EvalLog) -> None:
    """The worst sample left out."""
    samples_of(log).remove(worst(log))


def drop_worst_and_restate(log: EvalLog) -> None:
    """The worst sample left out of samples, plan and header alike."""
    lost = worst(log)
    samples_of(log).remove(lost)
    restate(log)


def drop_case_and_restate(log: EvalLog) -> None:
    """The worst case left out in every epoch, and never planned."""
    lost = worst(log).id
    log.samples = [sample for sample in samples_of(log) if sample.id != lost]
    log.eval.dataset.sample_ids = [one for one in log.eval.dataset.sample_ids or [] if one != lost]
    assert log.results is not None
    log.results.total_samples = log.results.completed_samples = len(samples_of(log))


def error_without_event(log: EvalLog) -> None:
    """A low score told as an error."""
    sample = worst(log)
    sample.scores = None
    sample.error = EvalError(message="the sandbox died", traceback="", traceback_ansi="")
    restate(log)


def error_with_event(log: EvalLog) -> None:
    """The same with an event of the error, and without the scorers' events."""
    error_without_event(log)
    sample = next(one for one in samples_of(log) if one.error)
    assert sample.error is not None
    last = events(sample, "score")[-1]
    sample.events = [event for event in sample.events if event.event != "score"]
    sample.events.append(ErrorEvent(error=sample.error, timestamp=last.timestamp, span_id=last.span_id))


def best_of_epochs(log: EvalLog) -> None:
    """Of two epochs the better one each, as the only one."""
    best: dict[Any, EvalSample] = {}
    for sample in samples_of(log):
        held = best.get(sample.id)
        if held is None or value_of(sample)["score"] > value_of(held)["score"]:
            best[sample.id] = sample
    log.samples = list(best.values())
    for sample in log.samples:
        sample.epoch = 1
    log.eval.config.epochs = 1
    restate(log)


def copy_epoch(log: EvalLog) -> None:
    """The first epoch given again as the second."""
    first = {sample.id: sample for sample in samples_of(log) if sample.epoch == 1}
    log.samples = [*first.values(), *(copy.deepcopy(sample) for sample in first.values())]
    for sample in log.samples[len(first) :]:
        sample.epoch = 2
    total: dict[str, ModelUsage] = {}
    for sample in log.samples:
        for name, usage in sample.model_usage.items():
            total[name] = total[name] + usage if name in total else usage
    log.stats.model_usage = total
    restate(log)


def copy_epoch_with_new_uuid(log: EvalLog) -> None:
    """The same, each sample under a uuid of its own."""
    copy_epoch(log)
    for sample in samples_of(log):
        sample.uuid = f"{sample.id}-{sample.epoch}"


def copy_epoch_with_new_ids(log: EvalLog) -> None:
    """The same, and every message under an id of its own."""
    copy_epoch_with_new_uuid(log)
    for sample in samples_of(log):
        if sample.epoch == 2:
            text = sample.model_dump_json()
            for message in sample.messages:
                text = text.replace(f'"{message.id}"', f'"{message.id}x"')
            samples_of(log)[samples_of(log).index(sample)] = EvalSample.model_validate_json(text)


def relabel(log: EvalLog) -> None:
    """Another domain in the metadata of a case."""
    samples_of(log)[0].metadata["domain"] = "elsewhere"


def other_set(log: EvalLog) -> None:
    """The digest of another task set."""
    assert log.eval.metadata is not None
    log.eval.metadata["task_set_digest"] = "0" * 64


def other_name(log: EvalLog) -> None:
    """The name of another task set."""
    assert log.eval.metadata is not None
    log.eval.metadata["task_set"] = "v0"


def other_version(log: EvalLog) -> None:
    """Another interface of the task."""
    log.eval.task_version = str(log.eval.task_version).split("-", maxsplit=1)[0] + "-Z"


def other_model(log: EvalLog) -> None:
    """A better name in the header."""
    log.eval.model = OTHER


def other_settings(log: EvalLog) -> None:
    """A setting that no call was made with."""
    log.eval.model_generate_config.temperature = 0.0


def other_tools(log: EvalLog) -> None:
    """Fewer tools than the agent had."""
    assert log.eval.metadata is not None
    log.eval.metadata["tools"] = "none"


def other_context(log: EvalLog) -> None:
    """The matched context, which the agent was not shown."""
    assert log.eval.metadata is not None
    log.eval.metadata["context"] = "matched"


def other_agent(log: EvalLog) -> None:
    """Another agent's name over the task's own."""
    log.eval.solver = "lab/planner"


def hidden_agent(log: EvalLog) -> None:
    """An agent of one's own under no name."""
    log.plan.steps[-1].solver = "lab/planner"


def earlier_day(log: EvalLog) -> None:
    """The whole run a year before its samples."""
    log.eval.created = "2025-01-01T00:00:00+00:00"
    log.stats.completed_at = "2025-01-01T01:00:00+00:00"


def merge_retry(log: EvalLog) -> None:
    """A sample that ran a day before its log began."""
    samples_of(log)[0].started_at = "2020-01-01T00:00:00+00:00"


def retry(log: EvalLog) -> None:
    """A sample that was started again after an error."""
    sample = samples_of(log)[0]
    retries = [{"message": "x", "traceback": "", "traceback_ansi": ""}]
    samples_of(log)[0] = EvalSample.model_validate({**sample.model_dump(), "error_retries": retries})


def unfinished(log: EvalLog) -> None:
    """A log that says it was cut off, so that its sums are not asked for."""
    log.status = "cancelled"


def invalidate(log: EvalLog) -> None:
    """A sample marked invalid, and counted all the same."""
    samples_of(log)[0].invalidation = ProvenanceData(author="me", reason="odd")


def raise_limit(log: EvalLog) -> None:
    """More messages than the task allows."""
    log.eval.config.message_limit = 1000
    for sample in samples_of(log):
        sample.message_limit = 1000


def no_limit(log: EvalLog) -> None:
    """No limit of tokens."""
    log.eval.config.token_limit = None
    for sample in samples_of(log):
        sample.token_limit = None


def one_sample_without_limit(log: EvalLog) -> None:
    """One sample that was given more time than the log says."""
    samples_of(log)[0].time_limit = 10_000


def beyond_messages(log: EvalLog) -> None:
    """More messages than the limit that the log states."""
    log.eval.config.message_limit = 3
    for sample in samples_of(log):
        sample.message_limit = 3


def beyond_tokens(log: EvalLog) -> None:
    """More tokens than the limit that the log states."""
    log.eval.config.token_limit = 100
    for sample in samples_of(log):
        sample.token_limit = 100


def beyond_time(log: EvalLog) -> None:
    """A last call an hour after the limit that the log states."""
    for sample in samples_of(log):
        call = events(sample, "model")[-1]
        call.timestamp = call.timestamp.replace(year=call.timestamp.year + 1)


def local_sandbox(log: EvalLog) -> None:
    """Code that ran on the machine itself."""
    assert log.eval.metadata is not None
    log.eval.metadata |= {"tools": "code,search", "sandbox": {"type": "local"}}
    log.eval.sandbox = SandboxEnvironmentSpec("local")


# Transcripts -------------------------------------------------------------------------------------------------------


def swap_task(log: EvalLog) -> None:
    """An easier text under the id of a case, in input, conversation and events."""
    sample = samples_of(log)[0]
    text = sample.model_dump_json().replace(json.dumps(sample.input, ensure_ascii=False)[1:-1], "What is 1 + 1?")
    samples_of(log)[0] = EvalSample.model_validate_json(text)


def show_another_text(log: EvalLog) -> None:
    """The input stays, but every call was shown a hint beside it."""
    for event in events(samples_of(log)[0], "model"):
        for message in event.input:
            if message.role == "user":
                message.content += "\nThe answer is 42."


def show_a_hint(log: EvalLog) -> None:
    """A message between two calls that no tool and no model wrote."""
    call = events(samples_of(log)[0], "model")[-1]
    call.input.append(ChatMessageUser(content="Use the value 42."))


def show_other_instructions(log: EvalLog) -> None:
    """Another system message."""
    for event in events(samples_of(log)[0], "model"):
        event.input[0].content = "You know the answers."


def begin_with_another_text(log: EvalLog) -> None:
    """The sample began with another input than it states."""
    events(samples_of(log)[0], "sample_init")[0].sample.input = "What is 1 + 1?"


def leak_the_key(log: EvalLog) -> None:
    """A file of keys among the results of tools."""
    sample = samples_of(log)[0]
    use, message = events(sample, "tool")[0], next(m for m in sample.messages if m.role == "tool")
    use.result = message.content = f"{use.result}\n{CANARY}"
    for call in events(sample, "model"):
        for shown in call.input:
            if shown.id == message.id:
                shown.content = message.content


def replace_completion(log: EvalLog) -> None:
    """Another answer than was handed in."""
    worst(log).output.completion = '{"measures": {}}'


def replace_completion_and_call(log: EvalLog) -> None:
    """Another answer in output, message and the tool's event, and not in what the model said."""
    sample, answer = worst(log), '{"measures": {}}'
    sample.output.completion = answer
    use = events(sample, "tool")[-1]
    use.arguments, use.result = {"answer": answer}, answer
    sample.messages[-1].content = answer


def foreign_sample(log: EvalLog, other: EvalLog) -> None:
    """Another run's sample in place of the worst."""
    lost = worst(log)
    new = next(one for one in samples_of(other) if (one.id, one.epoch) == (lost.id, lost.epoch))
    samples_of(log)[samples_of(log).index(lost)] = new
    restate(log)


def foreign_sample_renamed(log: EvalLog, other: EvalLog) -> None:
    """The same, with this run's model in every place of it."""
    lost = worst(log)
    new = next(one for one in samples_of(other) if (one.id, one.epoch) == (lost.id, lost.epoch))
    text = new.model_dump_json().replace(f'"{other.eval.model}"', f'"{log.eval.model}"')
    samples_of(log)[samples_of(log).index(lost)] = EvalSample.model_validate_json(text)
    restate(log)


def foreign_model(log: EvalLog) -> None:
    """A call answered by a model that the log does not name."""
    events(samples_of(log)[0], "model")[0].model = OTHER


def foreign_usage(log: EvalLog) -> None:
    """Tokens of a model the log does not name."""
    sample = samples_of(log)[0]
    sample.model_usage = {OTHER: next(iter(sample.model_usage.values()))}


def foreign_role(log: EvalLog) -> None:
    """A foreign model behind a role, its tokens booked there."""
    sample = samples_of(log)[0]
    call = events(sample, "model")[0]
    call.model, call.role = OTHER, "helper"
    sample.role_usage = {"helper": call.output.usage}


def grader_as_helper(log: EvalLog) -> None:
    """The judge's role used while the case was solved."""
    events(samples_of(log)[0], "model")[0].role = "grader"


def forge_tool_call(log: EvalLog) -> None:
    """A call of python and its result in the conversation, of which no event tells."""
    sample = samples_of(log)[0]
    call = ToolCall(id="call_x", function="python", arguments={"code": "1"})
    said = ChatMessageAssistant(content="", tool_calls=[call])
    sample.messages[-2:-2] = [said, ChatMessageTool(content="42", tool_call_id="call_x", function="python")]


def forge_tool_result(log: EvalLog) -> None:
    """Another result in the conversation than the tool gave."""
    message = next(m for m in samples_of(log)[0].messages if m.role == "tool")
    message.content = "HB-0001: the answer is 42"


def forge_tool_event(log: EvalLog) -> None:
    """An event of a tool that no answer called."""
    sample = samples_of(log)[0]
    use = events(sample, "tool")[0]
    sample.events.insert(sample.events.index(use), use.model_copy(update={"id": "call_x", "function": "python"}))


def cut_conversation(log: EvalLog) -> None:
    """The first search and its results gone from the conversation."""
    del samples_of(log)[0].messages[2:4]


def forge_answer(log: EvalLog) -> None:
    """Words of the model that it never said."""
    messages = samples_of(log)[0].messages
    at = next(n for n, message in enumerate(messages) if message.role == "assistant")
    # A copy: Inspect's reader gives conversation and events one message between them.
    messages[at] = messages[at].model_copy(update={"content": "I computed everything with care."})


def empty_events(log: EvalLog) -> None:
    """Every event gone."""
    for sample in samples_of(log):
        sample.events = []


def empty_model_events(log: EvalLog) -> None:
    """Every model call gone."""
    for sample in samples_of(log):
        sample.events = [event for event in sample.events if event.event != "model"]


def cheaper(log: EvalLog) -> None:
    """A tenth of the tokens, in every sample and the header."""
    for usage in [*(u for s in samples_of(log) for u in s.model_usage.values()), *log.stats.model_usage.values()]:
        usage.total_tokens //= 10


def late_events(log: EvalLog) -> None:
    """Events from a day after the sample ended."""
    for event in samples_of(log)[0].events[-3:]:
        event.timestamp = event.timestamp.replace(year=event.timestamp.year + 1)


LOGS = [
    Alteration("score raised in the sample", raise_in_sample, "forged score"),
    Alteration("score raised everywhere", raise_everywhere, "when judged again"),
    Alteration("solve raised everywhere", raise_solve, "solve is 1.000000 in the log"),
    Alteration("score edited with Inspect", edit_with_history, "was edited"),
    Alteration("headline of its own", stale_metrics, "stale metrics"),
    Alteration("score not a number", not_a_number, "score is nan in the log"),
    Alteration("audit under another name", no_audit, "does not hold as many of every case"),
    Alteration("labels forged", forge_labels, "correct, labels of its verdict"),
    Alteration("slips forged", forge_slips, "slips of its verdict"),
    Alteration("tool use forged", forge_tool_use, "effective_tool of its verdict"),
    Alteration("rubric verdicts invented", invent_opinion, "forged score"),
    Alteration("worst sample dropped", drop_worst, "does not hold as many of every case"),
    Alteration("worst sample dropped, header agrees", drop_worst_and_restate, "does not hold as many of every case"),
    Alteration("worst case never planned", drop_case_and_restate, "is missing"),
    Alteration("low score told as an error", error_without_event, "no event shows (forged error)"),
    Alteration("low score told as an error, with its event", error_with_event, "an answer was handed in"),
    Alteration("best of two epochs as one", best_of_epochs, "not the sum of its samples"),
    Alteration("one epoch twice", copy_epoch, "copied sample"),
    Alteration("one epoch twice, new uuids", copy_epoch_with_new_uuid, "repeats a message"),
    Alteration("one epoch twice, new ids", copy_epoch_with_new_ids, "to the last digit"),
    Alteration("metadata relabelled", relabel, "domain differs from the task set"),
    Alteration("another task set's digest", other_set, "000000000000"),
    Alteration("another task set's name", other_name, "says version"),
    Alteration("another version", other_version, "says version"),
    Alteration("another model's name", other_model, "foreign model"),
    Alteration("another generation setting", other_settings, "was called with temperature None"),
    Alteration("fewer tools", other_tools, "other instructions"),
    Alteration("another context", other_context, "swapped task file"),
    Alteration("another agent's name", other_agent, "forged agent"),
    Alteration("an agent without a name", hidden_agent, "hidden agent"),
    Alteration("another year", earlier_day, "ran outside of its log's time"),
    Alteration("a sample from before", merge_retry, "merged retry"),
    Alteration("a sample started twice", retry, "was started 2 times"),
    Alteration("a run told as cut off", unfinished, "unfinished run"),
    Alteration("a sample marked invalid", invalidate, "marked invalid"),
    Alteration("limit raised", raise_limit, "message_limit is 1000, the task allows"),
    Alteration("limit off", no_limit, "token_limit is off"),
    Alteration("limit of one sample raised", one_sample_without_limit, "time_limit is 10000, its log says"),
    Alteration("more messages than the limit", beyond_messages, "the limit is 3"),
    Alteration("more tokens than the limit", beyond_tokens, "the limit is 100"),
    Alteration("more time than the limit", beyond_time, "went on after its time limit"),
    Alteration("sandbox: local", local_sandbox, "keeps nothing from it"),
    Alteration("easier text under a case's id", swap_task, "swapped task file"),
    Alteration("another text shown than the input", show_another_text, "another text shown"),
    Alteration("a hint between calls", show_a_hint, "another text shown"),
    Alteration("other instructions", show_other_instructions, "other instructions"),
    Alteration("begun with another text", begin_with_another_text, "began with another text"),
    Alteration("a transcript with the key's canary", leak_the_key, "leaked key"),
    Alteration("answer replaced", replace_completion, "replaced answer"),
    Alteration("answer replaced in call and message", replace_completion_and_call, "that no answer called"),
    Alteration("a foreign model's call", foreign_model, "foreign model"),
    Alteration("a foreign model's tokens", foreign_usage, "foreign model"),
    Alteration("a foreign model behind a role", foreign_role, "used lab/other as its helper"),
    Alteration("the judge as helper", grader_as_helper, "as its grader"),
    Alteration("tool call without an event", forge_tool_call, "that no event shows"),
    Alteration("tool result replaced", forge_tool_result, "holds a result of search that no event shows"),
    Alteration("tool event without a call", forge_tool_event, "that no answer called"),
    Alteration("conversation cut", cut_conversation, "cut conversation"),
    Alteration("words never said", forge_answer, "holds an answer that no event shows"),
    Alteration("events emptied", empty_events, "emptied transcript"),
    Alteration("model calls emptied", empty_model_events, "forged usage"),
    Alteration("fewer tokens", cheaper, "forged usage"),
    Alteration("events after the end", late_events, "after it ended"),
]
"""Alterations of one log, written as Inspect writes it: summaries, reductions and journal follow."""

PAIRS = [
    Alteration("another run's sample", foreign_sample, "foreign model"),
    Alteration("another run's sample, renamed", foreign_sample_renamed, "dropped or foreign samples"),
]
"""Alterations that need a second log."""


# The archive -------------------------------------------------------------------------------------------------------


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """The archive again with changed parts, outside of Inspect."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def told(parts: dict[str, bytes], change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Changed summaries."""
    found = json.loads(parts["summaries.json"])
    change(found)
    parts["summaries.json"] = json.dumps(found).encode()


def summary_score(path: Path) -> None:
    """The board reads summaries: a better score there."""

    def change(found: list[dict[str, Any]]) -> None:
        for one in found:
            one["scores"][AUDIT]["value"] |= {"score": 10.0, "solve": 1.0}

    rewritten(path, lambda parts: told(parts, change))


def summary_labels(path: Path) -> None:
    """Forged labels and slips in the summaries alone."""
    rewritten(
        path, lambda parts: told(parts, lambda found: found[0]["scores"][AUDIT]["metadata"].update(slips={"A": "b"}))
    )


def summary_usage(path: Path) -> None:
    """Fewer tokens in the summaries alone."""
    rewritten(path, lambda parts: told(parts, lambda found: found[0].update(model_usage={})))


def summary_error(path: Path) -> None:
    """A low score told as an error in the summaries alone."""
    rewritten(path, lambda parts: told(parts, lambda found: found[0].update(scores={}, error="the sandbox died")))


def summary_dropped(path: Path) -> None:
    """A case whose samples stay in the archive, and that no summary names."""

    def change(found: list[dict[str, Any]]) -> None:
        found[:] = [one for one in found if one["id"] != found[0]["id"]]

    rewritten(path, lambda parts: told(parts, change))


def summary_twice(path: Path) -> None:
    """A sample told twice."""
    rewritten(path, lambda parts: told(parts, lambda found: found.append(found[0])))


def header_model(path: Path) -> None:
    """Another model in the header, by hand: the journal of the run stays."""

    def change(parts: dict[str, bytes]) -> None:
        header = json.loads(parts["header.json"])
        header["eval"]["model"] = OTHER
        parts["header.json"] = json.dumps(header).encode()

    rewritten(path, change)


def header_invalid(path: Path) -> None:
    """A log that was marked invalid."""

    def change(parts: dict[str, bytes]) -> None:
        parts["header.json"] = json.dumps(json.loads(parts["header.json"]) | {"invalidated": True}).encode()

    rewritten(path, change)


def duplicate_member(path: Path) -> None:
    """A second header behind the first: two readers may see two logs."""
    with zipfile.ZipFile(path) as old:
        header = old.read("header.json")
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("header.json", header)


def member_elsewhere(path: Path) -> None:
    """A member with a place outside of the archive."""
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("../../outside.json", b"{}")


ARCHIVES = [
    Alteration("summaries' scores", summary_score, "forged summary"),
    Alteration("summaries' slips", summary_labels, "forged summary"),
    Alteration("summaries' tokens", summary_usage, "forged summary"),
    Alteration("summaries' errors", summary_error, "forged summary"),
    Alteration("a sample no summary names", summary_dropped, "hidden sample"),
    Alteration("a sample told twice", summary_twice, "epoch 1 twice"),
    Alteration("header changed, journal not", header_model, "its journal began with another model"),
    Alteration("log marked invalid", header_invalid, "marked invalid"),
    Alteration("member there twice", duplicate_member, "is there twice"),
    Alteration("member outside", member_elsewhere, "has no place inside a log"),
]
"""Alterations of the archive itself."""


# Statements and rows -----------------------------------------------------------------------------------------------

STATEMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "model": ({"model": "skillbench/reference"}, "its statement says model"),
    "tools": ({"tools": "none"}, "its statement says tools"),
    "context": ({"context": "matched"}, "its statement says context"),
    "purse": ({"purse": "2"}, "its statement says purse"),
    "generation": ({"generation": {"temperature": 0.0}}, "its statement says generation"),
    "agent": ({"agent": "lab/planner"}, "its statement says agent"),
    "agent_args": ({"agent_args": {"depth": 3}}, "its statement says agent_args"),
    "model_args": ({"model_args": {"quantised": True}}, "its statement says model_args"),
    "version": ({"task_version": "9-Z"}, "its statement says task_version"),
    "task_set": ({"task_set": "v9"}, "its statement says task_set"),
    "cost": ({"cost": 0.01}, "its statement says cost"),
    "first day": ({"started": "2020-01-01"}, "its statement says started"),
    "last day": ({"finished": "2031-01-01"}, "its statement says finished"),
    "epochs": ({"epochs": 1}, "it states 1 epochs"),
    "epochs without end": ({"epochs": 1000}, "it states 1000 epochs"),
    "judge": ({"judge": "rubric-2026-11-21 by lab/judge"}, "0 runs judged by rubric-2026-11-21"),
    "judge's words": ({"judge_prompt": "0" * 64}, "its statement says judge_prompt"),
    "an attestation": ({"attestations": {"one_run": False}}, "an attestation is false"),
    "a mark of direction": ({"contact": "me\u202e"}, "cannot be seen"),
    "an escape in an argument": ({"model_args": {"a": ["\x1b[2J"]}}, "cannot be seen"),
}
"""Fields of a statement edited, everything else as packed."""


def better(row: dict[str, Any]) -> None:
    """A perfect row."""
    row |= {"score": 10.0, "score_no_bonus": 10.0, "solve": 1.0, "coverage": 1.0}


def failed(row: dict[str, Any]) -> None:
    """A low score retold as an error."""
    row |= {**dict.fromkeys(("score", "score_no_bonus", "solve", "coverage")), "state": "error", "reason": "it died"}


ROWS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "score": (better, "packed samples differ from the logs"),
    "error": (failed, "packed samples differ from the logs"),
    "labels": (lambda row: row.update(labels='{"a": "right"}'), "labels is"),
    "slips": (lambda row: row.update(slips='{"a": "b"}'), "slips is"),
    "tokens": (lambda row: row.update(tokens=1.0), "tokens is"),
    "uuid": (lambda row: row.update(uuid="x"), "uuid is"),
    "epoch": (lambda row: row.update(epoch=3 - row["epoch"]), "is there 2 times"),
    "markup": (lambda row: row.update(chain="a\u202eb"), "cannot be seen"),
    "nested markup": (lambda row: row.update(slips='{"a": "\\u001b"}'), "cannot be seen"),
}
"""The first row of a pack edited, with a statement whose hash agrees."""
