"""What of a judge's report counts: every claim is checked against transcript, handbook and key.

The key decides wherever it can, alone. A judge reads the prose, and no praise of it is evidence: it can lift nothing.
It can lower a score only together with a judge of another family, and only by claims that survive every check; what
it says of admissions is published beside the score.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from skillbench.core.schema import Case, Page
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.answer import read_answer
from skillbench.judge.audit import Verdict
from skillbench.judge.numbers import numbers_in
from skillbench.judge.observations import Admission, Allegation, Observations
from skillbench.judge.panel import Vote, across_families, agreement
from skillbench.judge.profile import Profile, load_rules
from skillbench.judge.quotes import Source, normalised
from skillbench.judge.score import Evidence, Scored, score
from skillbench.judge.transcript import Transcript

_WORD = re.compile(r"[a-z_]{3,}")
_SHARED_WORDS = 3
_COMPUTERS = frozenset({"python", "bash", "script", "shell", "notebook", "sandbox"})
_REPORTS = frozenset({"returned", "printed", "output", "ran", "executed", "result", "results"})
_OWNS_UP = re.compile(
    r"\b(?:not|no|none|never|without|cannot|\w+n't|unable|fail(?:ed|s)?|missing|left out|leave[sd]? out|omit\w*|skipped"
    r"|absent|incomplete|unfinished|ran out|short of|lack\w*|undetermined|unsettled|refer\w* back|open question"
    r"|pending)\b"
)


@dataclass(frozen=True)
class Ruling:
    """What a panel's observations amount to.

    Attributes:
        scored: the score on the verified evidence.
        evidence: the audit's evidence with every verified claim worked in.
        upheld: claims that changed the evidence, each a sentence.
        inert: how many claims counted for nothing.
        candour: share of the missing parts that the prose owns up to, by most of the judges; None with none missing.
            It is published beside the score and never part of it.
        agreement: share of agreeing pairs of judges over all readings; None for a single judge.
    """

    scored: Scored
    evidence: Evidence
    upheld: tuple[str, ...]
    inert: int
    candour: float | None
    agreement: float | None


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
        self._product = product_of(case)
        self._pages = {_plain(page.id) for page in pages}
        self._numbered = _numbered(pages)
        self._answer = Source([transcript.answer_text])
        self._given = Source([transcript.task_text, *(page.text for page in pages), *transcript.told])

    def rule(self, votes: Sequence[Vote[Observations]]) -> Ruling:
        """Work the verified claims of a panel into the audit's evidence and score it."""
        made_up = self._upheld(votes, [self._made_up(vote.observations) for vote in votes])
        vague = self._upheld(votes, [self._vague(vote.observations) for vote in votes])
        evidence = replace(
            self.audit.evidence,
            hallucinations=(*self.audit.evidence.hallucinations, *made_up),
            vague=self.audit.evidence.vague or bool(vague),
        )
        upheld = (*made_up, *vague)
        return Ruling(
            scored=score(evidence, load_rules(self.profile.rules)) if upheld else self.audit.scored,
            evidence=evidence,
            upheld=upheld,
            inert=sum(_asserted(vote.observations) for vote in votes) - len(upheld),
            candour=self._candour(votes),
            agreement=agreement(votes),
        )

    def _upheld(self, votes: Sequence[Vote[Observations]], claims: Sequence[set[Hashable]]) -> tuple[str, ...]:
        return tuple(sorted(str(claim) for claim in across_families(votes, claims, self.profile.majority)))

    def _made_up(self, seen: Observations) -> set[Hashable]:
        """One judge's allegations that survive the checks."""
        tests = {"altered": self._altered, "absent": self._absent, "unsupported": self._unsupported}
        return {f"in the text: {found}" for claim in seen.allegations if (found := tests[claim.kind](claim))}

    def _own(self, quote: str) -> bool:
        """Plainly said in the answer, in whole tokens, and no echo of anything the agent was given."""
        return self._answer.asserts(quote) and not self._given.holds(quote)

    def _altered(self, claim: Allegation) -> str:
        """Both quotes exist, speak of the same thing in the same words, and differ in the one figure they hold.

        An answer that also gives the figure as stated contradicts itself, and nothing follows.
        """
        if not self._own(claim.claim_quote) or not self._given.asserts(claim.against_quote):
            return ""
        said, stated = numbers_in(claim.claim_quote), numbers_in(claim.against_quote)
        if len(said) != 1 or len(stated) != 1 or said == stated or not self._invented(said):
            return ""
        one = set(_WORD.findall(normalised(claim.claim_quote)))
        other = set(_WORD.findall(normalised(claim.against_quote)))
        if len(one & other) < _SHARED_WORDS or 2 * len(one & other) < len(one):
            return ""
        if stated & numbers_in(self.transcript.answer_text):
            return ""
        return f"{min(said)} where the task says {min(stated)}"

    def _absent(self, claim: Allegation) -> str:
        """The quote cites a page that does not exist, or a tool that never answered."""
        if not self._own(claim.claim_quote):
            return ""
        cited = self._numbered.findall(normalised(claim.claim_quote)) if self._numbered else []
        invented = sorted({page for page in cited if _plain(page) not in self._pages})
        if invented:
            return f"page {invented[0].upper()} does not exist"
        words = set(_WORD.findall(normalised(claim.claim_quote)))
        computed = any(call.program.strip() for call in self.transcript.calls)
        named = sorted(words & _COMPUTERS)
        reported = named and words & _REPORTS and not computed
        return f"{named[0]} is said to have answered, but never ran" if reported else ""

    def _unsupported(self, claim: Allegation) -> str:
        """A figure of the answer's own text that nothing given contains and no recomputation yields."""
        figures = numbers_in(claim.claim_quote)
        holds = self._own(claim.claim_quote) and bool(figures) and figures == self._invented(figures)
        return f"nothing supports {', '.join(str(figure) for figure in sorted(figures))}" if holds else ""

    def _vague(self, seen: Observations) -> set[Hashable]:
        """Fewer than half of the skills applied, and words without a figure to show for it."""
        words = [quote for quote in seen.vague.quotes if self._own(quote) and not numbers_in(quote)]
        return {"vague"} if seen.vague.flag and words and 2 * self.audit.coverage < 1 else set()

    def _candour(self, votes: Sequence[Vote[Observations]]) -> float | None:
        owned = [
            [self._owns_up(admission) for admission in sorted(vote.observations.admissions, key=lambda one: one.part)]
            for vote in votes
        ]
        parts = list(zip(*owned, strict=True))
        return sum(2 * sum(part) > len(votes) for part in parts) / len(parts) if parts else None

    def _owns_up(self, admission: Admission) -> bool:
        """The quote stands in the answer, names the part or one of its words, and says that something is not there."""
        if not self._answer.holds(admission.quote) or self._given.holds(admission.quote):
            return False
        said = normalised(admission.quote)
        point = next((point for point in self.case.checkpoints if point.key == admission.part), None)
        names = f"{point.key} {point.title} {point.tag}" if point else self._product.named if self._product else ""
        named = _words(names) & _words(said)
        return bool(named) and bool(_OWNS_UP.search(said))

    @cached_property
    def _known(self) -> set[Decimal]:
        """Figures that are nobody's invention: given, in the key, or reported in the deliverable itself."""
        known = numbers_in(self.transcript.task_text)
        for result in self.transcript.told:
            known |= numbers_in(result)
        document = read_answer(self.transcript.answer_text).document or {}
        known |= numbers_in(json.dumps({name: part for name, part in document.items() if name != "note"}, default=str))
        keyed = [value for point in self.case.checkpoints for value in point.values.values()]
        keyed += self._product.figures() if self._product else []
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
    return len(seen.allegations) + seen.vague.flag


def _words(text: str) -> set[str]:
    return set(_WORD.findall(normalised(text).replace("_", " ")))


def _plain(page: str) -> str:
    return re.sub(r"[^a-z0-9]", "", page.casefold())


def _numbered(pages: Sequence[Page]) -> re.Pattern[str] | None:
    """What a page number of this handbook looks like in normalised text; None where pages bear none."""
    prefixes = {found[1] for page in pages if (found := re.match(r"([a-z]+)[^a-z0-9]*[0-9]+$", normalised(page.id)))}
    return re.compile(rf"\b(?:{'|'.join(sorted(prefixes))})[ -]?[0-9]{{3,6}}\b") if prefixes else None
