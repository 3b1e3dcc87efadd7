"""Judging a transcript again: the audit by its code, a rubric judge's score from its own words in the log."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillbench.core.errors import JudgeError
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.evidence.graded import AUDIT
from skillbench.evidence.session import Generation, WholeSample
from skillbench.harness.handed_in import STORED_RUNS, jobs_of, read_runs
from skillbench.harness.hearing import AnyVerdict, Question, code_verdict, hearing
from skillbench.harness.rubric import family
from skillbench.harness.scorer import tool_calls, values_of
from skillbench.judge.observations import Report
from skillbench.judge.panel import Vote
from skillbench.judge.profile import judge_digest, load_profile
from skillbench.judge.transcript import Transcript
from skillbench.submissions.draws import TOLERANCE


@dataclass(frozen=True)
class Judged:
    """What judging a sample again gives: the audit's values, and every way in which its log says otherwise."""

    values: Mapping[str, float] | None
    faults: tuple[str, ...]


def judge_again(sample: WholeSample, task_set: TaskSet, case: Case) -> Judged:
    """The audit's verdict on the transcript that the log holds, and the rubric's on its judges' words."""
    if not sample.scores:
        return Judged(None, ())
    session = Transcript(
        tool_calls(sample.native), sample.completion, sample.text, read_runs(sample.store.get(STORED_RUNS, []))
    )
    verdict = code_verdict(task_set, case, session)
    values = dict(values_of(verdict))
    found = [*_of_audit(sample, verdict, values), *_of_runs(sample, case, session)]
    for name, score in sample.scores.items():
        if name != AUDIT:
            found += _of_opinion(sample, task_set, case, session, verdict, score)
    return Judged(values, tuple(found))


def _of_audit(sample: WholeSample, verdict: AnyVerdict, values: Mapping[str, float]) -> Iterator[str]:
    stated = sample.scores.get(AUDIT)
    if stated is None or not isinstance(stated["value"], Mapping):
        yield "has scores, but none of the audit"
        return
    for name, value in values.items():
        if not same(stated["value"].get(name), value):
            yield f"{name} is {_shown(stated['value'].get(name))} in the log, {_shown(value)} when judged again"
    told, again = stated.get("metadata") or {}, verdict.as_metadata()
    wrong = sorted(name for name in {*told, *again} if not same(told.get(name), again.get(name)))
    if wrong:
        yield f"{', '.join(wrong)} of its verdict are others when judged again (forged verdict)"


def _of_runs(sample: WholeSample, case: Case, session: Transcript) -> Iterator[str]:
    """Recorded runs are of what was handed in, each job once; what they printed is the sandbox's word."""
    jobs = [job.id for job in jobs_of(case, sample.completion)]
    runs = [run.id for run in session.runs]
    if sorted(jobs) != sorted(runs) or bool(sample.store.get(STORED_RUNS)) != bool(jobs):
        yield f"hands in {len(jobs)} jobs, and its record holds {len(runs)} runs, not one of each (forged runs)"


def _of_opinion(
    sample: WholeSample,
    task_set: TaskSet,
    case: Case,
    session: Transcript,
    verdict: AnyVerdict,
    score: Mapping[str, Any],
) -> Iterator[str]:
    """A rubric score held against what its judges wrote: their words are in the log, the rest is code's."""
    told, value = score.get("metadata") or {}, score["value"]
    profile, judges = str(told.get("profile") or ""), [str(one) for one in told.get("judges") or []]
    if not profile or not judges or not isinstance(value, Mapping):
        yield "has a score by a judge that it does not name (invented verdict)"
        return
    if judge_digest(profile) != told.get("judge_digest"):
        yield f"was judged by other words of {profile} than installed here; check it with the release that judged it"
        return
    heard = hearing(task_set, case, session, verdict, load_profile(profile), "")
    found = [_vote(judge, sample.session.generations, heard.question) for judge in judges]
    votes = [vote for vote in found if vote is not None]
    scored, judged, as_zero = heard.stand_in, math.nan, 0.0  # code's own stands in where there is no verdict
    if 2 * len(votes) > len(judges):
        scored = heard.rule(votes).scored
        judged = as_zero = float(scored.score)
    expected = {
        "score": float(scored.score),
        "without_bonus": float(scored.without_bonus),
        "judged": judged,
        "as_zero": as_zero,
    }
    for name, number in expected.items():
        if not same(value.get(name), number):
            yield (
                f"{name} by {profile} is {_shown(value.get(name))} in the log, {_shown(number)} from what its "
                f"{'judges wrote' if votes else 'judges wrote, which is no verdict'} (invented verdict)"
            )


def _vote(judge: str, generations: Sequence[Generation], question: Question) -> Vote[Report] | None:
    """The first readable verdict of a judge, which is where the scorer stops asking."""
    for one in generations:
        if one.scoring and one.model == judge and one.said is not None:
            try:
                return Vote(judge, family(judge), question.read(one.text))
            except JudgeError:
                continue
    return None


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values agree, numbers within 1e-9; NaN agrees with NaN and with null."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=0, abs_tol=TOLERANCE) or (math.isnan(one) and math.isnan(other))
    if {type(one), type(other)} == {float, type(None)}:
        return math.isnan(one if other is None else other)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    return f"{value:.6f}" if _is_number(value) else repr(value)[:40]
