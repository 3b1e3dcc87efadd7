"""What of judges' readings counts: every quote is looked up, and votes are counted per observation."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property

from skillbench.core.schema import Case
from skillbench.judge.authored.assess import Assessment, Read, assess, part_of
from skillbench.judge.authored.grounds import Grounds
from skillbench.judge.authored.prose import ProseAnswer, ProseSection, read_prose, unmarked
from skillbench.judge.authored.readings import Reading, handover_ids, reader_criteria
from skillbench.judge.evidence import Ruling
from skillbench.judge.numbers import numbers_in
from skillbench.judge.panel import Vote, across_families, agreement
from skillbench.judge.profile import Profile, load_rules
from skillbench.judge.quotes import Source, normalised
from skillbench.judge.transcript import Transcript

_ELISION = re.compile(r"\s*(?:\[\s*)?(?:…|\.\.\.)(?:\s*\])?\s*")
_SHARED = 2
"""Words that a quote, with the sentence before and after it, has in common with what it is to prove."""

_LONGEST_SENTENCE = 100
"""Words; more without a full stop are a heap."""

_STEM = 5
"""Letters by which two words are the same one in another form."""

_COMMON = re.compile(
    r"about|above|after|again|answer|because|before|being|below|between|could|each|every|figures?|from|given|gives|have"
    r"|into|least|makes|names|other|right|says|should|states?|than|that|their|them|then|there|these|they|things?|this"
    r"|those|under|using|what|when|where|which|while|whole|with|without|would"
)


class AuthoredCourt:
    """Checks the readings of judges about one answer.

    Args:
        case: the case.
        records: its files by name.
        transcript: the session.
        profile: the judge's profile.
    """

    def __init__(self, case: Case, records: Mapping[str, str], transcript: Transcript, profile: Profile) -> None:
        self.case, self.records, self.transcript, self.profile = case, records, transcript, profile
        self._task = part_of(case)
        self._grounds = Grounds(case, records, transcript)
        self._answer: ProseAnswer = read_prose(transcript.answer_text)
        # The brief asks for the headings, so that saying their words again proves nothing.
        self._headings = _stems(" ".join(self._task.headings))
        self._sections = [_Looked(section) for section in self._answer.sections]

    def rule(self, votes: Sequence[Vote[Reading]]) -> Ruling:
        """Score the answer on what of a panel's readings stands."""
        read, inert = self.read(votes)
        found = self.assessed(read)
        upheld = (*read.made_up, *(["vague"] if read.vague else ()))
        return Ruling(found.scored, found.evidence, upheld, inert, candour=None, agreement=agreement(votes))

    def assessed(self, read: Read | None) -> Assessment:
        """The answer's assessment on what was read; see :func:`skillbench.judge.authored.assess.assess`."""
        return assess(self.case, self.records, self.transcript, read, load_rules(self.profile.rules))

    def read(self, votes: Sequence[Vote[Reading]]) -> tuple[Read, int]:
        """What most judges say and can show, and how many claims counted for nothing."""
        criteria = {criterion.id: criterion for criterion in reader_criteria(self._task)}
        topics = {name: one.text for name, one in criteria.items()}
        handovers = dict(zip(handover_ids(self._task), self._task.handovers, strict=True))
        topics |= {name: one.what for name, one in handovers.items()}
        shown = [
            {
                one.id
                for one in vote.observations.criteria
                if one.verdict == "met" and self._shows(one.quote, topics[one.id])
            }
            | {one.id for one in vote.observations.handovers if self._shows(one.quote, topics[one.id])}
            for vote in votes
        ]
        agreed = {name for name in topics if 2 * sum(name in mine for mine in shown) > len(votes)}
        inventions = [self._inventions(vote.observations) for vote in votes]
        made_up = across_families(votes, inventions, self.profile.majority)
        vague = 2 * sum(self._vague(vote.observations) for vote in votes) > len(votes)
        claims = sum(_claims(vote.observations) for vote in votes)
        used = sum(len(mine & agreed) for mine in shown) + len(made_up) + vague
        sentences = tuple(sorted(f"made up, say judges of two families: {str(one)[:80]}" for one in made_up))
        met, handed = agreed & criteria.keys(), agreed & handovers.keys()
        return Read(frozenset(met), frozenset(handed), sentences, vague), max(0, claims - used)

    def _shows(self, quote: str, topic: str) -> bool:
        """Plainly said in one section, in sentences that speak of the matter, and no echo of what the agent was given.

        Of two hundred true quotes of excellent answers nearly all share two words with what they prove, the sentence
        before and after them included; a plea shares none.
        """
        pieces = [piece for piece in _ELISION.split(quote) if piece.strip()]
        if not pieces or self._echo(quote):
            return False
        stems = _stems(topic) - self._headings or _stems(topic)
        return any(
            all(section.states(piece) for piece in pieces)
            and len(stems & section.stems_near(pieces)) >= min(_SHARED, len(stems))
            for section in self._sections
        )

    def _echo(self, quote: str) -> bool:
        return self._grounds.given.holds(quote) or self._grounds.given.holds(unmarked(quote))

    def _inventions(self, seen: Reading) -> set[Hashable]:
        """The sentences that one judge's allegations quote, where any of their words or figures is not the task's."""
        found: set[Hashable] = set()
        for claim in seen.inventions:
            quote = normalised(unmarked(claim.claim_quote))
            if self._echo(claim.claim_quote) or not self._new(quote):
                continue
            for section in self._sections:
                if section.states(claim.claim_quote):
                    found |= {one for one in section.sentences if quote in one or (len(one) >= 20 and one in quote)}
        return found

    def _new(self, quote: str) -> bool:
        """Whether a quote holds a figure or a longer word that neither task, tools nor right figures have."""
        figures = {abs(number) for number in numbers_in(quote)} - self._known_numbers
        return bool(figures) or bool(set(re.findall(r"[^\W\d_]{5,}", quote)) - self._known_words)

    def _vague(self, seen: Reading) -> bool:
        """Flagged, with words to show for it that hold no figure."""
        quotes = [quote for quote in seen.vague.quotes if any(one.states(quote) for one in self._sections)]
        return seen.vague.flag and any(not numbers_in(quote) and not self._echo(quote) for quote in quotes)

    @cached_property
    def _known_words(self) -> set[str]:
        return set(re.findall(r"[^\W\d_]{5,}", normalised(self._task_text)))

    @cached_property
    def _known_numbers(self) -> set[object]:
        right = [one.figure.value for one in self.assessed(None).figures if one.verdict == "right"]
        numbers = numbers_in(self._task_text)
        for value in right:
            numbers |= numbers_in(repr(value)) if isinstance(value, float) else set()
        return {abs(number) for number in numbers}

    @property
    def _task_text(self) -> str:
        return "\n".join([self.case.prompt, *self.records.values(), *self.transcript.told])


