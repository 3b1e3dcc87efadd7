"""From what judges claim to what counts: every claim is checked against transcript, handbook and key.

The key decides wherever it can. A judge can add two things: it reads what a parser cannot (right figures that
are not in the JSON), and it reads the note (made-up sources and altered figures). Praise is never evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from skillbench.core.schema import Case, Checkpoint, Page
from skillbench.judge.answer import read_answer
from skillbench.judge.audit import Verdict
from skillbench.judge.figures import numbers_in
from skillbench.judge.observations import Allegation, Observations, Status
from skillbench.judge.panel import Vote, across_families, agreement, majority
from skillbench.judge.profile import Profile, load_rules
from skillbench.judge.quotes import Source, normalised, pairs
from skillbench.judge.score import Evidence, Scored, score
from skillbench.judge.transcript import CODE_TOOLS, EFFECTIVE_TOOLS, Transcript

_PAGE = re.compile(r"\bHB-\d{3,5}\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z_]{3,}")
_SHARED_WORDS = 3


@dataclass(frozen=True)
class Ruling:
    """What a panel's observations amount to.

    Attributes:
        scored: the score on the verified evidence.
        evidence: the audit's evidence with every verified claim worked in.
        upheld: claims that changed the evidence, each a sentence.
        inert: how many claims counted for nothing.
        agreement: share of agreeing pairs of judges over skill statuses; None for a single judge.
        against_audit: share of skill statuses, over judges, that agree with the audit.
    """

    scored: Scored
    evidence: Evidence
    upheld: tuple[str, ...]
    inert: int
    agreement: float | None
    against_audit: float


class Court:
    """Checks the claims of judges about one answer.

    Args:
        case: the case, key included.
        pages: its handbook.
        transcript: the session.
        audit: the deterministic verdict, on which everything rests.
        profile: the judge's profile.
    """

    def __init__(
        self, case: Case, pages: Sequence[Page], transcript: Transcript, audit: Verdict, profile: Profile
    ) -> None:
        self.case, self.transcript, self.audit, self.profile = case, transcript, audit, profile
        self._pages = {page.id.casefold() for page in pages}
        self._answer = Source([transcript.answer_text])
        self._task = Source([transcript.task_text])
        self._unread = {skill.tag for skill in audit.skills if not skill.readable}
        results = [call.result for call in transcript.calls if call.ok]
        self._given = Source([transcript.task_text, *(page.text for page in pages), *results])

    def rule(self, votes: Sequence[Vote]) -> Ruling:
        """Work the verified claims of a panel into the audit's evidence and score it."""
        made = [self._claims(vote.observations) for vote in votes]
        shown = majority(votes, [claims["shown"] for claims in made])
        made_up = majority(votes, [claims["made up"] for claims in made])
        made_up |= across_families(votes, [claims["unsupported"] for claims in made], self.profile.majority)
        vague = majority(votes, [claims["vague"] for claims in made])
        evidence = self.audit.evidence
        entities = len(self.case.entities)
        for tag in sorted(str(tag) for tag in shown):
            values = next(skill.to_key.credit for skill in self.audit.skills if skill.tag == tag)
            evidence = replace(evidence, skills={**evidence.skills, tag: Status.APPLIED}, vague=False)
            evidence = evidence.with_more("values", entities - values)
        made_up_sentences = tuple(sorted(f"in the text: {claim}" for claim in made_up))
        evidence = replace(
            evidence,
            hallucinations=evidence.hallucinations + made_up_sentences,
            vague=evidence.vague or bool(vague),
        )
        upheld = [f"{tag}: shown in words" for tag in sorted(str(tag) for tag in shown)]
        upheld += [*made_up_sentences, *(str(claim) for claim in vague)]
        statuses = [use.status == self._status(use.tag) for vote in votes for use in vote.observations.skills]
        return Ruling(
            scored=score(evidence, load_rules(self.profile.rules)),
            evidence=evidence,
            upheld=tuple(upheld),
            inert=sum(_asserted(vote.observations) for vote in votes) - len(upheld),
            agreement=agreement(votes),
            against_audit=sum(statuses) / len(statuses),
        )

    def _status(self, tag: str) -> Status | None:
        return self.audit.evidence.skills.get(tag)

    def _claims(self, seen: Observations) -> dict[str, set[Hashable]]:
        """One judge's claims that survive the checks, by kind."""
        tests: Mapping[str, Callable[[Allegation], str]] = {"altered": self._altered, "absent": self._absent}
        made_up = {found for claim in seen.allegations if claim.kind in tests and (found := tests[claim.kind](claim))}
        unsupported = {
            normalised(claim.claim_quote)
            for claim in seen.allegations
            if claim.kind == "unsupported" and self._unsupported(claim)
        }
        shown = {use.tag for use in seen.skills if use.status is Status.APPLIED and self._shown(use.tag, use.quotes)}
        vague = seen.vague.flag and self._vague(seen.vague.quotes)
        return {
            "shown": set(shown),
            "made up": set(made_up),
            "unsupported": set(unsupported),
            "vague": {"vague"} if vague else set(),
        }

    def _shown(self, tag: str, quotes: Sequence[str]) -> bool:
        """A skill the parser could not see: a quote that gives every entity its right figure, once and plainly."""
        if tag not in self._unread:
            return False
        return any(self._own(quote) and self._all_right(self.case.checkpoint(tag), quote) for quote in quotes)

    def _own(self, quote: str) -> bool:
        return self._answer.asserts(quote) and not self._task.holds(quote)

    def _all_right(self, point: Checkpoint, quote: str) -> bool:
        given = pairs(quote, point.values)
        return bool(given) and all(point.tolerance.covers(value, given[code]) for code, value in point.values.items())

    def _altered(self, claim: Allegation) -> str:
        """Both quotes exist, speak of the same thing in the same words, and differ in the one figure they hold."""
        if not self._answer.asserts(claim.claim_quote) or not self._given.holds(claim.against_quote):
            return ""
        if self._given.holds(claim.claim_quote):
            return ""
        said, stated = numbers_in(claim.claim_quote), numbers_in(claim.against_quote)
        if len(said) != 1 or len(stated) != 1 or said == stated or not self._invented(said):
            return ""
        one, other = (
            set(_WORD.findall(normalised(claim.claim_quote))),
            set(_WORD.findall(normalised(claim.against_quote))),
        )
        if len(one & other) < _SHARED_WORDS or 2 * len(one & other) < len(one):
            return ""
        return f"{min(said)} where the task says {min(stated)}"

    def _absent(self, claim: Allegation) -> str:
        """The quote cites a page that does not exist, or a tool that never answered."""
        if not self._answer.asserts(claim.claim_quote) or self._task.holds(claim.claim_quote):
            return ""
        invented = sorted({page for page in _PAGE.findall(claim.claim_quote) if page.casefold() not in self._pages})
        if invented:
            return f"page {invented[0].upper()} does not exist"
        used = {call.function for call in self.transcript.calls if call.ok}
        used |= CODE_TOOLS if used & CODE_TOOLS else set()
        words = set(_WORD.findall(normalised(claim.claim_quote)))
        named = sorted((words & EFFECTIVE_TOOLS - {"open", "search"}) - used)
        reports = words & {"returned", "printed", "output", "ran", "executed", "result", "results"}
        return f"{named[0]} is said to have answered, but never ran" if named and reports else ""

    def _unsupported(self, claim: Allegation) -> bool:
        """A figure of the answer's own text that nothing given contains and no recomputation yields."""
        figures = numbers_in(claim.claim_quote)
        own = self._own(claim.claim_quote) and not self._given.holds(claim.claim_quote)
        return own and bool(figures) and figures == self._invented(figures)

    def _vague(self, quotes: Sequence[str]) -> bool:
        """Fewer than half of the skills applied, and words without a figure to show for it."""
        words = [quote for quote in quotes if self._own(quote) and not numbers_in(quote)]
        return bool(words) and self.audit.coverage < 0.5

    @cached_property
    def _known(self) -> set[Decimal]:
        """Figures that are nobody's invention: given, in the key, or reported in the deliverable itself."""
        known = numbers_in(self.transcript.task_text)
        for call in self.transcript.calls:
            known |= numbers_in(call.result) if call.ok else set()
        document = read_answer(self.transcript.answer_text).document or {}
        known |= numbers_in(json.dumps({name: part for name, part in document.items() if name != "note"}, default=str))
        keyed = [value for point in self.case.checkpoints for value in point.values.values()]
        keyed += [*self.case.settlement.amounts.values(), self.case.settlement.fund] if self.case.settlement else []
        return known | {Decimal(repr(value)) for value in keyed}

    def _invented(self, figures: set[Decimal]) -> set[Decimal]:
        """Those figures that are no rounding of any known one."""
        return {figure for figure in figures if not any(_rounds_to(known, figure) for known in self._known)}


def _rounds_to(known: Decimal, figure: Decimal) -> bool:
    """Whether a figure as written, trailing zeros aside, is a rounding of a known one: 48000 of 48211.37."""
    unit = Decimal(1).scaleb(int(figure.normalize().as_tuple().exponent))
    return abs(known - figure) <= unit / 2


def _asserted(seen: Observations) -> int:
    """How many claims a judge made that could have changed something."""
    applied = sum(use.status is Status.APPLIED for use in seen.skills)
    return applied + len(seen.allegations) + seen.vague.flag
