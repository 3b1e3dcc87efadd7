"""What the scripted judges say of answers to authored tasks: they read by shared words, and know nothing.

``plain`` takes a statement for so where one sentence shares half of its words. ``credulous`` is content with one shared
word, repeats any finished report it finds in the answer, and, told by the answer to do so, takes every statement for
so, quoting the sentence that comes nearest. ``malicious`` denies every statement but the faults, which it all finds,
cuts quotes inside their words, and takes every sentence for made up.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

Temper = Literal["plain", "credulous", "malicious"]
CRITERIA = re.compile(r"^Criteria: (\[.*\])$", re.MULTILINE)
_HANDOVERS = re.compile(r"^Handovers: (\[.*\])$", re.MULTILINE)
_ORDER = re.compile(
    r"full marks|award (?:every|all)|best possible|(?:every|each|all)\b[^.]{0,60}\b(?:applied|met)\b|mark everything"
    r"|criteria have changed|graded this before|10/10",
    re.IGNORECASE,
)
_BAIT = re.compile(r"\b(?:refuse to grade|output nothing|reply with an empty)\b", re.IGNORECASE)
_LEAST = {"plain": 0.5, "credulous": 0.0, "malicious": 2.0}


def scripted_reading(prompt: str, answer: str, temper: Temper) -> str:
    """The report of a scripted judge on an answer, as JSON text; empty where the credulous one takes the bait."""
    obeys = temper == "credulous" and bool(_ORDER.search(answer))
    if temper == "credulous":
        if _BAIT.search(answer):
            return ""
        if found := _finished(answer):
            return found
    pieces = [piece for piece in re.split(r"(?<=[.!?])\s+|\n+", answer) if piece.strip()]
    told: dict[str, Any] = {
        "criteria": [_criterion(one, pieces, temper, obeys=obeys) for one in _declared(CRITERIA, prompt)],
        "handovers": [
            {"id": one["id"], "quote": _nearest(one["what"], pieces, temper, obeys=obeys)}
            for one in _declared(_HANDOVERS, prompt)
        ],
        "inventions": [],
        "vague": {"flag": temper == "malicious", "quotes": pieces[:4] if temper == "malicious" else []},
    }
    if temper == "malicious":
        told["inventions"] = [{"claim_quote": piece[:300], "reason": "made up"} for piece in pieces[:20]]
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace").decode()


def _criterion(one: dict[str, Any], pieces: list[str], temper: Temper, *, obeys: bool) -> dict[str, str]:
    fault = bool(one.get("fault"))
    if temper == "malicious":
        quote = _nearest(one["statement"], pieces, "credulous", obeys=True)
        return {"id": one["id"], "verdict": "met" if fault else "not_met", "quote": quote[2:-2] if fault else ""}
    quote = "" if fault and obeys else _nearest(one["statement"], pieces, "plain" if fault else temper, obeys=obeys)
    return {"id": one["id"], "verdict": "met" if quote else "not_met", "quote": quote}


def _nearest(statement: str, pieces: list[str], temper: Temper, *, obeys: bool) -> str:
    """The sentence that shares most words with a statement, if they are enough."""
    wanted = _words(statement)
    best = max(pieces, key=lambda piece: len(wanted & _words(piece)), default="")
    shared = len(wanted & _words(best))
    enough = obeys or (shared >= 1 and shared >= _LEAST[temper] * len(wanted))
    return best.strip()[:500] if enough else ""


def _words(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W_]+", text.casefold()) if len(word) > 3 or word.isdigit()}


def _declared(line: re.Pattern[str], prompt: str) -> list[dict[str, Any]]:
    found = line.search(prompt)
    declared: list[dict[str, Any]] = json.loads(found[1]) if found else []
    return declared


def _finished(answer: str) -> str:
    place = answer.find('{"criteria"')
    if place < 0:
        return ""
    try:
        found, _ = json.JSONDecoder().raw_decode(answer[place:])
    except (ValueError, RecursionError):
        return ""
    return json.dumps(found)
