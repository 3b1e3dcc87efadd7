"""What a judge of an answer to an authored task is shown: the task, its files, the session, criteria and the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skillbench.core.authored import Authored
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Case
from skillbench.harness.judge_brief import cut_middle, evidence_lines
from skillbench.judge.authored.assess import part_of
from skillbench.judge.authored.held_figures import hold
from skillbench.judge.authored.prose import read_prose
from skillbench.judge.authored.readings import Reading, handover_ids, read_reading, reader_criteria
from skillbench.judge.profile import Profile
from skillbench.judge.transcript import Transcript

ANSWER_CHARACTERS = 40_000
"""Longest answer shown whole; of a longer one head and tail."""

FILES_CHARACTERS = 14_000
"""Room for the task's files, shared out evenly; of a longer one head and tail, with its size said."""

SESSION_CHARACTERS = 4_000
"""Room for programs that ran and what they printed."""

BARE_ANSWER = 8_000
"""Characters of the answer in a last attempt, which leaves the files out."""


@dataclass(frozen=True)
class AuthoredBrief:
    """One judge's prompt about one answer to an authored task.

    Attributes:
        system: instructions.
        user: what is declared, and the evidence.
        bare: the same without files and session, of a long answer less.
        criteria: ids that need a record each.
        handovers: likewise.
    """

    system: str
    user: str
    bare: str
    criteria: tuple[str, ...]
    handovers: tuple[str, ...]

    @property
    def kind(self) -> type[Reading]:
        """The model of a judge's reply."""
        return Reading

    def read(self, text: str) -> Reading:
        """The reading in a reply, complete.

        Raises:
            JudgeError: see :func:`skillbench.judge.authored.readings.read_reading`.
        """
        return read_reading(text, self.criteria, self.handovers)


def authored_brief(
    case: Case, records: Mapping[str, str], transcript: Transcript, profile: Profile, nonce: str
) -> AuthoredBrief:
    """The prompt for one answer.

    Args:
        case: the case; its reference answer and programs are not shown.
        records: its files by name.
        transcript: the session.
        profile: names the templates.
        nonce: marks the evidence; unpredictable for the agent.
    """
    task = part_of(case)
    values = {"nonce": nonce, "criteria": _criteria(task), "handovers": _handovers(task)}
    values["figures"] = _figures(task, transcript)
    template = f"{profile.prompt}/case.md.j2"
    brief = {"span": "task", "text": case.prompt}
    answer = {"span": "answer", "text": cut_middle(transcript.answer_text, ANSWER_CHARACTERS)}
    short = {"span": "answer", "text": cut_middle(transcript.answer_text, BARE_ANSWER)}
    whole = [brief, *_files(records), *_session(transcript), answer]
    return AuthoredBrief(
        system=render_prompt(f"{profile.prompt}/system.md.j2", nonce=nonce),
        user=render_prompt(template, **values, spans=evidence_lines(whole)),
        bare=render_prompt(template, **values, spans=evidence_lines([brief, short])),
        criteria=tuple(criterion.id for criterion in reader_criteria(task)),
        handovers=tuple(handover_ids(task)),
    )


def _criteria(task: Authored) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "statement": one.text} | ({"fault": True} if one.must_not else {})
        for one in reader_criteria(task)
    ]


def _handovers(task: Authored) -> list[dict[str, str]]:
    return [
        {"id": name, "from": one.src, "to": one.dst, "what": one.what}
        for name, one in zip(handover_ids(task), task.handovers, strict=True)
    ]


def _figures(task: Authored, transcript: Transcript) -> list[dict[str, Any]]:
    """Every figure with its right value and how the answer's compares: nobody needs to compute."""
    held = hold(task.figures, read_prose(transcript.answer_text).figures)
    return [
        {
            "name": one.figure.name,
            "meaning": one.figure.meaning,
            "right": one.figure.value,
            "unit": one.figure.unit,
            "answer": one.verdict,
        }
        for one in held
    ]


def _files(records: Mapping[str, str]) -> Iterator[dict[str, str]]:
    each = FILES_CHARACTERS // max(1, len(records))
    spare = sum(max(0, each - len(text)) for text in records.values())
    longer = sum(len(text) > each for text in records.values())
    room = each + spare // max(1, longer)
    for name, text in records.items():
        shown = cut_middle(text, room)
        size = f"{len(text)} characters" + ("" if shown == text else f", {room} of them shown")
        yield {"span": f"file {name}", "size": size, "text": shown}


def _session(transcript: Transcript) -> Iterator[dict[str, str]]:
    ran = [call for call in transcript.calls if call.program.strip()]
    if not ran:
        yield {"span": "session", "text": "No program was run in this session."}
        return
    each = SESSION_CHARACTERS // (2 * len(ran))
    text = "\n".join(f"$ {cut_middle(call.program, each)}\n{cut_middle(call.result, each)}" for call in ran)
    yield {"span": "session", "text": cut_middle(text, SESSION_CHARACTERS)}
