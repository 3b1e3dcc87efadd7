"""What a fused dialogue must be: each gate lets the good one pass and stops the one with its fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skillbench.synthesis.dialogue import MOST, read_dialogue
from skillbench.synthesis.reply import ReplyError
from skillbench.taxonomy.atoms import Atom

SKILLS = ("Data Cleaning", "Cost Management")
SAMPLE = " ".join(f"From list {n} drop pump {n * 7} where yard {n + 3} counts it twice." for n in range(40))
ATOMS = [Atom("a", SKILLS, SAMPLE, "")]
ASKED = (
    "We keep bees on eleven roofs and the honey ledger has a mess in it: 41.5 kg, 41,5 kg and 'about 40' for the same "
    "roof. The jars cost us 0.62 each and the price goes up in May. What did each roof bring us, after jars?"
)
SAID = (
    "The three entries of the opera's roof are one weighing, so I keep 41.5 kg and strike the other two. That leaves "
    "ten roofs with one figure each. Against those I set the jars: at 0.62 for half a kilogram the opera's roof spends "
    "51.46 on glass, which is a ninth of what its honey fetched, and the town hall spends 22.32. If you buy before May "
    "you save four cents a jar, and that is worth doing for the opera alone, since it fills more than all the others."
)
USES = [
    {"skill": "Data Cleaning", "quote": "so I keep 41.5 kg and strike the other two"},
    {"skill": "Cost Management", "quote": "If you buy before May you save four cents a jar"},
]


def reply(**changed: Any) -> str:
    """The good reply with some fields changed."""
    turns = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": SAID}]
    return json.dumps({"messages": turns, "uses": USES} | changed)


def turns(*texts: str) -> list[dict[str, str]]:
    """Turns that alternate."""
    return [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(texts)]


def test_a_good_dialogue_passes() -> None:
    """The dialogue is read with its turns and uses, also where quotes were typeset otherwise."""
    found = read_dialogue(reply(), SKILLS, ATOMS)
    assert [role for role, _ in found.messages] == ["user", "assistant"]
    curly = [USES[0] | {"quote": "the opera’s roof are one weighing, **so I keep**"}, USES[1]]
    assert read_dialogue(reply(uses=curly), SKILLS, ATOMS).uses["Data Cleaning"].startswith("the opera")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"messages": []}, "form: .*no list of turns"),
        ({"messages": turns(ASKED)}, "form: .*last word"),
        ({"messages": turns(ASKED, " ")}, "form: turn 2"),
        ({"messages": turns(ASKED, SAID)[::-1]}, "form: turn 1"),
        ({"messages": [*turns(ASKED, SAID)[:1], {"role": "assistant", "content": SAID, "x": 1}]}, "form: turn 2"),
        ({"note": "x"}, "form: .*alone"),
        ({"uses": [{"skill": "Data Cleaning"}]}, "form: .*uses"),
        ({"messages": turns(ASKED, SAID + "\ud800")}, "form: .*half a character"),
        ({"uses": USES[:1]}, "skills: no words are quoted for 'Cost Management'"),
        ({"uses": [USES[0], {"skill": "Cost Management", "quote": "a jar"}]}, "skills: .*fewer than 6"),
        ({"uses": [USES[0], USES[1] | {"quote": "What did each roof bring us, after jars?"}]}, "skills: .*no message"),
        ({"uses": [USES[0], USES[0] | {"skill": "Cost Management"}]}, "skills: .*another skill's"),
        ({"uses": [*USES, {"skill": "Juggling", "quote": "x"}]}, "skills: 'Juggling' is none"),
        ({"messages": turns(ASKED, f"{SAID} Each atomic skill is shown.")}, "talk: .*atomic skill"),
        ({"messages": turns(f"{ASKED} Use Data Cleaning and Cost Management.", SAID)}, "talk: the user lists"),
        ({"messages": turns("Why?", SAID[:580])}, "length"),
        ({"messages": turns(ASKED, SAID + " more of it" * (MOST // 10))}, "length"),
        ({"messages": turns(ASKED, SAID + " крыши и мёд" * 200)}, "english: .*Latin"),
        ({"messages": turns(ASKED, SAID + " tejado miel abeja panal" * 200)}, "english: .*not English"),
        ({"messages": turns(ASKED, SAID + SAMPLE)}, "copied: "),
    ],
)
def test_each_fault_has_its_gate(changed: dict[str, Any], reason: str) -> None:
    """A dialogue with one fault is refused by the gate of that name."""
    with pytest.raises(ReplyError, match=reason):
        read_dialogue(reply(**changed), SKILLS, ATOMS)


def test_the_papers_list_lacks_its_quotes() -> None:
    """A Python list of messages, as the paper has it, is read; what it lacks are the words quoted for skills."""
    with pytest.raises(ReplyError, match="skills: no words are quoted"):
        read_dialogue(repr(turns(ASKED, SAID)), SKILLS, ATOMS)


def test_every_failing_gate_is_told_at_once() -> None:
    """One repair can mend all faults: the reason names each gate that failed."""
    with pytest.raises(ReplyError, match=r"skills: .*; talk: .*; length"):
        read_dialogue(reply(messages=turns("As an AI", "no")), SKILLS, ATOMS)
