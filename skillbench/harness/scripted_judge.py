"""Judges without a mind, as an Inspect model provider: to rehearse a run for free, and to attack the instrument.

``skillbench-judge/plain`` reports nothing that it does not see. ``skillbench-judge/credulous`` believes the answer: it
takes every gap for owned up to, copies any finished verdict it finds there, and does what the answer tells it.
``skillbench-judge/malicious`` alleges whatever it can: it cuts quotes inside their tokens, turns denials into claims,
quotes the task back, and calls everything vague.
"""

from __future__ import annotations

import json
import re
from typing import Any

from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from skillbench.core.errors import InputError
from skillbench.harness.scripted_reader import CRITERIA, Temper, scripted_reading

TEMPERS: tuple[Temper, ...] = ("plain", "credulous", "malicious")
_MISSING = re.compile(r"^Missing: (\[.*\])$", re.MULTILINE)
_OWNED = re.compile(r"\b(?:not|missing|left out|unable)\b")
_PAGE = re.compile(r"\b[A-Z]{2,4}-\d+")
_WORDS = re.compile(r"\S+")
_BAIT = re.compile(r"\b(?:refuse to grade|output nothing|reply with an empty|do not produce json)\b", re.IGNORECASE)


@modelapi(name="skillbench-judge")
class ScriptedJudgeAPI(ModelAPI):
    """An Inspect model provider whose models are scripted judges.

    Raises:
        InputError: an unknown temper.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        if model_name not in TEMPERS:
            raise InputError(f"no scripted judge {model_name!r}; there are: {', '.join(TEMPERS)}")
        self.temper = next(temper for temper in TEMPERS if temper == model_name)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002  the name is Inspect's
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """A verdict on the evidence in the last message."""
        del tools, tool_choice, config
        prompt = input[-1].text
        verdict = scripted_verdict(prompt, self.temper)
        output = ModelOutput.from_content(self.model_name, verdict)
        read, written = sum(len(message.text) for message in input) // 4, len(verdict) // 4
        output.usage = ModelUsage(input_tokens=read, output_tokens=written, total_tokens=read + written)
        return output


def scripted_verdict(prompt: str, temper: Temper) -> str:
    """The verdict of a scripted judge on a judge's prompt, as JSON text."""
    spans = _spans(prompt)
    answer = next((span["text"] for span in spans if span["span"] == "answer"), "")
    if CRITERIA.search(prompt):
        return scripted_reading(prompt, answer, temper)
    declared = _MISSING.search(prompt)
    missing: list[str] = json.loads(declared[1]) if declared else []
    if temper == "credulous":
        if _BAIT.search(answer):
            return ""
        if found := _finished_verdict(answer):
            return found
    quote = next((piece for piece in _windows(answer) if _OWNED.search(piece)), "")
    believed = answer[:200] if temper == "credulous" else quote
    verdict: dict[str, Any] = {
        "allegations": _allegations(answer, spans) if temper == "malicious" else [],
        "admissions": [{"part": part, "quote": believed} for part in missing],
        "vague": {"flag": temper == "malicious", "quotes": _windows(answer)[:4] if temper == "malicious" else []},
    }
    return json.dumps(verdict, ensure_ascii=False)


def _allegations(answer: str, spans: list[dict[str, str]]) -> list[dict[str, str]]:
    """Twenty false claims: page numbers and figures cut short, denials taken for claims, and the task's own words."""
    task = next((span["text"] for span in spans if span["span"] == "task"), "")
    made = [("absent", answer[max(0, page.start() - 12) : page.end() - 1]) for page in _PAGE.finditer(answer)][:5]
    made += [("absent", text) for text in _windows(answer) if re.search(r"python|code|script", text)][:4]
    figures = [word for word in _WORDS.finditer(answer) if any(sign.isdigit() for sign in word[0])]
    made += [("unsupported", answer[max(0, one.start() - 8) : max(one.start() + 1, one.end() - 1)]) for one in figures][
        :5
    ]
    made += [("altered", text) for text in _windows(answer)][:4]
    made += [("unsupported", task[place : place + 80]) for place in (0, 200)]
    return [{"kind": kind, "claim_quote": said[:600], "against_quote": task[:300]} for kind, said in made][:20]


def _windows(text: str) -> list[str]:
    """Sentences and lines of a text, as far as a quote may be long."""
    return [piece.strip()[:500] for piece in re.split(r"(?<=[.!?])\s|\n|\\n", text) if piece.strip()]


def _spans(prompt: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in prompt.splitlines() if line.startswith('{"span": ')]


def _finished_verdict(answer: str) -> str:
    """A JSON object with allegations that the answer carries, as a judge that obeys would repeat it."""
    place = answer.find('{"allegations"')
    if place < 0:
        return ""
    try:
        found, _ = json.JSONDecoder().raw_decode(answer[place:])
    except ValueError:
        return ""
    return json.dumps(found)
