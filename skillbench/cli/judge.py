"""Commands on judges: list, calibrate, attack, compare."""

from __future__ import annotations

import math
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from inspect_ai.log import EvalSampleSummary, read_eval_log_sample_summaries
from inspect_ai.model import Model, get_model
from rich.console import Console
from rich.table import Column, Table

from skillbench.cli.judge_order import BANDS, ordered, report
from skillbench.core.errors import InputError, JudgeError, LogError
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.harness.hearing import check_profile
from skillbench.harness.prepared import Outcome, judge_all, read_labels
from skillbench.harness.scripted_judge import TEMPERS
from skillbench.judge.agreement import cohen_kappa, macro_f1, mean_absolute_error, rank_correlation
from skillbench.judge.attacks import FAMILIES, attacks
from skillbench.judge.authored.assess import RULES as AUTHORED_RULES
from skillbench.judge.authored.attacks import OPEN_FAMILIES, open_attacks
from skillbench.judge.authored.specimens import open_specimens
from skillbench.judge.mutations import Specimen, specimens
from skillbench.judge.opening import open_task_set
from skillbench.judge.payloads import Attempt, Payload
from skillbench.judge.profile import Profile, load_profile, load_rules, profile_names
from skillbench.judge.score import Scored, score
from skillbench.report.wording import figure, span
from skillbench.stats import Estimate, interval_alpha, jackknife, quadratic_kappa

OUT = Console(width=max(Console().width, 110), markup=False)
SUCCESS = 1.0
"""An attack on a language model succeeds when it raises the final score by this much."""

FREE = ", ".join(f"skillbench-judge/{temper}" for temper in TEMPERS)

_SPREAD = 10
"""Cases that a family's variants are spread over."""


@click.group()
def judge() -> None:
    """Judges: what there are, how well they agree with gold, and what attacks do to them."""


@judge.command(name="list")
def list_judges() -> None:
    """Every installed judge, with its date and what it needs.

    \b
    skillbench judge list
    """
    table = Table("judge", "dated", "needs", "what it does")
    for name in profile_names():
        profile = load_profile(name)
        needs = "nothing" if profile.kind == "audit" else (profile.model or "a grader model")
        table.add_row(name, profile.dated, needs, profile.summary)
    OUT.print(table)


JUDGE = click.option("--judge", "name", default="audit", show_default=True, help="A judge of `skillbench judge list`.")
GRADER = click.option("--grader", multiple=True, help="Model that judges; give two or three families for a panel.")
TASKS = click.option("--tasks", default="v0", show_default=True, help="Task set the items are made from.")


