"""What a judge is shown: instructions, what is declared, and the session as inert JSON lines."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Case
from skillbench.judge.answer import read_answer
from skillbench.judge.profile import Profile
from skillbench.judge.reading import structures_of
from skillbench.judge.transcript import Transcript

MOST_PER_CASE = 1.3
"""A judge's prompt in characters, as a multiple of task and answer; tool results get what is left of it.

Printed figures take more tokens a character than prose, so this keeps the prompt below 1.5 times the tokens.
"""

SHORTEST_RESULT = 80
"""Characters below which a cut result says nothing."""

FRAME = 100
"""Characters that a span takes besides its text."""

ANSWER_CHARACTERS = 60_000
"""Longest answer shown whole; of a longer one head and tail are shown, so that size cannot starve a judge."""

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Brief:
    """One judge's prompt.

    Attributes:
        system: instructions.
        user: declared records and evidence.
        bare: the same without the answer's prose, for a last attempt: bait that makes a judge refuse, drown or
            fall silent stands in prose, so it can cost the prose a reading but not the sample its verdict.
    """

    system: str
    user: str
    bare: str


def judge_brief(case: Case, transcript: Transcript, profile: Profile, nonce: str) -> Brief:
    """The prompt for one sample.

    Args:
        case: the case; its key is not shown.
        transcript: the session.
        profile: names the templates.
        nonce: marks the evidence; unpredictable for the agent.
    """
    values = {
        "nonce": nonce,
        "skills": case.skills,
        "handoffs": [coupling.id for coupling in case.couplings],
        "structures": structures_of(case),
    }
    template = f"{profile.prompt}/case.md.j2"
    given = [{"span": "task", "text": transcript.task_text}]
    system = render_prompt(f"{profile.prompt}/system.md.j2", nonce=nonce)
    bare = render_prompt(template, **values, spans=_lines([*given, _figures(transcript)]))
    answer = _answer(transcript)
    fixed = len(system) + len(render_prompt(template, **values, spans=_lines([*given, answer])))
    room = int(MOST_PER_CASE * (len(transcript.task_text) + len(answer["text"]))) - fixed
    spans = _lines([*given, *_results(transcript, room), answer])
    return Brief(system, render_prompt(template, **values, spans=spans), bare)


def _results(transcript: Transcript, room: int) -> Iterator[dict[str, str]]:
    """Tool results, each under its call's id, cut to a fair share of the room as they will be written."""
    shown = [call for call in transcript.calls if call.ok and call.result.strip()]
    each = room // max(len(shown), 1) - FRAME
    for call in shown:
        text = _clean(call.result[: 2 * ANSWER_CHARACTERS])
        written = len(_line({"text": text}))
        most = each * len(text) // written
        if most >= SHORTEST_RESULT:
            yield {"span": call.id[:40], "tool": call.function, "text": _cut(text, most)}


def _answer(transcript: Transcript) -> dict[str, str]:
    return {"span": "answer", "text": _cut(transcript.answer_text, ANSWER_CHARACTERS)}


def _figures(transcript: Transcript) -> dict[str, str]:
    """The answer's deliverable as read, without its note and without anything around it."""
    document = dict(read_answer(transcript.answer_text).document or {})
    document.pop("note", None)
    kept = {name: document[name] for name in ("measures", "allocation") if name in document}
    return {"span": "answer", "text": _cut(json.dumps(kept, ensure_ascii=False, default=str), ANSWER_CHARACTERS)}


def _lines(spans: Iterable[dict[str, str]]) -> list[str]:
    return [_line({name: _clean(text) for name, text in span.items()}) for span in spans]


def _line(span: dict[str, str]) -> str:
    """One JSON line in which every character shows: invisible ones and other line ends stand as escapes."""
    written = json.dumps(span, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in _UNSEEN else c for c in written)


def _cut(text: str, most: int) -> str:
    """The text, or its head and tail with a mark between."""
    return text if len(text) <= most else f"{text[: most // 2]} […] {text[len(text) - most // 2 :]}"


def _clean(text: str) -> str:
    """Unpaired surrogates cannot travel as UTF-8; they become replacement characters."""
    return text.encode("utf-8", "replace").decode("utf-8")
