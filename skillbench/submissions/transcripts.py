"""One sample held against its own events: what was said, called, used and handed in stands there a second time."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from skillbench.evidence.session import Generation, Head, Message, WholeSample
from skillbench.harness.agent import AUTHORED, KEYED
from skillbench.judge.transcript import CODE_TOOLS
from skillbench.submissions.again import same
from skillbench.submissions.expected import Expected
from skillbench.submissions.purses import of_purse

SLACK: Final = 60.0
"""Seconds a sample may overrun its time limit: Inspect ends it at its next step."""

EXACT: Final = (
    "temperature",
    "top_p",
    "top_k",
    "seed",
    "effort",
    "reasoning_effort",
    "reasoning_tokens",
    "system_message",
)
"""Settings that no provider fills in by itself: an event shows them as they were given, or not at all."""


def of_sample(head: Head, sample: WholeSample, expected: Expected) -> Iterator[str]:
    """Every way in which a sample contradicts its events, its log's header or the task set, each a clause."""
    yield from _of_marks(sample)
    yield from _of_models(head, sample)
    yield from _of_usage(sample)
    yield from _of_verdicts(sample)
    yield from _of_limits(head, sample)
    yield from _of_sandbox(head, sample, expected)
    yield from _of_text(sample, expected)
    yield from _of_messages(sample, expected)
    yield from _of_answer(sample, expected)
    yield from of_purse(sample, expected.purse, expected.points)
    if not same(dict(sample.told), dict(sample.summary)):
        wrong = sorted(name for name in sample.summary if not same(sample.told.get(name), sample.summary[name]))
        yield f"the log's summary says another {', '.join(wrong)} than the sample (forged summary)"


def _of_marks(sample: WholeSample) -> Iterator[str]:
    if sample.edited:
        yield "its score was edited"
    if sample.invalidated:
        yield "was marked invalid"
    if sample.retries:
        yield f"was started {sample.retries + 1} times"
    if sample.fallback:
        yield "was answered by another model that its provider put in (foreign model)"
    session = sample.session
    if not session.first:
        yield "its events are gone (emptied transcript)"
    elif any(_seconds(one.started, sample.started) > 1 for one in session.generations):
        yield "has calls from before it started"
    elif _seconds(sample.completed, session.last) > 1:
        yield "has events from after it ended"


def _of_models(head: Head, sample: WholeSample) -> Iterator[str]:
    """Only the model under test answers, and only named graders judge."""
    for one in sample.session.generations:
        if one.scoring:
            judges = {
                name for score in sample.scores.values() for name in (score.get("metadata") or {}).get("judges") or ()
            }
            if one.model not in judges or (one.role and one.model not in head.roles.get(one.role, ())):
                yield f"was judged with {one.model}, which the log names as no judge (foreign model)"
                return
        elif one.model != head.model or one.role:
            role = f" as its {one.role}" if one.role else ""
            yield f"used {one.model}{role}, not {head.model} (foreign model)"
            return
    strangers = set(sample.usage) - {head.model} - {name for models in head.roles.values() for name in models}
    strangers -= {one.model for one in sample.session.generations if one.scoring}
    if strangers:
        yield f"used {', '.join(sorted(strangers))}, not {head.model} (foreign model)"


def _of_usage(sample: WholeSample) -> Iterator[str]:
    calls = sample.session.generations
    for what, stated, names in (
        ("model", sample.usage, [one.model for one in calls]),
        ("role", sample.role_usage, [one.role for one in calls]),
    ):
        summed = added((name, one.usage) for name, one in zip(names, calls, strict=True) if one.usage and name)
        if not close(stated, summed):
            yield f"its usage by {what} is not the sum of its calls' (forged usage)"


