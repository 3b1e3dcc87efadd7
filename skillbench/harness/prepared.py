"""Judging outside a run: the same judge on prepared attempts, for calibration and attack."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from inspect_ai.model import Model
from pydantic import Field, ValidationError

from skillbench.core.errors import InputError
from skillbench.core.schema import Case, Strict
from skillbench.core.taskset import TaskSet
from skillbench.harness.hearing import code_verdict, hearing
from skillbench.harness.judge_brief import judge_brief
from skillbench.harness.rubric import ask
from skillbench.judge.observations import Status
from skillbench.judge.payloads import Attempt
from skillbench.judge.profile import Profile, load_rules
from skillbench.judge.score import Entry
from skillbench.judge.transcript import ToolCall, Transcript

AT_ONCE = 8
"""Judge calls under way at the same time; the provider's own limits apply below that."""


@dataclass(frozen=True)
class Outcome:
    """What a judge made of one attempt.

    Attributes:
        score: the final score; the audit's where no judge gave a verdict.
        statuses: by skill.
        ledger: line by line.
        unscored: why no judge gave a verdict, ``""`` when one did or none was asked.
        attempts: model calls made.
    """

    score: float
    statuses: Mapping[str, Status]
    ledger: tuple[Entry, ...]
    unscored: str = ""
    attempts: int = 0


class HumanLabel(Strict):
    """One human-labelled answer: a line of a labels file.

    Attributes:
        case: id of the case.
        answer: the text submitted.
        calls: tool calls of the session, each with id, function, ok, arguments and result.
        score: the human's score, 0 to 10; None when only statuses were labelled.
        skills: the human's status by skill; empty when only the score was labelled.
    """

    case: str
    answer: str
    calls: list[dict[str, Any]] = Field(default_factory=list)
    score: Annotated[float, Field(ge=0, le=10)] | None = None
    skills: dict[str, Status] = Field(default_factory=dict)

    def attempt(self) -> Attempt:
        """The labelled session."""
        return Attempt(self.answer, tuple(ToolCall(**call) for call in self.calls))


def judge_all(
    task_set: TaskSet, attempts: Sequence[tuple[Case, Attempt]], profile: Profile, models: Sequence[Model]
) -> list[Outcome]:
    """Judge attempts with a profile; without models only the audit is asked."""

    async def run() -> list[Outcome]:
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(case: Case, attempt: Attempt) -> Outcome:
            async with slots:
                return await _judge(task_set, case, attempt, profile, models)

        return list(await asyncio.gather(*(one(case, attempt) for case, attempt in attempts)))

    return asyncio.run(run())


def read_labels(path: Path) -> list[HumanLabel]:
    """A human-labelled set, one JSON object per line.

    Raises:
        InputError: a malformed line, with its number and what a line must hold.
    """
    return list(_labels(path))


def _labels(path: Path) -> Iterator[HumanLabel]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                label = HumanLabel.model_validate_json(line)
                label.attempt()
            except (ValidationError, TypeError) as error:
                allowed = "A line holds case and answer and, as far as labelled, calls, score and skills."
                raise InputError(f"{path}:{number}: {error}\n{allowed}") from error
            yield label


async def _judge(task_set: TaskSet, case: Case, attempt: Attempt, profile: Profile, models: Sequence[Model]) -> Outcome:
    session = Transcript(attempt.calls, attempt.text, case.prompt)
    rules = None if profile.kind == "reader" else load_rules(profile.rules)
    verdict = code_verdict(task_set, case, session, rules)
    if not models:
        return Outcome(float(verdict.score), verdict.evidence.skills, verdict.scored.ledger)
    heard = hearing(task_set, case, session, verdict, profile, secrets.token_hex(8))
    asked = [await ask(model, heard.question, profile) for model in models]
    votes, calls = [one.vote for one in asked if one.vote], sum(one.attempts for one in asked)
    if 2 * len(votes) <= len(models):
        reason = next(one.reason for one in asked if one.reason)
        return Outcome(float(heard.stand_in.score), verdict.evidence.skills, heard.stand_in.ledger, reason, calls)
    ruling = heard.rule(votes)
    return Outcome(float(ruling.scored.score), ruling.evidence.skills, ruling.scored.ledger, "", calls)


def prompt_length(task_set: TaskSet, case: Case, attempt: Attempt, profile: Profile) -> tuple[int, int]:
    """Characters of a judge's prompt, and of case and answer together: the cost of judging."""
    session = Transcript(attempt.calls, attempt.text, case.prompt)
    brief = judge_brief(case, task_set.handbook(case), session, profile, secrets.token_hex(8))
    return len(brief.system) + len(brief.user), len(case.prompt) + len(attempt.text)
