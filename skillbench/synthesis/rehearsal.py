"""Models without a mind, as an Inspect provider, to rehearse a run for free: its size, its speed, its files.

``skillbench-rehearsal/plain`` gives every prompt of this package a reply that its checks take; the words mean nothing.
``skillbench-rehearsal/nonsense`` fails three times in ten: empty, cut, no JSON, or skills that do not exist.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from inspect_ai.model import ChatMessage, modelapi

from skillbench.synthesis.scripted import ScriptedAPI, said

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
class RehearsalAPI(ScriptedAPI):
    """An Inspect model provider whose models tag and write dialogues by a script."""

    def reply(self, messages: list[ChatMessage], asked: str) -> tuple[str, str]:
        """What the prompt asks for."""
        del asked
        draw = int.from_bytes(hashlib.sha256(said(messages).encode("utf-8", "replace")).digest()[:8], "big")
        task = next(message.text for message in messages if message.role == "user")
        fails = self._fails and draw % 10 < 3
        text = _NONSENSE[draw % len(_NONSENSE)] if fails else reply_to(messages[0].text, task, draw)
        return text, f"{draw:020}"


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
