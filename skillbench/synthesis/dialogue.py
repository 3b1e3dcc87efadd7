"""A fused dialogue as a model wrote it, and the gates it must pass; each gate is one function and one reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillbench.synthesis.reply import ReplyError, parsed
from skillbench.taxonomy.atoms import Atom

LEAST, MOST = 600, 24_000
"""Characters that a dialogue may have."""

QUOTED = 6
"""Words that a quote has at least."""

COPIED = 0.3
"""Share of a dialogue's runs of eight words that may stand in its samples."""

_META = re.compile(
    r"\batomic skills?\b|\bcomposite skills?\b|\bskill tags?\b|\b(?:provided|source|original) (?:fragment|sample)s?\b"
    r"|\bmeta-?context\b|\bsynthesi[sz]ed (?:dialogue|conversation)\b|\bas an? (?:ai|(?:large )?language model)\b"
    r"|\bhere is (?:the|a|your) (?:dialogue|conversation)\b|\bthis (?:dialogue|conversation) (?:shows|demonstrates"
    r"|illustrates)\b|^constraint:",
    re.IGNORECASE | re.MULTILINE,
)
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COMMON = frozenset(
    _WORD.findall(
        "the of and to in a is that for it as with on be by this are or from at an was not have has can which if you "
        "we i your our will would should but so they their its each"
    )
)
_RUN = 8


@dataclass(frozen=True)
class Dialogue:
    """A dialogue.

    Attributes:
        messages: role and content, the user first, alternating, the assistant last.
        uses: by skill, the assistant's words in which it is at work.
    """

    messages: tuple[tuple[str, str], ...]
    uses: Mapping[str, str]

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n\n".join(content for _, content in self.messages)


def read_dialogue(reply: str, skills: Sequence[str], atoms: Sequence[Atom]) -> Dialogue:
    """A reply as the dialogue it is.

    Args:
        reply: what a model wrote: the object asked for, or the paper's list of messages, which then lacks its quotes.
        skills: those it must use.
        atoms: the samples it grew from.

    Raises:
        ReplyError: it has not the form, or fails gates; every failing gate is named with its reason.
    """
    try:
        dialogue = _formed(parsed(reply))
    except ReplyError as error:
        raise ReplyError(f"form: {error}") from None
    failed = [f"{name}: {reason}" for name, gate in GATES.items() if (reason := gate(dialogue, skills, atoms))]
    if failed:
        raise ReplyError("; ".join(failed))
    return dialogue


def _formed(raw: Any) -> Dialogue:
    given = {"messages": raw, "uses": []} if isinstance(raw, list) else raw
    if not isinstance(given, dict) or not {"messages"} <= set(given) <= {"messages", "uses"}:
        raise ReplyError('the reply is not an object with "messages" and "uses" alone')
    turns = given["messages"]
    if not isinstance(turns, list) or not turns:
        raise ReplyError('"messages" is no list of turns')
    for number, turn in enumerate(turns):
        role = ("user", "assistant")[number % 2]
        if not isinstance(turn, dict) or set(turn) != {"role", "content"} or not isinstance(turn["content"], str):
            raise ReplyError(f"turn {number + 1} is not an object with the texts role and content alone")
        if turn["role"] != role or not turn["content"].strip():
            raise ReplyError(f"turn {number + 1} is not a {role}'s, or is empty: user and assistant alternate")
    if len(turns) % 2:
        raise ReplyError("the last turn is the user's; the assistant has the last word")
    uses = given.get("uses", [])
    if not isinstance(uses, list) or not all(isinstance(one, dict) and _texts(one) for one in uses):
        raise ReplyError('"uses" is not a list of objects with the texts skill and quote')
    messages = tuple((turn["role"], _encodable(turn["content"].strip())) for turn in turns)
    return Dialogue(messages, {one["skill"]: _encodable(one["quote"]) for one in uses})


def _texts(use: Mapping[str, Any]) -> bool:
    return set(use) == {"skill", "quote"} and all(isinstance(value, str) for value in use.values())


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ReplyError("a text holds half a character, which no file can hold") from None
    return text


def _uses(dialogue: Dialogue, skills: Sequence[str], _: Sequence[Atom]) -> str:
    """Every skill is used: the words quoted for it stand in an assistant's message and serve no other skill."""
    said = [plain(content) for role, content in dialogue.messages if role == "assistant"]
    seen: set[str] = set()
    for skill in skills:
        quote = plain(dialogue.uses.get(skill, ""))
        if not quote:
            return f"no words are quoted for {skill!r}"
        if len(quote.split()) < QUOTED:
            return f"the quote for {skill!r} has fewer than {QUOTED} words"
        if not any(quote in one for one in said):
            return f"the quote for {skill!r} stands in no message of the assistant"
        if quote in seen:
            return f"the quote for {skill!r} is another skill's as well"
        seen.add(quote)
    strange = [name for name in dialogue.uses if name not in skills]
    return f"{strange[0][:60]!r} is none of the skills" if strange else ""


def _meta(dialogue: Dialogue, skills: Sequence[str], _: Sequence[Atom]) -> str:
    """Nobody in it speaks about the skills, the samples or the conversation."""
    if found := _META.search(dialogue.text):
        return f"it speaks about itself: {found[0]!r}"
    asked = dialogue.messages[0][1]
    listed = [skill for skill in skills if len(skills) > 1 and " " in skill and skill in asked]
    return f"the user lists names of skills: {', '.join(listed)}" if len(listed) > 1 else ""


def _length(dialogue: Dialogue, _: Sequence[str], __: Sequence[Atom]) -> str:
    """It is neither a scrap nor a book."""
    size = len(dialogue.text)
    return "" if LEAST <= size <= MOST else f"it has {size} characters, and {LEAST} to {MOST} were asked for"


def _english(dialogue: Dialogue, _: Sequence[str], __: Sequence[Atom]) -> str:
    """Its prose is English: letters are Latin, and one word in twelve is among the commonest."""
    prose = _FENCED.sub(" ", dialogue.text)
    letters = [sign for sign in prose if sign.isalpha()]
    if letters and sum(sign.isascii() for sign in letters) < 0.9 * len(letters):
        return "its letters are mostly not Latin"
    words = [word.casefold() for word in _WORD.findall(prose)]
    common = sum(word in _COMMON for word in words)
    return "its words are not English" if len(words) >= 30 and common < len(words) / 12 else ""


def _copied(dialogue: Dialogue, _: Sequence[str], atoms: Sequence[Atom]) -> str:
    """It is a rewriting of its samples, not a copy."""
    given = set().union(*(runs(f"{atom.instruction} {atom.response}") for atom in atoms))
    own = runs(dialogue.text)
    share = len(own & given) / max(len(own), 1)
    return f"{share:.0%} of it is copied from the samples" if share > COPIED else ""


GATES: dict[str, Callable[[Dialogue, Sequence[str], Sequence[Atom]], str]] = {
    "skills": _uses,
    "talk": _meta,
    "length": _length,
    "english": _english,
    "copied": _copied,
}
"""Name to gate: the reason why a dialogue fails it, or empty. ``form`` stands before them, ``near`` after them."""


def plain(text: str) -> str:
    """A text without what typesetting adds: compatibility forms, quotation marks, marks of emphasis, runs of space."""
    folded = unicodedata.normalize("NFKC", text)
    return " ".join(re.sub(r"[*_`\"'“”‘’]+", "", folded).split())


def runs(text: str) -> set[str]:
    """All runs of eight words in a text."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
