"""A letter for a named reader, with its claims listed beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from skillbench.core.findings import Findings
from skillbench.core.numbers import finite
from skillbench.core.schema import Code
from skillbench.core.standing import standing
from skillbench.core.streams import Stream
from skillbench.deliverables.base.contract import Decision, Deliverable, Fields, Ground, Harm, Part
from skillbench.deliverables.division import FIELD as AMOUNTS
from skillbench.deliverables.division import Division

FIELD = "letter"
AMOUNT, DRIVER, ANSWER, MISSING = "amount", "driver", "answer", "missing"
KINDS = (AMOUNT, DRIVER, ANSWER, MISSING)

EXPLAINED = 3
"""Entities whose driver the reader asks about."""

CLEAR = 0.1
"""By how much the driver's pull must exceed the next one's, in logarithms relative to its own."""

GAP = 0.02
"""By how much the largest amount must exceed the next."""

LONGEST_TEXT, LONGEST_QUOTE, MOST_CLAIMS = 8_000, 400, 60

OPEN_QUESTIONS = (
    "How much did {name} receive from the {fund} two years ago?",
    "On which day will the amount for {name} be paid out?",
    "Who at {name} will answer for how its amount is spent?",
    "How much of its own money will {name} add?",
)
"""Questions that neither records nor handbook answer."""

_NUMBER = re.compile(r"[0-9][0-9,']*(?:\.[0-9]+)?")
_DENIAL = re.compile(r"\b(?:not|no|none|nothing|neither|cannot|\w+n't|unknown|missing|without|unanswered|silent)\b")


class Letter(Deliverable):
    """A letter announces the division to a named reader, explains it, and answers her questions as far as it can.

    Its claims are listed beside the prose: every amount, the measure that drives some entities' claims and in which
    direction, who receives most, and which of the reader's questions neither records nor handbook answer. A claim
    counts when it is true and a quoted sentence of the letter says it. An omission loses its point, and a claim about
    anything else than what was asked loses one more, so that a letter that claims everything gains nothing; two
    claims that contradict each other are none.
    An error in the writer's own measures reaches amounts and drivers.

    Attributes:
        division: the division that is announced.
        names: code to name of the entities.
        titles: measure key to title.
        drivers: per entity asked about, the measure that moves its claim most and whether ``up`` or ``down``.
        most: who receives most.
        questions: number to text of the reader's questions.
        unanswered: numbers of those that nothing answers.
        clear: whether drivers and the largest amount stand out.
    """

    kind: ClassVar[str] = "letter"
    sought: ClassVar[str] = Division.sought
    named: ClassVar[str] = "letter claims amounts fund driver question"

    division: Division
    names: dict[Code, str]
    titles: dict[str, str]
    drivers: dict[Code, tuple[str, str]]
    most: Code
    questions: dict[str, str]
    unanswered: list[str]
    clear: bool

    @classmethod
    def drawn(cls, ground: Ground) -> Self:
        """The entities with the clearest drivers, and two questions that nothing answers beside one that is."""
        division, draw = Division.drawn(ground), ground.draw
        pulls = {code: _pulls(division, ground.found, code) for code in division.priority}
        clearest = sorted(pulls, key=lambda code: -_lead(pulls[code]))[:EXPLAINED]
        asked = draw.sample(sorted(ground.names), 2)
        fund, entities = ground.words["fund_title"], ground.words["entities"]
        nothing = [
            text.format(name=ground.names[code], fund=fund)
            for text, code in zip(draw.sample(OPEN_QUESTIONS, 2), asked, strict=True)
        ]
        known = f"Which of the {entities} receives most?"
        questions = {str(place): text for place, text in enumerate(draw.shuffled([known, *nothing]), start=1)}
        bare = cls(
            page=division.page,
            division=division,
            names=dict(ground.names),
            titles={measure.key: measure.title for measure in draw.shuffled(ground.measures)},
            drivers=dict.fromkeys(clearest, ("", "")),
            most=clearest[0],
            questions=questions,
            unanswered=[number for number, text in questions.items() if text in nothing],
            clear=False,
        )
        return bare.after(ground.found)

    @classmethod
    def sheet(cls, ground: Ground) -> tuple[str, str]:
        """The division's page: what is announced is a division."""
        return Division.sheet(ground)

    def brief(self, words: Mapping[str, str]) -> str:
        """One field with the prose and its claims; the reader's questions are listed."""
        return self.prose(
            "brief", words, field=FIELD, kinds=KINDS, explained=sorted(self.drivers), questions=self.questions
        )

    def after(self, found: Mapping[str, Findings]) -> Self:
        """The letter that follows from findings."""
        division = self.division.after(found)
        pulls = {code: _pulls(division, found, code) for code in self.drivers}
        ranked = sorted(division.amounts.values(), reverse=True)
        return self.model_copy(
            update={
                "division": division,
                "drivers": {code: _driver(pulls[code]) for code in self.drivers},
                "most": max(division.amounts, key=lambda code: division.amounts[code]),
                "clear": ranked[0] >= (1 + GAP) * ranked[1] and all(_lead(one) >= CLEAR for one in pulls.values()),
            }
        )

    def moved(self, other: Self, times: float = 1.0) -> bool:
        """Whether an amount moved."""
        return self.division.moved(other.division, times)

    def doubt(self) -> str:
        """What of the division is in doubt, or a claim that is nearly another."""
        return self.division.doubt() or ("" if self.clear else "a driver or the largest amount hardly stands out")

    def properties(self) -> Fields:
        """An object with the prose and a list of claims."""
        scalar = {"type": ["number", "string"]}
        claim = {
            "kind": {"enum": list(KINDS)},
            "about": {"type": "string"},
            "value": scalar,
            "direction": {"enum": ["", "up", "down"]},
            "quote": {"type": "string", "minLength": 1, "maxLength": LONGEST_QUOTE},
        }
        required = ["kind", "about", "value", "quote"]
        items = {"type": "object", "properties": claim, "required": required, "additionalProperties": False}
        return {
            FIELD: {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
                    "claims": {"type": "array", "items": items, "maxItems": MOST_CLAIMS},
                },
                "required": ["text", "claims"],
                "additionalProperties": False,
            }
        }

    def read(self, document: Mapping[str, Any]) -> Part:
        """The prose and the claims that could be read."""
        raw = document.get(FIELD)
        if raw is None:
            return Part()
        text, claims = (raw.get("text"), raw.get("claims")) if isinstance(raw, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(claims, list):
            return Part(defects=(f"{FIELD}: not an object with text and claims",))
        read = [one for raw_claim in claims[:MOST_CLAIMS] if (one := _claim(raw_claim))]
        cut = len(claims) > MOST_CLAIMS or len(text) > LONGEST_TEXT
        defects = (f"{FIELD}: longer than is read",) if cut else ()
        fields = {FIELD: {"text": text[:LONGEST_TEXT], "claims": read}} if text.strip() or read else {}
        return Part(fields, defects)

    def compare(self, part: Part, own: Mapping[str, Findings] | None) -> Decision:
        """Claim by claim, each as far as a quoted sentence of the letter says it."""
        letter = part.fields.get(FIELD, {"text": "", "claims": []})
        made, strangers = self._made(letter)
        amounts = {about: value for (kind, about), (value, _) in made.items() if kind == AMOUNT}
        decision = self.division.compare(Part({AMOUNTS: amounts}), own)
        by_own = self.after(own) if own else self
        points, points_own = self._points(made), by_own._points(made)  # noqa: SLF001  another letter
        to_key = decision.to_key
        held = replace(
            to_key,
            right=max(0, to_key.right + points - strangers),
            near=max(0, to_key.near + points - strangers),
            asked=self.asked,
        )
        every = self.asked - len(self.division.amounts)
        stands = decision.stands and not strangers and every in {points, points_own}
        return Decision(
            to_key=held,
            right=decision.right and not strangers and points == every,
            stands=stands,
            worked=decision.worked,
            formed=stands and decision.formed,
            figures=decision.figures,
        )

    def _made(self, letter: Mapping[str, Any]) -> tuple[dict[tuple[str, str], tuple[Any, str]], int]:
        """Claims that the letter's prose supports, one per subject, and how many are about nothing that was asked."""
        text = _plain(letter["text"])
        made: dict[tuple[str, str], tuple[Any, str]] = {}
        void: set[tuple[str, str]] = set()
        strangers = 0
        for claim in letter["claims"]:
            place, said = (claim["kind"], claim["about"]), (claim["value"], claim["direction"])
            if place not in self._places():
                strangers += 1
            elif not self._says(claim, text) or made.setdefault(place, said) != said:
                void.add(place)
        return {place: said for place, said in made.items() if place not in void}, strangers

    def _places(self) -> set[tuple[str, str]]:
        """What is asked, and a claim may be about."""
        places = {(AMOUNT, code) for code in self.names} | {(DRIVER, code) for code in self.drivers}
        return places | {(kind, number) for number in self.questions for kind in (ANSWER, MISSING)}

    def _points(self, made: Mapping[tuple[str, str], tuple[Any, str]]) -> int:
        """Claims other than amounts that are true."""
        right = sum(made.get((DRIVER, code)) == driver for code, driver in self.drivers.items())
        for number in self.questions:
            held = MISSING if number in self.unanswered else ANSWER
            other = ANSWER if held == MISSING else MISSING
            claim = made.get((held, number))
            true = claim is not None and (held == MISSING or claim[0] == self.most)
            right += true and (other, number) not in made
        return right

    def _says(self, claim: Mapping[str, Any], text: str) -> bool:
        """Whether the quote stands in the letter and says what is claimed."""
        quote, about, value = _plain(claim["quote"]), claim["about"], claim["value"]
        if not quote or quote not in text:
            return False
        if claim["kind"] == MISSING:
            return bool(_DENIAL.search(quote))
        entity = value if claim["kind"] == ANSWER else about
        if entity not in self.names or not any(_plain(word) in quote for word in (entity, self.names[entity])):
            return False
        if claim["kind"] == AMOUNT:
            return isinstance(value, float) and any(abs(figure - value) <= 0.005 for figure in _figures(quote))
        return claim["kind"] == ANSWER or (value in self.titles and _plain(self.titles[value]) in quote)

    @property
    def asked(self) -> int:
        """An amount for every entity, a driver for some, and something on every question."""
        return len(self.division.amounts) + len(self.drivers) + len(self.questions)

    def figures(self) -> list[float]:
        """The amounts and the fund."""
        return self.division.figures()

    def perfect(self) -> Fields:
        """A plain letter that says what the key holds, sentence by sentence."""
        return self._written(self.division.perfect()[AMOUNTS], self.drivers, self.most, self.unanswered)

    def _written(
        self,
        amounts: Mapping[str, float],
        drivers: Mapping[str, tuple[str, str]],
        most: str,
        unanswered: Iterable[str],
    ) -> Fields:
        digits, missing = self.division.digits, set(unanswered)
        claims: list[dict[str, Any]] = []
        for code, amount in amounts.items():
            quote = f"{self.names[code]} ({code}) receives {self.division.currency} {amount:.{digits}f}."
            claims.append({"kind": AMOUNT, "about": code, "value": amount, "quote": quote})
        for code, (key, way) in drivers.items():
            quote = f"The claim of {self.names[code]} ({code}) is moved most, and {way}, by {self.titles[key]}."
            claims.append({"kind": DRIVER, "about": code, "value": key, "direction": way, "quote": quote})
        for number in self.questions:
            if number in missing:
                quote = f"Question {number} is answered neither by our records nor by our rules."
                claims.append({"kind": MISSING, "about": number, "value": "", "quote": quote})
            elif most:
                quote = f"As to question {number}: {self.names[most]} ({most}) receives most."
                claims.append({"kind": ANSWER, "about": number, "value": most, "quote": quote})
        return {FIELD: {"text": " ".join(["Dear reader,", *(one["quote"] for one in claims)]), "claims": claims}}

    def harmed(self, how: Harm) -> Fields:
        """The amounts damaged; where half is gone, half of the drivers and the questions too."""
        amounts = self.division.harmed(how)[AMOUNTS]
        half = dict(list(self.drivers.items())[: len(self.drivers) // 2])
        if how is Harm.HALF_LEFT_OUT:
            fields = self._written(amounts, half, "", [])
        elif how in {Harm.HALF_MADE_UP, Harm.WORTHLESS}:
            turned = {code: (key, "down" if way == "up" else "up") for code, (key, way) in self.drivers.items()}
            least = min(self.division.amounts, key=lambda code: self.division.amounts[code])
            known = [number for number in self.questions if number not in self.unanswered]
            fields = self._written(amounts, turned | (half if how is Harm.HALF_MADE_UP else {}), least, known)
        else:
            fields = self._written(amounts, self.drivers, self.most, self.unanswered)
        return fields

    def worthless(self, draw: Stream) -> Fields:
        """Arbitrary amounts, drivers and answers, well told."""
        keys, codes = sorted(self.titles), sorted(self.names)
        drivers = {code: (draw.choice(keys), draw.choice(("up", "down"))) for code in self.drivers}
        return self._written(self.division.worthless(draw)[AMOUNTS], drivers, draw.choice(codes), list(self.questions))

    def trimmed(self, part: Part) -> Fields:
        """The claims that are about what was asked, without a word of prose."""
        claims = part.fields.get(FIELD, {"claims": []})["claims"]
        return {
            FIELD: [
                {"kind": one["kind"], "about": one["about"], "value": one["value"]}
                for one in claims
                if (one["kind"], one["about"]) in self._places()
                and (isinstance(one["value"], float) or one["value"] in {*self.titles, *self.names})
            ]
        }

    def shown(self, codes: Iterable[str]) -> str:
        """The amounts, the drivers and the questions."""
        lines = [f"- {code}: {key}, {way}" for code, (key, way) in self.drivers.items()]
        lines += [f"- {number}. {text} {'(nothing answers it)' * (number in self.unanswered)}".rstrip()
                  for number, text in self.questions.items()]  # fmt: skip
        return "\n".join([self.division.shown(codes), "", f"Most: {self.most}. Drivers and questions:", "", *lines])


def _pulls(division: Division, found: Mapping[str, Findings], code: str) -> dict[str, float]:
    """By how much each measure moves an entity's claim, as a logarithm: up above 0, down below."""
    return {
        key: math.log(standing(found[key].values)[code]) * (1 if favours else -1)
        for key, favours in division.favours.items()
        if key in found
    }


def _driver(pulls: Mapping[str, float]) -> tuple[str, str]:
    if not pulls:
        return ("", "")
    key = max(pulls, key=lambda one: abs(pulls[one]))
    return key, "up" if pulls[key] > 0 else "down"


def _lead(pulls: Mapping[str, float]) -> float:
    """How far the strongest pull stands out, as a share of it."""
    ranked = sorted((abs(pull) for pull in pulls.values()), reverse=True)
    if len(ranked) < 2:
        return float(len(ranked))
    return 1 - ranked[1] / ranked[0] if ranked[0] else 0.0


def _claim(raw: Any) -> dict[str, Any]:
    """A claim as far as it can be read; empty for none."""
    if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) for name in ("kind", "about", "quote")):
        return {}
    value = raw.get("value")
    number = finite(value)
    direction = raw.get("direction", "")
    return {
        "kind": raw["kind"][:40],
        "about": raw["about"][:40],
        "value": number if number is not None else value[:80] if isinstance(value, str) else "",
        "direction": direction if direction in {"up", "down"} else "",
        "quote": raw["quote"][:LONGEST_QUOTE],
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _figures(quote: str) -> list[float]:
    """The numbers of a sentence, thousands marks left out."""
    return [float(re.sub("[,']", "", one)) for one in _NUMBER.findall(quote)]
