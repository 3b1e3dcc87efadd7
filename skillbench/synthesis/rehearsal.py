"""Models without a mind, as an Inspect provider, to rehearse a run for free: its size, its speed, its files.

``skillbench-rehearsal/plain`` gives every prompt of this package a reply that its checks take; the words mean nothing.
``skillbench-rehearsal/nonsense`` fails three times in ten: empty, cut, no JSON, or skills that do not exist.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import Any, Literal

import anyio
from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from skillbench.core.errors import InputError

Temper = Literal["plain", "nonsense"]
_LISTED = re.compile(r"^- (.+)$", re.MULTILINE)
_MATERIAL = re.compile(r"^\{.*\}$", re.MULTILINE)
_NONSENSE = (
    "",
    '{"skills": ["SQL Que',
    "As an assistant I would say that it depends.",
    '{"skills": ["Juggling", "Sleep"]}',
)
_WORDS = re.compile(r"[a-z]{4,}")


@modelapi(name="skillbench-rehearsal")
class RehearsalAPI(ModelAPI):
    """An Inspect model provider whose models follow a script.

    Args:
        model_name: ``plain`` or ``nonsense``.
        base_url: unused, as are ``api_key`` and ``config``.
        api_key: see above.
        config: see above.
        delay: seconds a reply takes.
        receipts: a file to which each reply adds a line, so that what was paid can be counted.

    Raises:
        InputError: an unknown model.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        delay: float = 0.0,
        receipts: str | None = None,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        if model_name not in {"plain", "nonsense"}:
            raise InputError(f"no rehearsal model {model_name!r}; there are: plain, nonsense")
        self._fails, self._delay, self._receipts = model_name == "nonsense", float(delay), receipts

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002  the name is Inspect's
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The scripted reply, which depends on the conversation alone."""
        del tools, tool_choice, config
        if self._delay:
            await anyio.sleep(self._delay)
        said = "\0".join(message.text for message in input)
        draw = int.from_bytes(hashlib.sha256(said.encode("utf-8", "replace")).digest()[:8], "big")
        task = next(message.text for message in input if message.role == "user")
        text = (
            _NONSENSE[draw % len(_NONSENSE)] if self._fails and draw % 10 < 3 else reply_to(input[0].text, task, draw)
        )
        if self._receipts is not None:
            handle = os.open(self._receipts, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.write(handle, f"{draw:020}\n".encode())
            os.close(handle)
        output = ModelOutput.from_content(self.model_name, text)
        output.usage = ModelUsage(
            input_tokens=len(said) // 4, output_tokens=len(text) // 4, total_tokens=(len(said) + len(text)) // 4
        )
        return output


def reply_to(system: str, task: str, draw: int) -> str:
    """A reply of the form that this prompt asks for."""
    found = _MATERIAL.search(task)
    material: dict[str, Any] = json.loads(found[0]) if found else {}
    if "skills" in material:
        return _dialogue(material, draw)
    known = _LISTED.findall(system.partition("Rules:")[0])
    if not known:
        words = _WORDS.findall(task.casefold())[:40] or ["work"]
        return json.dumps({"skills": sorted({f"{words[(draw + i) % len(words)]} Handling".title() for i in range(2)})})
    return json.dumps({"skills": [known[(draw + i * 7) % len(known)] for i in range(1 + draw % 3)]})


def _dialogue(material: dict[str, Any], draw: int) -> str:
    """Two turns in which every skill has its sentence, made of the words of the samples."""
    words = re.findall(r"[\w'-]+", " ".join(one["request"] for one in material["samples"])) or ["work"]

    def phrase(start: int, count: int) -> str:
        return " ".join(words[(start + i * (1 + draw % 5)) % len(words)] for i in range(count))

    asked = (
        f"We run a small workshop and have to settle the following by Friday, number {draw % 1_000_003}: "
        f"{phrase(draw, 60)}. What should we do with the figures, and in what order?"
    )
    uses = [
        {
            "skill": skill,
            "quote": f"For step {n} of {draw % 99_991} we take the {phrase(draw + 11 * n, 9)} and check it",
        }
        for n, skill in enumerate(material["skills"], start=1)
    ]
    answered = (
        "Here is what the figures of the workshop say and what is to be done with them in the week that is left. "
        + " ".join(f"{use['quote']} against {phrase(draw + n, 25)}." for n, use in enumerate(uses))
        + f" With that the order is settled, and the rest of the {phrase(draw, 30)} can wait until the next month."
    )
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return json.dumps({"messages": turns, "uses": uses})
