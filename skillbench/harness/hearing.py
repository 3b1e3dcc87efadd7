"""What differs between answers that have a key and answers that are read: who is asked what, and who rules on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from skillbench.core.errors import InputError
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.harness.authored_brief import authored_brief
from skillbench.harness.judge_brief import judge_brief
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.authored.assess import NOTHING, Assessment, assess
from skillbench.judge.authored.court import AuthoredCourt
from skillbench.judge.authored.readings import Reading
from skillbench.judge.evidence import Court, Ruling
from skillbench.judge.observations import Observations, Report
from skillbench.judge.panel import Vote
from skillbench.judge.profile import Profile, Rules
from skillbench.judge.score import Scored
from skillbench.judge.transcript import Transcript

AnyVerdict: TypeAlias = Verdict | Assessment
"""What code alone found about an answer of either track."""


class Question(Protocol):
    """One judge's prompt and how its reply is read."""

    @property
    def system(self) -> str:
        """Instructions."""

    @property
    def user(self) -> str:
        """What is declared, and the evidence."""

    @property
    def bare(self) -> str:
        """The same cut down, for a last attempt."""

    @property
    def kind(self) -> type[Report]:
        """The model of the reply."""

    def read(self, text: str) -> Report:
        """The report in a reply.

        Raises:
            JudgeError: it holds none.
        """


@dataclass(frozen=True)
class Hearing:
    """One answer before its judges.

    Attributes:
        question: what every judge is asked.
        rule: from the votes to a ruling; votes must be of the question's kind.
        stand_in: the score where no judge gives a verdict.
    """

    question: Question
    rule: Callable[[Sequence[Vote[Any]]], Ruling]
    stand_in: Scored


def code_verdict(task_set: TaskSet, case: Case, session: Transcript, rules: Rules | None = None) -> AnyVerdict:
    """What code alone finds about an answer, on either track; ``rules`` are those of a keyed case's judge."""
    if case.authored:
        return assess(case, task_set.records(case), session)
    return audit(case, task_set.material(case), task_set.handbook(case), session.answer_text, session, rules)


def hearing(
    task_set: TaskSet, case: Case, session: Transcript, verdict: AnyVerdict, profile: Profile, nonce: str
) -> Hearing:
    """Who is asked what about an answer, and who rules on it.

    Raises:
        InputError: the profile judges the other track.
    """
    check_profile(profile, authored=case.authored is not None)
    if case.authored:
        records = task_set.records(case)
        court = AuthoredCourt(case, records, session, profile)
        # The floor, not the audit, which leaves out what it cannot decide: silencing a judge must gain nothing.
        floor = court.assessed(NOTHING).scored
        return Hearing(authored_brief(case, records, session, profile, nonce), _of(court.rule, Reading), floor)
    pages = task_set.handbook(case)
    court_of_keys = Court(case, pages, session, cast("Verdict", verdict), profile)
    brief = judge_brief(case, pages, session, profile, nonce)
    return Hearing(brief, _of(court_of_keys.rule, Observations), verdict.scored)


def check_profile(profile: Profile, *, authored: bool) -> None:
    """Refuse a judge of one track for the other.

    Raises:
        InputError: it is one.
    """
    wanted = "reader" if authored else "rubric"
    if profile.kind not in {wanted, "audit"}:
        track = "authored" if authored else "keyed"
        raise InputError(
            f"the judge {profile.name} is a {profile.kind}; cases of the {track} track need a {wanted}. "
            "`skillbench judge list` shows which judge reads which track"
        )


def _of(rule: Callable[[Sequence[Vote[Any]]], Ruling], kind: type[Report]) -> Callable[[Sequence[Vote[Any]]], Ruling]:
    def ruled(votes: Sequence[Vote[Any]]) -> Ruling:
        return rule([vote for vote in votes if isinstance(vote.observations, kind)])

    return ruled
