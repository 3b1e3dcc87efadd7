"""Authors without a mind, as an Inspect provider, to rehearse a run for free: its size, its speed, its files.

``skillbench-author/plain`` writes for every tuple a task that passes all gates; its words mean nothing.
``skillbench-author/nonsense`` fails three times in ten: empty, cut, no JSON, or a task that a gate refuses.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from typing import Any

import anyio
from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from skillbench.core.authored import Asked
from skillbench.core.errors import InputError
from skillbench.core.streams import Stream, stream

_NAMED = re.compile(r"^- (.+)$", re.MULTILINE)
# fmt: off
_WORDS = (
    "harbour", "ledger", "timber", "valley", "winter", "signal", "copper", "orchard", "bridge", "lantern", "market",
    "granite", "river", "engine", "meadow", "pillar", "cotton", "anchor", "barley", "canyon", "ferry", "garden",
    "hammer", "island", "jacket", "kettle", "ladder", "mirror", "needle", "oyster", "parcel", "quarry", "ribbon",
    "saddle", "tunnel", "velvet", "wagon", "yellow", "zephyr", "almond", "basket", "candle", "desert", "ember",
    "fabric", "glacier", "hollow", "ivory", "juniper",
)
# fmt: on

_PROGRAM = """
import csv
import pathlib


def figures(folder):
    with open(pathlib.Path(folder) / "stock.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    total = 0
    for row in rows:
        total += int(row["units"])
    return {"units": total}
"""


@modelapi(name="skillbench-author")
class RehearsingAuthorAPI(ModelAPI):
    """An Inspect model provider whose models write tasks by a script.

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
            raise InputError(f"no rehearsing author {model_name!r}; there are: plain, nonsense")
        self._fails, self._delay, self._receipts = model_name == "nonsense", float(delay), receipts

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002  the name is Inspect's
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The scripted reply, which depends on the conversation and on what is asked alone."""
        del tools, tool_choice
        if self._delay:
            await anyio.sleep(self._delay)
        asked = config.response_schema.name if config.response_schema else ""
        said = "\0".join(message.text for message in input)
        draws = stream("rehearsal", self.model_name, asked, said)
        text = json.dumps({"program": _PROGRAM}) if asked == Asked.SOLUTION else self._task(input, draws)
        if self._receipts is not None:
            handle = os.open(self._receipts, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.write(handle, f"{asked} {draws.integer(0, 10**18):019}\n".encode())
            os.close(handle)
        output = ModelOutput.from_content(self.model_name, text)
        read, written = len(said) // 4, len(text) // 4
        output.usage = ModelUsage(input_tokens=read, output_tokens=written, total_tokens=read + written)
        return output

    def _task(self, messages: list[ChatMessage], draws: Stream) -> str:
        request = next(message.text for message in messages if message.role == "user")
        skills = _NAMED.findall(request.partition("The brief has")[0])
        task = scripted_task(skills, draws)
        if not self._fails or not draws.chance(3, 10):
            return json.dumps(task)
        faults = ("", json.dumps(task)[:700], "I would rather not.", json.dumps({**task, "headings": ["Elsewhere"]}))
        return draws.choice(faults)


def scripted_task(skills: list[str], draws: Stream) -> dict[str, Any]:
    """A task of these skills that passes every gate and says nothing."""
    rows = [(f"S-{number:02}", draws.choice(_WORDS), draws.integer(10, 900)) for number in range(1, 16)]
    table = "item,place,units\n" + "".join(f"{item},{place},{units}\n" for item, place, units in rows)
    total = sum(units for _, _, units in rows)
    wants = [f"The {_phrase(draws, 4)} has to be settled before the {_phrase(draws, 3)} opens again." for _ in skills]
    brief = (
        "We keep a store by the water and the owner wants a note on it before the end of this week. What lies there is "
        "counted in the file stock.csv, and what the people of the house said about it stands in notes.md. "
        f"{' '.join(wants)} Write the note under the heading Note, and end it with a fenced json block that holds "
        '{"figures": {"units": ...}}, where units is the sum of the units of all items in the file.'
    )
    notes = "".join(f"- The {_phrase(draws, 5)} was seen by the {_phrase(draws, 4)} on that day.\n" for _ in range(12))
    note = " ".join(f"The {_phrase(draws, 3)} holds {units} at {item}." for item, _, units in rows)
    plain: dict[str, Any] = {"decided_by": "reader", "must_not": False, "check": "", "target": "", "weight": 2}
    pairs = [{"src": one, "dst": other, "what": "what is left"} for one, other in itertools.pairwise(skills)]
    texts: list[dict[str, Any]] = [
        {
            "text": "The sum of all units is right.",
            "of": [skills[0]],
            "decided_by": "code",
            "check": "figure",
            "target": "units",
        },
        *(
            {"text": f"It settles what stands in sentence {place}.", "of": [skill]}
            for place, skill in enumerate(skills)
        ),
        *({"text": "It carries over what is left.", "of": [pair["src"], pair["dst"]]} for pair in pairs),
        {"text": "It names an item that is in no file.", "of": [], "must_not": True},
        {"text": "The note is addressed to the owner.", "of": []},
        {"text": "It says by when.", "of": []},
        {"text": "It gives the place of an item.", "of": []},
    ]
    return {
        "title": f"The {_phrase(draws, 2)}",
        "setting": "a store by the water",
        "skills": skills,
        "brief": brief,
        "files": [{"name": "stock.csv", "text": table}, {"name": "notes.md", "text": notes}],
        "needs": [{"skill": skill, "quote": want, "file": ""} for skill, want in zip(skills, wants, strict=True)],
        "handovers": pairs,
        "figures": [
            {
                "name": "units",
                "meaning": "sum of the units of all items",
                "unit": "",
                "skill": skills[0],
                "tolerance": {"absolute": 0.5, "relative": 0},
                "value": None,
            }
        ],
        "headings": ["Note"],
        "criteria": [{**plain, **text, "id": f"c{place:02}"} for place, text in enumerate(texts[:20], start=1)],
        "checker": _PROGRAM,
        "reference": f"## Note\n\nTo the owner. {note} In all {total} units lie there, and all of them have to go by "
        f'Friday.\n\n```json\n{{"figures": {{"units": {total}}}}}\n```\n',
    }


def _phrase(draws: Stream, words: int) -> str:
    return " ".join(draws.choice(_WORDS) for _ in range(words))
