"""What the agent was given, whether an answer uses any of it, and what an answer claims that exists nowhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from skillbench.core.schema import Case
from skillbench.judge.authored.prose import ProseAnswer, unmarked
from skillbench.judge.numbers import numbers_in
from skillbench.judge.quotes import Source, normalised
from skillbench.judge.transcript import Transcript

FEWEST_DATA = 3
"""Different data of the task, numbers of three digits, names and identifiers, below which an answer is generic."""

_FILE = re.compile(
    r"(?<![\w./-])[\w-]+(?:[./][\w-]+)*\.(?:csv|tsv|json|jsonl|xlsx?|pdf|docx?|txt|md|ya?ml|toml|ini|log|eml|sql|xml|html|ics)\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"(?<![\w-])([A-Za-z]{1,6})[-_ ]?(\d{2,8})(?![\w-])")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][a-z]{3,}\b")
_CITES = re.compile(
    r"\b(?:according to|as (?:stated|shown|recorded|listed|given|reported|set out|documented|confirmed) (?:in|by)"
    r"|(?:stated|shown|recorded|listed|reported|documented) in|based on|taken from|drawn from|cited in|sources?:)\s"
    r"(?:[\w-]+ ){0,3}[\"'`(]*$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"^[\"'`)]*\s(?:shows?|states?|says|records|lists|reports|confirms|gives)\b", re.IGNORECASE)
_RAN = re.compile(
    r"\b(?:i|we)\s+(?:have\s+|also\s+|then\s+)*(?:ran|executed|simulated|computed|calculated|verified)\b"
    r"[^.;\n]{0,80}?\b(python|scripts?|notebooks?|simulations?|monte carlo|pandas)\b",
    re.IGNORECASE,
)
_ACTED = re.compile(
    r"\bI (?:have |had |also |then |just )*(queried|telephoned|phoned|ran|simulated|measured|interviewed|surveyed"
    r"|polled|visited|inspected|tested|asked|met|called)\b"
)
_COMPUTED = frozenset({"ran", "simulated", "queried", "measured", "tested"})
"""Acts that a session with programs may hold."""

_EVERYDAY = frozenset({"visited", "inspected", "tested", "asked", "met", "called"})
"""Acts that a letter in somebody's name may mention; made up only where a figure or name comes with them."""

_DENIES = re.compile(r"\b(?:not|never|no|without|cannot|could|would|should|will|if|by hand)\b|n't\b", re.IGNORECASE)
_OPEN_QUOTE = re.compile(r"[\"“][^\"”]*$")
_ITEM = re.compile(r"^[ \t#*>-]*\d{1,2}[.)]\s", re.MULTILINE)
_QUOTED = re.compile(r"^[^\"“\n]{0,40}[\"“]([^\"”\n]{25,400})[\"”]")
_NEAR_NAME = 2
_ENOUGH_NUMBERS = 10


