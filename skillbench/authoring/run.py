"""A whole plan: stretch after stretch through Inspect, every outcome kept on disk, then frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from inspect_ai import eval as inspect_eval
from inspect_ai.model import Model

from skillbench.authoring.freeze import PEOPLE, Counts, check_new, freeze
from skillbench.authoring.gates import gates
from skillbench.authoring.plan import Order, PlanRow, orders
from skillbench.authoring.prompts import prompts_digest
from skillbench.authoring.task import JUDGE, SECOND, authoring_task
from skillbench.core.errors import InputError
from skillbench.core.schema import canonical_json, sha256_of
from skillbench.sandbox.select import ResolvedSandbox
from skillbench.synthesis.asker import Settings, Spent
from skillbench.synthesis.journal import Journal, Outcome, run_folder

WRITTEN = "skillbench/written"


@dataclass(frozen=True)
class Commission:
    """What is to be written, and how.

    Attributes:
        rows: the plan.
        corpus: where the atomic samples are.
        seed: name of the draw of samples.
        settings: the author and how it is asked.
        home: where programs run.
        judge: model of the role that looks for needs; None for none.
        second: model of the second solution; None for the author, in a call of its own.
        folder: of written tasks, for ``skillbench/written``.
        give_up: quarantine tuples for which no reply came, instead of waiting for the next run.
        told: facts of the command, by which a run is recognised and resumed.
    """

    rows: Sequence[PlanRow]
    corpus: Sequence[str]
    seed: str
    settings: Settings
    home: ResolvedSandbox | None
    judge: str | Model | None = None
    second: str | Model | None = None
    folder: str = ""
    give_up: bool = False
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """What a run came to.

    Attributes:
        counts: of the frozen set; None where it could not be frozen yet.
        missing: tuples for which no reply came, with the reason.
        spent: what this run cost.
    """

    counts: Counts | None
    missing: list[tuple[str, str]]
    spent: Spent


def run_place(out: Path) -> Path:
    """The folder beside a set in which its run keeps journals and logs."""
    return out.with_name(f"{out.name}.run")


def author_set(order: Commission, out: Path, note: Callable[[int], None] = lambda _: None) -> Finished:
    """Have a plan written and freeze the set; a run that was stopped goes on where it ended.

    Args:
        order: what is to be written.
        out: folder of the set, new or empty.
        note: called with the number of tuples that are done with.

    Raises:
        InputError: ``out`` holds something, the run's folder belongs to other options, Inspect could not run, or no
            task passed.
        CorpusError: the corpus lacks a skill of the plan.
    """
    check_new(out)
    digest = sha256_of(canonical_json([row.model_dump(mode="json") for row in order.rows]).encode())
    facts = {**order.told, "plan_digest": digest, "prompts": prompts_digest(), "gates": list(gates())}
    spent = Spent()
    with run_folder(run_place(out), facts) as folder:
        missing = [
            (row.name, outcome.reason) for row, outcome in _outcomes(order, folder, spent, note) if not outcome.final
        ]
        if missing and not order.give_up:
            return Finished(None, missing, spent)
        label = PEOPLE if str(order.settings.model) == WRITTEN else str(order.settings.model)
        counts = freeze(_kept(order, folder), out, folder, label, {"prompts": prompts_digest()})
        return Finished(counts, missing, spent)


def _outcomes(
    order: Commission, folder: Path, spent: Spent, note: Callable[[int], None]
) -> Iterator[tuple[PlanRow, Outcome]]:
    """Every row with its outcome, in the plan's order; what a journal holds is not asked again."""
    source = orders(order.rows, order.corpus, order.seed)
    number = 0
    while stretch := list(islice(source, order.settings.stretch)):
        journal = _journal(folder, number)
        todo = [one for one in stretch if not journal.finished(one.row.name)]
        note(len(stretch) - len(todo))
        if todo:
            _run(order, todo, journal, folder, number, spent)
            note(len(todo))
        for one in stretch:
            yield one.row, journal.outcomes.get(one.row.name, _unasked(one.row))
        number += 1


def _kept(order: Commission, folder: Path) -> Iterator[tuple[PlanRow, Outcome]]:
    """The same from the journals alone, one stretch in memory at a time."""
    size = order.settings.stretch
    for number, start in enumerate(range(0, len(order.rows), size)):
        journal = _journal(folder, number)
        for row in order.rows[start : start + size]:
            yield row, journal.outcomes.get(row.name, _unasked(row))


def _journal(folder: Path, number: int) -> Journal:
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    return Journal(parts / f"{number:05}.jsonl")


def _unasked(row: PlanRow) -> Outcome:
    return Outcome(row.name, reason="it was stopped before a reply came", final=False)


def _run(order: Commission, todo: Sequence[Order], journal: Journal, folder: Path, number: int, spent: Spent) -> None:
    """One stretch as one Inspect evaluation.

    Raises:
        InputError: Inspect could not run at all, or was stopped.
    """
    given = order.settings
    roles = {JUDGE: order.judge, SECOND: order.second}
    [log] = inspect_eval(
        authoring_task(todo, journal, given, order.home, f"author-{number:05}", order.folder),
        model=given.model,
        model_base_url=given.base_url,
        model_args=dict(given.model_args),
        model_roles={name: model for name, model in roles.items() if model is not None},
        log_dir=str(folder / "logs"),
        log_format="eval",
        log_realtime=False,
        log_header_only=True,
        display="none",
        fail_on_error=False,
        acp_server=False,
        ctl_server=False,
        **given.config.model_dump(exclude_none=True),
    )
    spent.add(log)
    spent.replies += sum(
        outcome.attempts for name, outcome in journal.outcomes.items() if name in {o.row.name for o in todo}
    )
    if log.status != "success":
        told = log.error.message if log.error else f"the run was {log.status}"
        raise InputError(f"{told}. What is done is kept: the same command goes on with the rest")