class _Looked:
    """A section to look quotes up in, as written and without its marks."""

    def __init__(self, section: ProseSection) -> None:
        text = f"{section.heading}\n{section.text}"
        self._source = Source([text, unmarked(text)])
        self._section = section

    def states(self, quote: str) -> bool:
        return self._source.states(quote) or self._source.states(unmarked(quote))

    def stems_near(self, pieces: Sequence[str]) -> set[str]:
        """Stems of the sentences that hold a quote's pieces, and of their neighbours; a heap of words is none."""
        sought = [normalised(unmarked(piece)) for piece in pieces]
        found: set[str] = set()
        for place, sentence in enumerate(self.sentences):
            if any(piece in sentence or sentence in piece for piece in sought):
                near = self.sentences[max(0, place - 1) : place + 2]
                found |= _stems(" ".join(one for one in near if len(one.split()) <= _LONGEST_SENTENCE))
        return found

    @cached_property
    def sentences(self) -> list[str]:
        return self._section.sentences


def _stems(text: str) -> set[str]:
    """Numbers, and words of four letters or more by their first letters, without the commonest."""
    words = re.findall(r"[^\W_]+", normalised(text))
    return {word[:_STEM] for word in words if (len(word) > 3 or word.isdigit()) and not _COMMON.fullmatch(word)}


def _claims(seen: Reading) -> int:
    """How many claims a judge made that could have changed something."""
    met = sum(one.verdict == "met" for one in seen.criteria) + sum(bool(one.quote) for one in seen.handovers)
    return met + len(seen.inventions) + seen.vague.flag