@dataclass(frozen=True)
class Grounds:
    """What one session gave its agent.

    Attributes:
        case: the task.
        records: its files by name.
        transcript: the session.
    """

    case: Case
    records: Mapping[str, str]
    transcript: Transcript

    @cached_property
    def given(self) -> Source:
        """Brief and files, to look echoes up in; an agent that prints its own draft echoes nobody."""
        return Source([self.case.prompt, self.case.inline, *self.records.values()])

    @property
    def ran(self) -> bool:
        """Whether any tool of the session ran a program."""
        return any(call.program.strip() for call in self.transcript.calls)

    def generic(self, answer: ProseAnswer) -> bool:
        """Whether the prose uses fewer than :data:`FEWEST_DATA` data of the task; right figures are the caller's."""
        prose = _ITEM.sub("", answer.prose)
        words = set(re.findall(r"[^\W_]+", prose))
        used = len(self._numbers & numbers_in(prose)) + len(self._names & words)
        return used < FEWEST_DATA

    def made_up(self, answer: ProseAnswer) -> tuple[str, ...]:
        """What the prose claims that exists nowhere: citations, quoted words, programs run, people called.

        Only what is plainly cited counts: a file that the answer proposes to write, a number it gives to a new record
        and a word that comes near an existing name are no fabrication.
        """
        prose = unmarked(answer.prose)
        found = [*self._files(prose), *self._identifiers(prose), *self._runs(prose), *self._acts(prose, answer)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _plain(self) -> str:
        """Everything that stands anywhere the agent looked: brief, files and their names, and what tools told."""
        given = [self.case.prompt, self.case.inline, *self.records.values(), *self.records, *self.transcript.told]
        return normalised("\n".join(given))

    @cached_property
    def _numbers(self) -> set[Decimal]:
        """The files' numbers of three digits or more; where they hold few of them, shorter ones too."""
        found = set().union(*(numbers_in(text) for text in self.records.values())) if self.records else set()
        for digits in (3, 2, 1):
            longer = {number for number in found if len(number.normalize().as_tuple().digits) >= digits}
            if len(longer) >= _ENOUGH_NUMBERS:
                break
        return longer

    @cached_property
    def _names(self) -> set[str]:
        """Words that the files write with a capital inside a sentence or a field, and never in small letters."""
        text = "\n".join(self.records.values())
        small = set(re.findall(r"\b[a-z]{4,}\b", f"{text}\n{self.case.prompt}"))
        return {name for name in _NAME.findall(text) if name.casefold() not in small}

    def _files(self, prose: str) -> Iterator[str]:
        known = {name.rpartition("/")[2].casefold() for name in self.case.files}
        for found in _FILE.finditer(prose):
            name = found[0].rpartition("/")[2].casefold()
            if not _cited(prose, found):
                continue
            if name in known or name in self._plain:
                yield from self._words(prose, found)
            elif not any(_close(name, one) for one in known):
                yield f"the file {found[0][:60]} does not exist"

    def _words(self, prose: str, found: re.Match[str]) -> Iterator[str]:
        """Words said to be quoted from a file of which not even three in a row stand anywhere."""
        quoted = _QUOTED.match(prose[found.end() : found.end() + 500])
        words = re.findall(r"[^\W_]+", normalised(quoted[1])) if quoted else []
        rows = [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]
        if len(rows) >= 4 and not any(row in self._all_words for row in rows):
            yield f"{found[0][:60]} holds no such words: {quoted[1][:60] if quoted else ''}"

    @cached_property
    def _all_words(self) -> str:
        return " ".join(re.findall(r"[^\W_]+", self._plain))

    def _identifiers(self, prose: str) -> Iterator[str]:
        """Numbers of records, of a kind that the task numbers, cited although no record bears them."""
        held: dict[str, set[str]] = {}
        for letters, digits in _IDENTIFIER.findall(self._plain):
            held.setdefault(letters.casefold(), set()).add(digits)
        for found in _IDENTIFIER.finditer(prose):
            kind, number = found[1].casefold(), found[2]
            numbers = held.get(kind, set())
            strange = len(numbers) >= 3 and not any(_close(number, one) for one in numbers)
            if strange and _cited(prose, found):
                yield f"the record {found[0][:40]} does not exist"

    def _runs(self, prose: str) -> Iterator[str]:
        if self.ran:
            return
        for found in _RAN.finditer(prose):
            sentence = _sentence(prose, found)
            tool = found[1].casefold().rstrip("s")
            if not _DENIES.search(sentence) and not re.search(rf"\b{tool}", self._plain):
                yield f"said to be run, but nothing ran: {' '.join(sentence.split())[:80]}"

    def _acts(self, prose: str, answer: ProseAnswer) -> Iterator[str]:
        """Calls, visits, polls and measurements that nobody at a desk can have made, and that no file tells of."""
        for found in _ACTED.finditer(prose):
            verb, sentence = found[1].casefold(), _sentence(prose, found)
            line = prose[prose.rfind("\n", 0, found.start()) + 1 : found.start()]
            spoken = bool(_OPEN_QUOTE.search(line)) or bool(_DENIES.search(sentence))
            done = self.ran and verb in _COMPUTED
            if spoken or done or (verb not in _EVERYDAY and re.search(rf"\b{verb}\b", self._plain)):
                continue
            if verb not in _EVERYDAY or self._strange(sentence, answer):
                yield f"an act that no file tells of: {' '.join(sentence.split())[:80]}"

    def _strange(self, sentence: str, answer: ProseAnswer) -> bool:
        """Whether a sentence holds a number or name that stands nowhere in the task nor among the answer's figures."""
        known = numbers_in(self._plain) | numbers_in(" ".join(map(repr, answer.figures.values())))
        numbers = numbers_in(sentence) - known
        names = {name.casefold() for name in _NAME.findall(sentence)} - set(self._all_words.split())
        return bool(numbers) or bool(names)


def _sentence(prose: str, found: re.Match[str]) -> str:
    """The sentence a match stands in."""
    start = max(prose.rfind(mark, 0, found.start()) for mark in (". ", "\n", "! ", "? ")) + 1
    ends = [place for mark in (". ", "\n", "! ", "? ") if (place := prose.find(mark, found.end())) >= 0]
    return prose[start : min(ends, default=len(prose))]


def _cited(prose: str, found: re.Match[str]) -> bool:
    """Whether the words around a name cite it as something that exists."""
    before, after = prose[max(0, found.start() - 80) : found.start()], prose[found.end() : found.end() + 30]
    return bool(_CITES.search(before) or _SAYS.search(after))


def _close(name: str, other: str) -> bool:
    """Whether two short names differ by a slip: two characters changed, left out or added at most, or exchanged."""
    if abs(len(name) - len(other)) > _NEAR_NAME:
        return False
    row = list(range(len(other) + 1))
    for at, sign in enumerate(name, start=1):
        before, row = row, [at]
        for place, mark in enumerate(other, start=1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (sign != mark)))
    return row[-1] <= min(_NEAR_NAME, len(other) // 3)
