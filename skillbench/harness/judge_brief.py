"""What a judge is shown: instructions, what is declared, and the session as inert JSON lines."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from skillbench.build.templates import render_prompt
from skillbench.core.schema import Case
from skillbench.judge.profile import Profile
from skillbench.judge.reading import structures_of
from skillbench.judge.transcript import Transcript

RESULTS_SHARE = 0.12
"""Characters of tool results shown, as a share of task and answer together: a judge reads work, not logs."""

ANSWER_CHARACTERS = 60_000
"""Longest answer shown whole; of a longer one head and tail are shown, so that size cannot starve a judge."""

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Brief:
    """One judge's prompt.

    Attributes:
        system: instructions.
        user: declared records and evidence.
    """

    system: str
    user: str


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
        "spans": [_line(span) for span in _spans(transcript)],
    }
    return Brief(
        system=render_prompt(f"{profile.prompt}/system.md.j2", nonce=nonce),
        user=render_prompt(f"{profile.prompt}/case.md.j2", **values),
    )


def _spans(transcript: Transcript) -> Iterator[dict[str, str]]:
    """Task, tool results and answer, each under a name of its own."""
    yield {"span": "task", "text": _clean(transcript.task_text)}
    budget = int(RESULTS_SHARE * (len(transcript.task_text) + min(len(transcript.answer_text), ANSWER_CHARACTERS)))
    shown = [call for call in transcript.calls if call.ok and call.result.strip()]
    each = budget // max(len(shown), 1)
    for call in shown:
        if each >= 80:
            yield {"span": call.id, "tool": call.function, "text": _cut(_clean(call.result), each)}
    yield {"span": "answer", "text": _cut(_clean(transcript.answer_text), ANSWER_CHARACTERS)}


def _line(span: dict[str, str]) -> str:
    """One JSON line in which every character shows: invisible ones and other line ends stand as escapes."""
    written = json.dumps(span, ensure_ascii=False)
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in _UNSEEN else c for c in written)


def _cut(text: str, most: int) -> str:
    """The text, or its head and tail with a mark between."""
    return text if len(text) <= most else f"{text[: most // 2]} […] {text[len(text) - most // 2 :]}"


def _clean(text: str) -> str:
    """Unpaired surrogates cannot travel as UTF-8; they become replacement characters."""
    return text.encode("utf-8", "replace").decode("utf-8")