def _of_verdicts(sample: WholeSample) -> Iterator[str]:
    given = {name: score["value"] for name, score in sample.scores.items()}
    if not same(given, dict(sample.session.verdicts)):
        yield "its scores are not those its scorers' events show (forged score)"
    submitted = any(one.function == KEYED.submit.name and not one.failed for one in sample.session.uses)
    if sample.error and not sample.session.failed:
        yield "is told as an error that no event shows (forged error)"
    elif sample.error and (submitted or sample.session.verdicts):
        yield "is told as an error, though an answer was handed in or judged (forged error)"
    elif not sample.error and not sample.scores:
        yield "has neither a score nor an error"


def _of_limits(head: Head, sample: WholeSample) -> Iterator[str]:
    for name, given in head.limits.items():
        if sample.limits.get(name) != given:
            yield f"{name} is {sample.limits.get(name)}, its log says {given}"
    asked = [one for one in sample.session.generations if not one.scoring]
    messages, tokens, seconds = (head.limits.get(name) for name in ("message_limit", "token_limit", "time_limit"))
    longest = max((len(one.shown) for one in asked), default=0)
    if messages and longest >= messages:
        yield f"went on at {longest} messages, the limit is {messages}"
    used = sum(one.usage.get("total_tokens", 0) for one in asked[:-1])
    if tokens and used > tokens:
        yield f"went on after {used:.0f} tokens, the limit is {tokens}"
    if seconds and asked and _seconds(asked[0].started, asked[-1].started) > seconds + SLACK:
        yield f"went on after its time limit of {seconds} s"


def _of_sandbox(head: Head, sample: WholeSample, expected: Expected) -> Iterator[str]:
    kind = sample.sandbox or head.sandbox
    if sample.sandbox and sample.sandbox != head.sandbox:
        yield f"ran in the sandbox {sample.sandbox}, its log says {head.sandbox or 'none'}"
    good = Counter(one.function for one in sample.session.uses if not one.failed and one.function in CODE_TOOLS)
    if good and not kind:
        yield "ran code without a sandbox"
    for name, times in sorted(good.items()):
        if expected.plain and times > sample.session.ran.get(name, 0):
            yield f"shows {times} results of {name}, of which {sample.session.ran.get(name, 0)} ran in the sandbox"


def _of_text(sample: WholeSample, expected: Expected) -> Iterator[str]:
    """What the agent was shown is the case's text and what its tools gave it."""
    if not sample.text or sample.text != expected.text:
        yield "the agent was given another text than the task set holds (swapped task file)"
    if any(canary in sample.transcript for canary in expected.canaries):
        yield "its transcript holds the canary of the answer key (leaked key)"
    if sample.session.first and sample.session.shown_input != sample.text:
        yield "began with another text than its input (another text shown)"
    for one in sample.session.generations:
        if not one.scoring and (odd := _odd_words(one, sample, expected)):
            yield odd
            return
    asked = [one for one in sample.session.generations if not one.scoring]
    if asked and expected.plain and (wrong := set(asked[0].tools) ^ expected.tools):
        yield f"its tools differ from the task's by {', '.join(sorted(wrong))}"


def _odd_words(one: Generation, sample: WholeSample, expected: Expected) -> str:
    """What a call of the model under test was shown beside the case and its own conversation; empty for nothing."""
    if not expected.plain:
        seen = any(sample.text in message.text for message in one.shown)
        return "" if seen or one is not sample.session.generations[0] else "its first call was not shown its input"
    users = [message.text for message in one.shown if message.role == "user"]
    if users[:1] != [sample.text] or set(users[1:]) - {KEYED.go_on, AUTHORED.go_on}:
        return "a call was shown other words than its input (another text shown)"
    systems = [message.text for message in one.shown if message.role == "system"]
    if systems != [expected.instructions]:
        return "a call was shown other instructions than the agent's (another text shown)"
    return ""


