"""``skillbench judge order``: do judges put graded answers in order?"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from inspect_ai.model import Model
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from skillbench.core.assets import given_or_shipped
from skillbench.core.errors import JudgeError
from skillbench.harness.graded_answers import (
    AUDIT,
    CEILINGS,
    GRADES,
    PAIRS,
    PANEL,
    GradedScores,
    Note,
    judge_graded,
    read_graded,
)
from skillbench.judge.opening import open_task_set
from skillbench.judge.profile import Profile
from skillbench.report.wording import figure, span
from skillbench.stats import Estimate, jackknife, quadratic_kappa

BANDS = (3.0, 6.0, 9.0)
"""Where the rubric's bands begin: failure, mediocre, proficient, elite."""

LEAST_PAIRS, LEAST_KAPPA = 0.95, 0.7


def scores_of(found: Sequence[GradedScores], judge: str) -> dict[str, dict[str, float]]:
    """One judge's scores by task and grade."""
    scores: dict[str, dict[str, float]] = {}
    for one in found:
        scores.setdefault(one.answer.case.chain, {})[one.answer.grade] = one.scores[judge]
    return scores


def pairs_right(grades: dict[str, float]) -> int:
    """How many pairs of one task's answers are in order; equal scores are not."""
    return sum(grades[better] > grades[worse] for better, worse in PAIRS)


def task_table(found: Sequence[GradedScores]) -> Table:
    """Every task with the score of each answer, judge by judge."""
    table = Table("task", "k", "judge", *GRADES, f"pairs of {len(PAIRS)}", "no report")
    size = {one.answer.case.chain: one.answer.case.k for one in found}
    for judge in found[0].scores:
        for task, grades in scores_of(found, judge).items():
            lost = sum(judge in one.unread for one in found if one.answer.case.chain == task)
            cells = [f"{grades[grade]:.1f}" for grade in GRADES]
            table.add_row(task, str(size[task]), judge, *cells, str(pairs_right(grades)), str(lost or ""))
    return table


def judge_table(found: Sequence[GradedScores]) -> tuple[Table, list[str]]:
    """What each judge makes of the order, and the bars that a judge who reads does not hold."""
    table = Table("judge", "pairs in order", "95 % interval", "weighted kappa", "95 % interval")
    for grade, most in CEILINGS.items():
        table.add_column(f"{grade} ≤ {most:g}")
    missed = []
    for judge in found[0].scores:
        pairs, kappa = estimates(found, judge)
        over = {grade: sum(one.scores[judge] > most for one in _of(found, grade)) for grade, most in CEILINGS.items()}
        tasks = len(_of(found, "generic"))
        held = [f"{tasks - over[grade]} of {tasks}" for grade in CEILINGS]
        share, interval = figure(100 * pairs.estimate, 1), span(pairs, 1, scale=100)
        table.add_row(judge, f"{share} %", interval, figure(kappa.estimate, 3), _share_span(kappa), *held)
        if judge == AUDIT:
            continue
        missed += [f"{judge}: {share} % of pairs in order"] if pairs.estimate < LEAST_PAIRS else []
        missed += [f"{judge}: weighted kappa {figure(kappa.estimate, 3)}"] if kappa.estimate < LEAST_KAPPA else []
        missed += [f"{judge}: {count} {grade} above {CEILINGS[grade]:g}" for grade, count in over.items() if count]
    return table, missed


def estimates(found: Sequence[GradedScores], judge: str) -> tuple[Estimate, Estimate]:
    """Share of pairs in order, and weighted kappa of the bands against those of the grades; tasks are clusters."""
    scores = scores_of(found, judge)
    tasks = [task for task in scores for _ in PAIRS]
    right = [float(grades[better] > grades[worse]) for grades in scores.values() for better, worse in PAIRS]
    bands = [bisect(BANDS, one.scores[judge]) for one in found]
    wanted = [GRADES[one.answer.grade] for one in found]
    clusters = [one.answer.case.chain for one in found]
    return (
        jackknife("pairs in order", lambda column: math.fsum(column) / max(1, len(column)), tasks, right).clipped(0, 1),
        jackknife("weighted kappa", quadratic_kappa, clusters, wanted, bands),
    )


def between(found: Sequence[GradedScores]) -> Iterator[str]:
    """How far two graders agree on bands, pair by pair."""
    readers = [judge for judge in found[0].scores if judge not in {AUDIT, PANEL}]
    clusters = [one.answer.case.chain for one in found]
    for one, other in combinations(readers, 2):
        bands = ([bisect(BANDS, row.scores[judge]) for row in found] for judge in (one, other))
        kappa = jackknife("between", quadratic_kappa, clusters, *bands)
        yield f"{one} and {other}: weighted kappa of bands {figure(kappa.estimate, 3)} ({_share_span(kappa)})"


def report(found: Sequence[GradedScores], out: Console) -> None:
    """Print everything.

    Raises:
        JudgeError: a judge that reads does not hold a bar.
    """
    out.print(task_table(found))
    table, missed = judge_table(found)
    out.print(table)
    for line in between(found):
        out.print(line)
    lost = [f"{judge}: {why}" for one in found for judge, why in one.unread.items()]
    out.print(f"{len(found)} answers; {len(lost)} readings without a report, scored by what code alone vouches for")
    for why in dict.fromkeys(lost):
        out.print(f"no report by {why}")
    if missed:
        raise JudgeError(
            f"not held: {'; '.join(missed)}. A judge should put {LEAST_PAIRS:.0%} of pairs in order with a weighted "
            f"kappa of {LEAST_KAPPA} and keep every ceiling"
        )


def ordered(
    tasks: str, graded: str, profile: Profile, models: Sequence[Model], verdicts: Path | None, names: Sequence[str]
) -> list[GradedScores]:
    """Judge the graded answers with a progress bar per grader."""
    task_set = open_task_set(tasks)
    answers = read_graded(task_set, Path(given_or_shipped(graded)), names)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        return judge_graded(task_set, answers, profile, models, verdicts, _noted(bar))


def _noted(bar: Progress) -> Note:
    rows: dict[str, TaskID] = {}

    def note(judge: str, done: int, whole: int) -> None:
        if judge not in rows:
            rows[judge] = bar.add_task(judge, total=whole)
        bar.update(rows[judge], completed=done, total=whole)

    return note


def _share_span(kappa: Estimate) -> str:
    """A kappa's interval; none reaches beyond 1."""
    return span(replace(kappa, high=min(1.0, kappa.high)), 3)


def _of(found: Sequence[GradedScores], grade: str) -> list[GradedScores]:
    return [one for one in found if one.answer.grade == grade]
