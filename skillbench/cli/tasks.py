"""Commands that make and check task sets: build, verify."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skillbench.cli.skill import usage, wanted_tags
from skillbench.complications.base.registry import levels_of
from skillbench.compose.freeze import build_set
from skillbench.compose.recipes import draw_recipes
from skillbench.core.errors import GateError, InputError
from skillbench.core.schema import TASK_VERSION, CaseDials
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import kind_named
from skillbench.judge.opening import open_task_set
from skillbench.taxonomy.sampler import Method
from skillbench.verify.frozen import Failure
from skillbench.verify.gates import check_case
from skillbench.verify.scored import check_scores
from skillbench.verify.unguessable import check_frequency

CONSOLE = Console(stderr=True)
SPAWN = get_context("spawn")
"""The progress bar draws in a thread, and a forked thread may deadlock."""


def progress(what: str, total: int) -> AbstractContextManager[Callable[[], None]]:
    """Show how far a long command is, on standard error: a bar on a terminal, a line per tenth in a file or pipe.

    Yields what to call after each of the ``total`` steps.
    """
    return _bar(what, total) if CONSOLE.is_terminal else _lines(what, total)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE, transient=True) as bar:
        yield partial(bar.advance, bar.add_task(what, total=total))


@contextmanager
def _lines(what: str, total: int) -> Iterator[Callable[[], None]]:
    started, steps = time.monotonic(), count(1)

    def advance() -> None:
        done = next(steps)
        if done == 1 or done * 10 // total > (done - 1) * 10 // total:
            click.echo(f"{what}: {done} of {total}, {time.monotonic() - started:.0f} s", err=True)

    yield advance


@contextmanager
def _workers(number: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """``map`` over this many processes; over this one alone when one is asked for."""
    if number == 1:
        yield map
    else:
        with ProcessPoolExecutor(number, mp_context=SPAWN) as pool:
            yield pool.map


def _levels(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """Levels by name, as the dials hold them."""
    del context, option
    levels: dict[str, int] = {}
    for text in given:
        name, _, level = text.partition("=")
        if not level.isdigit():
            raise click.BadParameter(f"{text!r}: give a name and a level from 0 to 3, for instance amendment=2")
        levels[name] = int(level)
    return levels_of(levels)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the new task set.")
@click.option(
    "--chains",
    default=12,
    show_default=True,
    type=click.IntRange(1),
    help="Chains; each gives one case per k and one twin per skill.",
)
@click.option("--seed", default="0", show_default=True, help="Name of the draw: the same seed gives the same bytes.")
@click.option(
    "--salt", default=None, help="Secret that makes the set unpredictable from the source; 'random' draws one."
)
@click.option("--method", default="sweet-spot", show_default=True, type=click.Choice(get_args(Method)), help="Sampler.")
@click.option(
    "--corpus", type=click.Path(exists=True, path_type=Path), help="Tagged corpus instead of the shipped one."
)
@click.option("--k-max", default=7, show_default=True, type=click.IntRange(2, 16), help="Skills per chain.")
@click.option("--entities", default=8, show_default=True, type=click.IntRange(4, 12), help="Entities in play.")
@click.option(
    "--level", default=1, show_default=True, type=click.IntRange(1, 3), help="Density of records and hazards."
)
@click.option("--coupling-density", default=0.5, show_default=True, type=click.FloatRange(0, 1), help="Cross-rules.")
@click.option("--pages", default=60, show_default=True, type=click.IntRange(12, 1000), help="Pages in each handbook.")
@click.option(
    "--deliverables",
    default="division",
    show_default=True,
    metavar="KIND,…",
    help="What is handed in beside the measures: these kinds take turns, one a chain (docs/deliverables.md).",
)
@click.option(
    "--complication",
    "complications",
    multiple=True,
    metavar="NAME=LEVEL",
    callback=_levels,
    help="What makes the cases like work, at a level of 1 to 3, for instance amendment=2; may be given several times. "
    "See docs/complications.md.",
)
@click.option(
    "--with", "wanted", multiple=True, metavar="TAG|FILE", help="A skill, or a file of one, that must be used."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
def build(
    out: Path,
    chains: int,
    seed: str,
    salt: str | None,
    method: Method,
    corpus: Path | None,
    k_max: int,
    entities: int,
    level: int,
    coupling_density: float,
    pages: int,
    deliverables: str,
    complications: dict[str, int],
    wanted: tuple[str, ...],
    workers: int,
) -> None:
    """Build a fresh task set and freeze it.

    An interrupted build goes on where it stopped when it is called again with the same options.

    \b
    skillbench build --out tasks/mine --chains 20 --seed 7
    skillbench build --out private/ --salt random --pages 200 --level 2
    skillbench build --out tasks/kinds --chains 4 --deliverables division,review,letter,program
    skillbench build --out tasks/work --complication amendment=2
    """
    if salt == "random":
        salt = secrets.token_hex(16)
        CONSOLE.print(f"salt: {salt}  (keep it: it rebuilds the set and gives its answers away)")
    recipes = draw_recipes(chains, k_max, seed, method=method, corpus=corpus, wanted=wanted_tags(wanted))
    dials = CaseDials(
        entities=entities,
        level=level,
        coupling_density=coupling_density,
        library_pages=pages,
        deliverables=[kind_named(name.strip()).kind for name in deliverables.split(",")],
        complications=complications,
    )
    names = (TASK_VERSION, seed, *([salt] if salt else []))
    with progress("chains", chains) as advance, _workers(workers) as each:
        manifest = build_set(out, recipes, names, dials, salted=bool(salt), mapper=each, note=lambda _: advance())
    click.echo(f"{out}: {manifest.cases} cases in {manifest.chains} chains, digest {manifest.digest[:16]}")
    click.echo(usage(recipes))
    click.echo(f"next: skillbench verify {out}")


@click.command()
@click.argument("tasks", default="v0")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--seeds", default=2000, show_default=True, type=click.IntRange(100), help="Draws per skill in gate 4.")
def verify(tasks: str, workers: int, seeds: int) -> None:
    """Run all seven gates on a task set (a folder, or the name of a shipped set) and name what failed.

    \b
    skillbench verify tasks/v0
    skillbench verify my-set/ --workers 8
    """
    task_set = open_task_set(tasks)
    cases = task_set.cases
    if any(case.kind == "authored" for case in cases):
        raise InputError(
            f"{tasks} holds written tasks, which have no solver: their gates ran when they were made, and `skillbench "
            "show` prints each verdict. Check a folder of one again with `skillbench author --check FOLDER`"
        )
    failures: list[Failure] = []
    tags = sorted({tag for case in cases for tag in case.skills})
    with _workers(workers) as each:
        with progress("cases", len(cases)) as advance:
            for found in each(partial(_check, task_set.root), [case.id for case in cases]):
                failures += found
                advance()
        with progress("skills", len(tags)) as advance:
            for found in each(partial(check_frequency, seeds=seeds), tags):
                failures += found
                advance()
    for failure in failures:
        click.echo(f"FAILED {failure.subject}: gate {failure.gate}: {failure.reason}")
    if failures:
        raise GateError(f"{tasks}: {len(failures)} failures in {len(cases)} cases; do not freeze or publish this set")
    click.echo(f"{tasks}: {len(cases)} cases and {len(tags)} skills pass all seven gates ({seeds} seeds per skill)")


def _check(root: Path, case_id: str) -> list[Failure]:
    task_set = _opened(root)
    case = task_set.case(case_id)
    return check_case(task_set, case) + check_scores(task_set, case)


@cache
def _opened(root: Path) -> TaskSet:
    """One task set per worker process: hashes are checked once, not once a case."""
    return load_task_set(root)
