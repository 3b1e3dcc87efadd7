"""Authors without a mind, as an Inspect provider, to rehearse a run for free: its size, its speed, its files.

``skillbench-author/plain`` writes for every tuple a task that passes all gates; its words mean nothing.
``skillbench-author/nonsense`` fails three times in ten: empty, cut, no JSON, or a task that a gate refuses.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from inspect_ai.model import ChatMessage, modelapi

from skillbench.core.authored import Asked
from skillbench.core.streams import Stream, stream
from skillbench.synthesis.scripted import ScriptedAPI, said

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
class RehearsingAuthorAPI(ScriptedAPI):
    """An Inspect model provider whose models write tasks by a script."""

    def reply(self, messages: list[ChatMessage], asked: str) -> tuple[str, str]:
        """A task, or a second solution."""
        draws = stream("rehearsal", self.model_name, asked, said(messages))
        text = json.dumps({"program": _PROGRAM}) if asked == Asked.SOLUTION else self._task(messages, draws)
        return text, f"{asked} {draws.integer(0, 10**18):019}"

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