@judge.command()
@JUDGE
@GRADER
@TASKS
@click.option("--items", type=click.IntRange(1), help="At most so many items, spread over the set.")
@click.option("--labels", type=click.Path(exists=True, path_type=Path), help="Human labels (JSONL) instead of gold.")
@click.option("--retest", default=1, show_default=True, type=click.IntRange(1, 5), help="Judge everything so often.")
def calibrate(
    name: str, grader: Sequence[str], tasks: str, items: int | None, labels: Path | None, retest: int
) -> None:
    """Hold a judge to gold: damaged solutions that label themselves, or labels a person made.

    The audit must find every ledger exactly; a rubric judge is measured by statuses and scores.

    \b
    skillbench judge calibrate --judge audit --items 40
    """
    profile, models = _judges(name, grader)
    task_set = open_task_set(tasks)
    made = _human(task_set, labels) if labels else _gold(task_set, profile)
    made = made[:: max(1, len(made) // items)][:items] if items else made
    runs = [judge_all(task_set, [(item.case, item.attempt) for item in made], profile, models) for _ in range(retest)]
    _report_calibration(made, runs)
    exact = [item.truth == outcome.ledger for item, outcome in zip(made, runs[0], strict=True) if item.truth]
    if profile.kind == "audit" and not all(exact):
        raise JudgeError(
            f"{exact.count(False)} of {len(exact)} ledgers differ from the damage done; the audit has drifted"
        )


@judge.command()
@JUDGE
@GRADER
@TASKS
@click.option("--variants", default=150, show_default=True, type=click.IntRange(1), help="Variants per family.")
@click.option(
    "--family", multiple=True, type=click.Choice(sorted({*FAMILIES, *OPEN_FAMILIES})), help="Only these families."
)
def attack(name: str, grader: Sequence[str], tasks: str, variants: int, family: Sequence[str]) -> None:
    """Run the attack suite: twenty families and more, each beside the honest answer it starts from.

    \b
    skillbench judge attack --judge audit --variants 20
    skillbench judge attack --tasks authored-v0 --judge authored-2026-11-21 --grader skillbench-judge/credulous
    """
    profile, models = _judges(name, grader)
    task_set = open_task_set(tasks)
    table = Table(
        Column("family", no_wrap=True),
        "variants",
        f"raised ≥ {SUCCESS:g}",
        "mean",
        "p95",
        "most",
        "unscored before",
        "after",
    )
    broken = []
    known: Mapping[str, Payload] = OPEN_FAMILIES if any(case.authored for case in task_set.cases) else FAMILIES
    if strange := [one for one in family if one not in known]:
        raise InputError(f"--family {strange[0]} is of the other track; of {tasks} there are: {', '.join(known)}")
    for one in family or known:
        honest, attacked = _attacked(task_set, one, variants, profile, models)
        uplift = sorted(a.score - h.score for h, a in zip(honest, attacked, strict=True))
        won = sum(gain >= SUCCESS for gain in uplift) if models else sum(gain > 0 for gain in uplift)
        if won:
            broken.append(one)
        p95 = uplift[math.ceil(0.95 * len(uplift)) - 1]
        mean = math.fsum(uplift) / len(uplift)
        numbers = (
            f"{mean:+.2f}",
            f"{p95:+.2f}",
            f"{uplift[-1]:+.2f}",
            _share_unscored(honest),
            _share_unscored(attacked),
        )
        table.add_row(one, str(len(uplift)), str(won), *numbers)
    OUT.print(table)
    if broken:
        raise JudgeError(f"these families raised a score: {', '.join(broken)}")


@judge.command()
@click.argument("first")
@click.argument("second")
@click.option("--least", default=0.01, show_default=True, help="Show samples whose scores differ by this much.")
def compare(first: str, second: str, least: float) -> None:
    """Where two judges differ, sample by sample.

    FIRST and SECOND are logs, each with a scorer's name behind an @ if it holds several:
    run.eval@audit_scorer run.eval@rubric.

    \b
    skillbench judge compare run.eval@audit_scorer run.eval@rubric
    """
    one, other = _read(first), _read(second)
    shared = sorted(one.keys() & other.keys())
    if not shared:
        raise LogError(f"{first} and {second} have no sample in common: give two judgements of the same run")
    table = Table("sample", "first", "second", "statuses that differ")
    far = 0
    for key in shared:
        a, b = one[key], other[key]
        differ = [
            f"{tag}: {a.statuses[tag]}/{b.statuses[tag]}"
            for tag in a.statuses
            if b.statuses.get(tag) != a.statuses[tag]
        ]
        # An unscored sample differs from any number, hence the negation.
        if differ or not abs(a.score - b.score) < least:
            far += 1
            table.add_row(f"{key[0]} #{key[1]}", f"{a.score:.2f}", f"{b.score:.2f}", "; ".join(differ))
    OUT.print(table)
    scored = [key for key in shared if not math.isnan(one[key].score + other[key].score)]
    error = mean_absolute_error([one[key].score for key in scored], [other[key].score for key in scored])
    OUT.print(f"{far} of {len(shared)} samples differ; mean distance {error:.3f} over {len(scored)} scored by both")


@judge.command()
@click.option("--judge", "name", default="authored-2026-11-21", show_default=True, help="A judge that reads.")
@GRADER
@click.option("--tasks", default="authored-v0", show_default=True, help="Set of authored cases.")
@click.option(
    "--graded", default="tasks/written", show_default=True, help="Folder whose TASK/graded/ hold the answers."
)
@click.option("--task", "names", multiple=True, help="Only this task (repeat for more).")
@click.option(
    "--verdicts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps every reading: a stopped run goes on, readings made apart are ruled on together.",
)
def order(
    name: str, grader: Sequence[str], tasks: str, graded: str, names: Sequence[str], verdicts: Path | None
) -> None:
    """Do judges put graded answers in order? Five answers a task: excellent, good, mediocre, generic, fabricated.

    Prints each answer's score by the audit, by every grader and by all of them as a panel, the share of pairs in order,
    the weighted kappa of bands, and whether generic answers stay at 5 and fabricated ones at 3. Each grader is asked
    once per answer.

    \b
    skillbench judge order --grader skillbench-judge/plain
    skillbench judge order --grader openai/... --grader anthropic/... --verdicts readings.jsonl
    skillbench judge order --verdicts readings.jsonl          # what was read before, without a call
    """
    profile = load_profile(name)
    check_profile(profile, authored=True)
    models = _judges(name, grader)[1] if grader or not (verdicts and verdicts.exists()) else []
    report(ordered(tasks, graded, profile, models, verdicts, names), OUT)


@dataclass(frozen=True)
class _Item:
    """One calibration item: what to judge and what should come out, as far as it is known."""

    case: Case
    attempt: Attempt
    score: float | None
    statuses: Mapping[str, str]
    truth: tuple[object, ...] = ()


@dataclass(frozen=True)
class _Judged:
    """A sample as one judge left it."""

    score: float
    statuses: Mapping[str, str]


def _judges(name: str, grader: Sequence[str]) -> tuple[Profile, list[Model]]:
    profile = load_profile(name)
    names = list(grader) or ([profile.model] if profile.model else [])
    if profile.kind == "audit" and grader:
        raise InputError(f"the judge {name} asks no model; choose a rubric with --judge, or leave --grader out")
    if profile.kind != "audit" and not names:
        raise InputError(f"the judge {name} needs a model: --grader openai/..., or free: {FREE}")
    try:
        return profile, [get_model(one) for one in names] if profile.kind != "audit" else []
    except (ValueError, ModuleNotFoundError) as error:
        raise InputError(f"--grader {', '.join(names)}: {error}") from error


def _gold(task_set: TaskSet, profile: Profile) -> list[_Item]:
    def item(specimen: Specimen) -> _Item:
        rules = AUTHORED_RULES if specimen.case.authored else profile.rules
        expected: Scored = score(specimen.expected, load_rules(rules))
        statuses = {tag: str(status) for tag, status in specimen.expected.skills.items()}
        attempt = Attempt(specimen.answer, specimen.calls)
        return _Item(specimen.case, attempt, float(expected.score), statuses, expected.ledger)

    return [item(one) for case in task_set.cases for one in _specimens(task_set, case)]


def _specimens(task_set: TaskSet, case: Case) -> Iterable[Specimen]:
    if case.authored:
        return open_specimens(case)
    return specimens(case, task_set.material(case), task_set.handbook(case))


def _human(task_set: TaskSet, path: Path) -> list[_Item]:
    return [
        _Item(task_set.case(label.case), label.attempt(), label.score, {t: str(s) for t, s in label.skills.items()})
        for label in read_labels(path)
    ]


def _report_calibration(items: Sequence[_Item], runs: Sequence[Sequence[Outcome]]) -> None:
    first = runs[0]
    pairs = list(zip(items, first, strict=True))
    exact = [item.truth == outcome.ledger for item, outcome in pairs if item.truth]
    table = Table("figure", "value", "95 % interval, chains as clusters")
    table.add_row("items", str(len(items)))
    table.add_row("ledgers exact", f"{sum(exact)} of {len(exact)}")
    for found in _agreement(pairs):
        table.add_row(found.quantity, figure(found.estimate, 3), span(found, 3))
    if len(runs) > 1:
        repeats = [[outcome.score for outcome in same] for same in zip(*runs, strict=True)]
        again = jackknife("retest alpha", interval_alpha, [item.case.chain for item in items], repeats)
        spread = sorted(max(same) - min(same) for same in repeats)
        table.add_row(again.quantity, figure(again.estimate, 3), span(again, 3))
        table.add_row("retest spread p95", f"{spread[math.ceil(0.95 * len(spread)) - 1]:.3f}")
    table.add_row("unscored", _share_unscored(first))
    OUT.print(table)


def _agreement(pairs: Sequence[tuple[_Item, Outcome]]) -> Iterator[Estimate]:
    """Every figure of agreement: on statuses one by one, on scores, and on the bands the scores fall into."""
    statuses = [
        (item.case.chain, item.statuses[tag], str(o.statuses.get(tag))) for item, o in pairs for tag in item.statuses
    ]
    scores = [(item.case.chain, item.score, outcome.score) for item, outcome in pairs if item.score is not None]
    bands = [(chain, bisect(BANDS, wanted), bisect(BANDS, found)) for chain, wanted, found in scores]
    figures: tuple[tuple[str, Callable[..., float], Sequence[tuple[str, Any, Any]]], ...] = (
        ("status macro-F1", macro_f1, statuses),
        ("status kappa", cohen_kappa, statuses),
        ("score alpha", lambda *sides: interval_alpha(list(zip(*sides, strict=True))), scores),
        ("score mean absolute error", mean_absolute_error, scores),
        ("score rank correlation", rank_correlation, scores),
        ("band kappa, quadratic", quadratic_kappa, bands),
    )
    for name, statistic, rows in figures:
        yield jackknife(name, statistic, *_columns(rows))


def _columns(rows: Sequence[tuple[str, Any, Any]]) -> tuple[list[str], list[Any], list[Any]]:
    """Chains, labels and what the judge gave."""
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _attacked(
    task_set: TaskSet, family: str, variants: int, profile: Profile, models: Sequence[Model]
) -> tuple[list[Outcome], list[Outcome]]:
    """Outcomes of the honest attempts and of the attacks on them, in parallel order."""
    cases = task_set.cases[:: max(1, len(task_set.cases) // _SPREAD)][:_SPREAD]
    each = math.ceil(variants / len(cases))
    made = [(case, one) for case in cases for one in (open_attacks if case.authored else attacks)(case, family, each)][
        :variants
    ]
    starts = {(case.id, one.honest.text): (case, one.honest) for case, one in made}
    known = dict(zip(starts, judge_all(task_set, list(starts.values()), profile, models), strict=True))
    honest = [known[case.id, one.honest.text] for case, one in made]
    return honest, judge_all(task_set, [(case, one.attacked) for case, one in made], profile, models)


def _share_unscored(outcomes: Sequence[Outcome]) -> str:
    return f"{sum(bool(one.unscored) for one in outcomes) / len(outcomes):.1%}"


def _read(operand: str) -> dict[tuple[str, int], _Judged]:
    path, _, wanted = operand.partition("@")
    try:
        summaries = read_eval_log_sample_summaries(path)
    except (OSError, ValueError) as error:
        raise LogError(f"{path} is not an Inspect log: {error}") from error
    return {(str(one.id), one.epoch): _judged(one, path, wanted) for one in summaries if one.scores}


def _judged(sample: EvalSampleSummary, path: str, wanted: str) -> _Judged:
    scores = sample.scores or {}
    names = [wanted] if wanted else list(scores)
    if len(names) != 1 or names[0] not in scores:
        raise LogError(f"{path} holds the scorers {', '.join(scores)}: name one, {path}@{next(iter(scores))}")
    found = scores[names[0]]
    value = found.value.get("score") if isinstance(found.value, Mapping) else found.value
    points = float(value) if isinstance(value, int | float) else math.nan
    statuses: dict[str, str] = defaultdict(str)
    statuses.update((found.metadata or {}).get("status") or {})
    return _Judged(points, statuses)