def _of_messages(sample: WholeSample, expected: Expected) -> Iterator[str]:
    """Every answer and every result in the conversation was given by an event, and is what the next call was shown."""
    said = {one.said.id: one.said for one in sample.session.generations if one.said is not None and not one.scoring}
    results = {one.message: one for one in sample.session.uses}
    called = {(call.id, call.function, call.arguments) for one in said.values() for call in one.calls}
    if not sample.session.first:
        return

    ran = {(use.id, use.function, use.arguments) for use in sample.session.uses}

    def invented(message: Message) -> bool:
        if message.role == "assistant":
            own = said.get(message.id)
            return own != message and (own is None or expected.plain or not _acts_by_tags(message, own, ran))
        use = results.get(message.id)
        if message.role != "tool" or (use is None and not expected.plain):
            return False
        return use is None or (use.function, use.result, use.failed) != (message.function, message.text, message.failed)

    for message in sample.messages:
        if invented(message):
            what = f"a result of {message.function}" if message.role == "tool" else "an answer"
            yield f"holds {what} that no event shows (forged message)"
            return
    shown = [message for one in sample.session.generations if not one.scoring for message in one.shown]
    if expected.plain and any(map(invented, shown)):
        yield "a call was shown an answer or a result that no event gave (forged message)"
    if expected.plain and any((use.id, use.function, use.arguments) not in called for use in sample.session.uses):
        yield "a tool was run that no answer called (forged tool call)"
    if expected.plain and sample.messages and {message.id for message in shown} - {one.id for one in sample.messages}:
        yield "its conversation lacks messages that a call was shown (cut conversation)"


def _acts_by_tags(message: Message, own: Message, ran: AbstractSet[tuple[str, str, str]]) -> bool:
    """Whether a message is the model's own but for calls, each of which an event shows: read in its text."""
    calls = {(call.id, call.function, call.arguments) for call in message.calls}
    return replace(message, calls=own.calls) == own and calls <= ran


def _of_answer(sample: WholeSample, expected: Expected) -> Iterator[str]:
    """The answer is the last one submitted, or the model's last words."""
    if not sample.session.first or not sample.completion:
        return
    submitted = [use for use in sample.session.uses if use.function == KEYED.submit.name and not use.failed]
    asked = [one for one in sample.session.generations if not one.scoring]
    if submitted:
        given = {str(json.loads(submitted[-1].arguments).get("answer")), submitted[-1].result}
    elif expected.plain:
        given = {one.text for one in asked[-1:]}
    else:
        held = json.dumps([one.text for one in asked] + [one.arguments for one in sample.session.uses])
        given = {sample.completion} if json.dumps(sample.completion)[1:-1] in held else set()
    if sample.completion not in given or (submitted and len(given) > 1):
        yield "its answer is not the one its last call handed in (replaced answer)"


def config_faults(head: Head, sample: WholeSample) -> Iterator[str]:
    """Generation settings of the header that the calls were not made with."""
    for one in sample.session.generations:
        if one.scoring:
            continue
        for name in (*EXACT, *head.config):
            if not same(one.config.get(name), head.config.get(name)):
                yield f"was called with {name} {one.config.get(name)}, its log says {head.config.get(name)}"
                return


def added(usages: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Usage summed by name."""
    found: dict[str, dict[str, float]] = {}
    for name, usage in usages:
        mine = found.setdefault(name, {})
        for kind, value in usage.items():
            mine[kind] = mine.get(kind, 0.0) + value
    return found


def close(one: Mapping[str, Mapping[str, float]], other: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether two usages agree; what is 0 need not be named."""
    flat = [
        {(name, kind): value for name, usage in given.items() for kind, value in usage.items() if value}
        for given in (one, other)
    ]
    return all(math.isclose(flat[0].get(key, 0), flat[1].get(key, 0), rel_tol=1e-9) for key in {*flat[0], *flat[1]})


def _seconds(begin: str, end: str) -> float:
    """Seconds from one ISO time to another; 0 where either is unknown."""
    if not begin or not end:
        return 0.0
    return (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(begin)).total_seconds()
