"""What a judge is shown: instructions, what is declared, and the session as inert JSON lines."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Case, Page
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.answer import read_answer
from skillbench.judge.observations import Observations
from skillbench.judge.profile import Profile
from skillbench.judge.reading import missing_parts, read_observations
from skillbench.judge.transcript import Transcript

ANSWER_CHARACTERS = 60_000
"""Longest answer shown whole; of a longer one head and tail are shown, so that size cannot starve a judge."""

TASK_CHARACTERS = 12_000
"""Longest brief shown; the records that follow it in a prompt are bulk data and never shown."""

PAGES_CHARACTERS = 40_000
"""Room for whole handbook pages: those the answer cites first, then those the agent opened."""

CODE_CHARACTERS = 30_000
"""Room for the code that ran and its output, shared by the calls."""

RECORDS = "\n## Records"
"""Where the records begin in a case's prompt."""

QUIET = "No tool calls were made in this session."

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Brief:
    """One judge's prompt.

    Attributes:
        system: instructions.
        user: declared records and evidence.
        bare: the same with nothing of the answer but its figures, for a last attempt: bait that makes a judge refuse,
            drown or fall silent needs words, so it can cost the prose a reading but not the sample its verdict.
        missing: the parts that the answer does not hold, each of which needs an admission.
    """

    system: str
    user: str
    bare: str
    missing: tuple[str, ...]

    @property
    def kind(self) -> type[Observations]:
        """The model of a judge's reply."""
        return Observations

    def read(self, text: str) -> Observations:
        """The observations in a reply, with an admission for every missing part.

        Raises:
            JudgeError: see :func:`skillbench.judge.reading.read_observations`.
        """
        return read_observations(text, self.missing)


def judge_brief(case: Case, pages: Sequence[Page], transcript: Transcript, profile: Profile, nonce: str) -> Brief:
    """The prompt for one sample.

    Args:
        case: the case; its key is not shown.
        pages: its handbook.
        transcript: the session.
        profile: names the templates.
        nonce: marks the evidence; unpredictable for the agent.
    """
    missing = missing_parts(case, transcript.answer_text)
    values = {
        "nonce": nonce,
        "measures": [
            {"skill": point.tag, "measure": point.key, "title": point.title, "unit": point.unit}
            for point in case.checkpoints
        ],
        "missing": missing,
    }
    template = f"{profile.prompt}/case.md.j2"
    task = {"span": "task", "text": cut_middle(transcript.task_text.partition(RECORDS)[0], TASK_CHARACTERS)}
    answer = {"span": "answer", "text": cut_middle(transcript.answer_text, ANSWER_CHARACTERS)}
    session = [*_pages(pages, transcript), *_session(transcript), answer]
    return Brief(
        system=render_prompt(f"{profile.prompt}/system.md.j2", nonce=nonce),
        user=render_prompt(template, **values, spans=evidence_lines([task, *session])),
        bare=render_prompt(template, **values, spans=evidence_lines([task, _figures(case, transcript)])),
        missing=tuple(missing),
    )


def _pages(pages: Sequence[Page], transcript: Transcript) -> Iterator[dict[str, str]]:
    """Whole pages that the answer cites or the agent opened, as many as there is room for."""
    said = _plain(transcript.answer_text[:ANSWER_CHARACTERS])
    opened = _plain(" ".join(str(call.arguments) for call in transcript.calls if call.function == "open"))
    used = [page for page in pages if _plain(page.id) in said]
    used += [page for page in pages if _plain(page.id) in opened and page not in used]
    room = PAGES_CHARACTERS
    for page in used:
        room -= len(page.text)
        if room >= 0:
            yield {"span": f"page {page.id}", "text": f"{page.title}\n{page.text}"}


def _session(transcript: Transcript) -> Iterator[dict[str, str]]:
    """The code that ran with its output, and the names of other calls; a sentence where nothing was called."""
    if not transcript.calls:
        yield {"span": "session", "text": QUIET}
        return
    ran = [call for call in transcript.calls if call.program]
    each = CODE_CHARACTERS // (2 * max(len(ran), 1))
    for call in ran:
        ended = "" if call.ok else " (ended with an error)"
        yield {
            "span": f"code {call.id[:40]}",
            "tool": call.function[:40] + ended,
            "text": cut_middle(call.program, each),
        }
        yield {"span": f"output {call.id[:40]}", "text": cut_middle(call.result, each)}
    others = [f"{call.function} {call.arguments}"[:120] for call in transcript.calls if call not in ran]
    if others:
        yield {"span": "session", "text": cut_middle("; ".join(others), CODE_CHARACTERS // 10)}


def _figures(case: Case, transcript: Transcript) -> dict[str, str]:
    """The answer's figures as read, under the case's own names: not a word of the agent's."""
    answer = read_answer(transcript.answer_text)
    read = {
        point.key: {code: section.values[code] for code in case.entities if code in section.values}
        for point in case.checkpoints
        if (section := answer.sections.get(point.key))
    }
    product = product_of(case)
    handed_in = product.trimmed(product.read(answer.document or {})) if product else {}
    return {"span": "answer", "text": json.dumps({"measures": read, **handed_in})}


def evidence_lines(spans: Iterable[dict[str, str]]) -> list[str]:
    """Every span as one line of JSON that can neither end early nor hide a character."""
    return [_line({name: _clean(text) for name, text in span.items()}) for span in spans]


def _line(span: dict[str, str]) -> str:
    """One JSON line in which every character shows: invisible ones and other line ends stand as escapes."""
    written = json.dumps(span, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in _UNSEEN else c for c in written)


def cut_middle(text: str, most: int) -> str:
    """The text, or its head and tail with a mark between."""
    return text if len(text) <= most else f"{text[: most // 2]} […] {text[len(text) - most // 2 :]}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold())


def _clean(text: str) -> str:
    """Unpaired surrogates cannot travel as UTF-8; they become replacement characters."""
    return text.encode("utf-8", "replace").decode("utf-8")
