"""Graded answers: written work whose order is known, judged to see whether judges find that order.

Every written task has five answers, from excellent to fabricated. Each grader is asked once per answer; what it said is
kept in a file line by line, so that a run that stops goes on, and readings made apart can be ruled on as one panel.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inspect_ai.model import Model
from pydantic import ValidationError

from skillbench.core.errors import InputError, JudgeError
from skillbench.core.schema import Case, sha256_of
from skillbench.core.strict import Strict
from skillbench.core.taskset import TaskSet
from skillbench.harness.hearing import Hearing, code_verdict, hearing
from skillbench.harness.prepared import AT_ONCE
from skillbench.harness.rubric import ask, family
from skillbench.judge.panel import Vote
from skillbench.judge.profile import Profile, judge_digest
from skillbench.judge.transcript import Transcript

GRADES: Final = {"excellent": 3, "good": 2, "mediocre": 1, "generic": 0, "fabricated": 0}
"""The grades, best first, and the band each should fall into: elite, proficient, mediocre, failure."""

PAIRS: Final = tuple((a, b) for a, up in GRADES.items() for b, low in GRADES.items() if up > low)
"""Pairs of grades of which the first must score higher."""

CEILINGS: Final = {"generic": 5.0, "fabricated": 3.0}
AUDIT, PANEL = "audit", "panel"
Note = Callable[[str, int, int], None]
"""Told the grader, how many of its answers are read, and how many there are."""


class KeptReading(Strict):
    """One line of a verdicts file: what one grader said about one answer.

    Attributes:
        case: id of the case.
        grade: of the answer.
        answer: hash of the answer's text.
        judge: the grader's name.
        digest: of the judge's words and rules.
        report: its report as JSON text; empty where none could be read.
        reason: why there is none.
        attempts: how often it was asked.
    """

    case: str
    grade: str
    answer: str
    judge: str
    digest: str
    report: str
    reason: str = ""
    attempts: int = 1


@dataclass(frozen=True)
class GradedAnswer:
    """One graded answer of a written task."""

    case: Case
    grade: str
    text: str

    @property
    def place(self) -> tuple[str, str, str]:
        """What a kept reading must agree in."""
        return self.case.id, self.grade, sha256_of(self.text.encode())


@dataclass(frozen=True)
class GradedScores:
    """Scores of one graded answer: by the audit, by every grader, and by all graders as a panel.

    Attributes:
        answer: the answer.
        scores: by column name, 0 to 10; where a grader gave no report, what code alone vouches for.
        unread: graders that gave no report, with the reason.
    """

    answer: GradedAnswer
    scores: Mapping[str, float]
    unread: Mapping[str, str] = field(default_factory=dict)


def read_graded(task_set: TaskSet, folder: Path, names: Iterable[str] = ()) -> list[GradedAnswer]:
    """The graded answers of a set's tasks, which stand in ``folder/TASK/graded/GRADE.md``.

    Args:
        task_set: authored cases; a task is found by the name of its chain.
        folder: the written tasks.
        names: only these tasks; all if none is named.

    Raises:
        InputError: a task that was named, or every task, lacks them, or a grade is missing or unreadable.
    """
    wanted = set(names)
    cases = [case for case in task_set.cases if case.authored and (not wanted or case.chain in wanted)]
    if lost := sorted(wanted - {case.chain for case in cases}):
        raise InputError(f"no written task {', '.join(lost)} in {task_set.root}; `skillbench show` lists its cases")
    found = []
    for case in cases:
        home = folder / case.chain / "graded"
        if not home.is_dir() and not wanted:
            continue
        for grade in GRADES:
            try:
                found.append(GradedAnswer(case, grade, (home / f"{grade}.md").read_bytes().decode()))
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(f"{home / grade}.md: {error}; a task has five: {', '.join(GRADES)}") from error
    if not found:
        raise InputError(
            f"{folder} holds no graded answers of the tasks in {task_set.root}: give the folder whose "
            "TASK/graded/ holds excellent.md, good.md, mediocre.md, generic.md and fabricated.md (--graded)"
        )
    return found


def kept_readings(path: Path) -> list[KeptReading]:
    """The lines of a verdicts file; none where there is no file yet. A last line that was cut off is left out.

    Raises:
        InputError: a malformed line, with its number.
    """
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            found.append(KeptReading.model_validate_json(line))
        except ValidationError as error:
            raise InputError(f"{path}:{number}: {error}\nRemove the line; its answer is then judged again.") from error
    if lines[-1]:  # the process that wrote it was killed in the middle of the line
        path.write_text(text[: len(text) - len(lines[-1])], encoding="utf-8")
    return found


def judge_graded(
    task_set: TaskSet,
    answers: Sequence[GradedAnswer],
    profile: Profile,
    models: Sequence[Model],
    verdicts: Path | None = None,
    note: Note = lambda _judge, _done, _all: None,
) -> list[GradedScores]:
    """Score every answer by the audit, by each grader, and by the graders together.

    Args:
        task_set: where the cases' files are.
        answers: what to judge.
        profile: the judge.
        models: graders, asked one after another.
        verdicts: file in which their reports are kept; those it holds already are not asked for again.
        note: told of progress.

    Raises:
        InputError: the file is malformed, or the profile judges no authored tasks.
    """
    digest = judge_digest(profile.name)
    kept = [one for one in (kept_readings(verdicts) if verdicts else []) if one.digest == digest]
    held = {(one.case, one.grade, one.answer, one.judge): one for one in kept}
    heard = {answer.place: _heard(task_set, answer, profile) for answer in answers}

    def keep(one: KeptReading) -> None:
        held[one.case, one.grade, one.answer, one.judge] = one
        if verdicts:
            with verdicts.open("a", encoding="utf-8") as stream:
                stream.write(one.model_dump_json() + "\n")

    async def ask_everyone() -> None:
        for model in models:
            open_ones = [answer for answer in answers if (*answer.place, str(model)) not in held]
            await _ask_all(model, open_ones, heard, profile, keep, note)

    asyncio.run(ask_everyone())
    judges = sorted({name for *_, name in held} | {str(model) for model in models})
    return [_scored(task_set, answer, heard[answer.place], judges, held) for answer in answers]


def _heard(task_set: TaskSet, answer: GradedAnswer, profile: Profile) -> Hearing:
    session = _session(answer)
    verdict = code_verdict(task_set, answer.case, session)
    return hearing(task_set, answer.case, session, verdict, profile, secrets.token_hex(8))


def _session(answer: GradedAnswer) -> Transcript:
    return Transcript((), answer.text, answer.case.prompt)


async def _ask_all(
    model: Model,
    answers: Sequence[GradedAnswer],
    heard: Mapping[tuple[str, str, str], Hearing],
    profile: Profile,
    keep: Callable[[KeptReading], None],
    note: Note,
) -> None:
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(answer: GradedAnswer) -> None:
        nonlocal done
        async with gate:
            asked = await ask(model, heard[answer.place].question, profile)
        report = asked.vote.observations.model_dump_json() if asked.vote else ""
        case, grade, text = answer.place
        keep(
            KeptReading(
                case=case,
                grade=grade,
                answer=text,
                judge=str(model),
                digest=judge_digest(profile.name),
                report=report,
                reason=asked.reason[:300],
                attempts=asked.attempts,
            )
        )
        done += 1
        note(str(model), done, len(answers))

    await asyncio.gather(*(one(answer) for answer in answers))


def _scored(
    task_set: TaskSet,
    answer: GradedAnswer,
    heard: Hearing,
    judges: Sequence[str],
    held: Mapping[tuple[str, str, str, str], KeptReading],
) -> GradedScores:
    scores: dict[str, float] = {AUDIT: float(code_verdict(task_set, answer.case, _session(answer)).score)}
    unread: dict[str, str] = {}
    votes: list[Vote[Any]] = []
    for judge in judges:
        one = held.get((*answer.place, judge))
        vote = _vote(one, heard) if one else None
        if vote is None:
            unread[judge] = one.reason if one else "was not asked"
        scores[judge] = float((heard.rule([vote]).scored if vote else heard.stand_in).score)
        votes += [vote] if vote else []
    if len(judges) > 1:
        whole = 2 * len(votes) > len(judges)
        scores[PANEL] = float((heard.rule(votes).scored if whole else heard.stand_in).score)
    return GradedScores(answer, scores, unread)


def _vote(one: KeptReading, heard: Hearing) -> Vote[Any] | None:
    try:
        return Vote(one.judge, family(one.judge), heard.question.read(one.report)) if one.report else None
    except (JudgeError, json.JSONDecodeError):
        return None  # the task was altered since: another criterion, say
