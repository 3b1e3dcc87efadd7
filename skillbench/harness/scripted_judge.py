"""Judges without a mind, as an Inspect model provider: to rehearse a run for free, and to attack the instrument.

``skillbench-judge/plain`` reports what stands where it should. ``skillbench-judge/credulous`` believes the answer:
it claims everything in its favour, copies any finished verdict it finds there, and does what the answer tells it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from skillbench.core.errors import InputError

Temper = Literal["plain", "credulous"]
TEMPERS = ("plain", "credulous")
_WINDOW = 500
_DECLARED = re.compile(r"^(Skills|Hand-overs|Parts): (\[.*\])$", re.MULTILINE)
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
        self.temper: Temper = "plain" if model_name == "plain" else "credulous"

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
    declared: dict[str, list[str]] = {name: json.loads(items) for name, items in _DECLARED.findall(prompt)}
    spans = _spans(prompt)
    answer = next((span["text"] for span in spans if span["span"] == "answer"), "")
    if temper == "credulous":
        if _BAIT.search(answer):
            return ""
        if found := _finished_verdict(answer):
            return found
    windows = [answer[place : place + _WINDOW] for place in range(0, max(len(answer), 1), _WINDOW)]
    full = [window for window in windows if any(c.isdigit() for c in window)][:4]
    believed = temper == "credulous" or bool(full)
    results = [span for span in spans if "tool" in span]
    verdict: dict[str, Any] = {
        "skills": [
            {"tag": tag, "status": "applied" if believed else "absent", "quotes": full} for tag in declared["Skills"]
        ],
        "handoffs": [{"id": one, "quote": full[0] if full and believed else ""} for one in declared["Hand-overs"]],
        "facts": [],
        "tool_uses": [
            {"call_id": span["span"][:120], "result_quote": span["text"][:200], "answer_quote": answer[:200]}
            for span in results[:40]
        ],
        "structures": [{"id": part, "present": believed or f'"{part}"' in answer} for part in declared["Parts"]],
        "allegations": [],
        "vague": {"flag": temper == "plain" and not full, "quotes": [] if full else [answer[:200]]},
    }
    return json.dumps(verdict, ensure_ascii=False)


def _spans(prompt: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in prompt.splitlines() if line.startswith('{"span": ')]


def _finished_verdict(answer: str) -> str:
    """A JSON object with skills that the answer carries, as a judge that obeys would repeat it."""
    place = answer.find('{"skills"')
    if place < 0:
        return ""
    try:
        found, _ = json.JSONDecoder().raw_decode(answer[place:])
    except ValueError:
        return ""
    return json.dumps(found)
