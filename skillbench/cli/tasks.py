"""Commands on task sets: build, verify, show."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skillbench.cli.skill import usage, wanted_tags
from skillbench.compose.freeze import build_set
from skillbench.compose.recipes import draw_recipes
from skillbench.core.errors import GateError
from skillbench.core.schema import TASK_VERSION, Case, CaseDials
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.skills.revision import open_task_set
from skillbench.taxonomy.sampler import Method
from skillbench.verify.frozen import Failure
from skillbench.verify.gates import check_case
from skillbench.verify.scored import check_scores
from skillbench.verify.unguessable import check_frequency

CONSOLE = Console(stderr=True)
SPAWN = get_context("spawn")
"""The progress bar draws in a thread, and a forked thread may deadlock."""


def progress() -> Progress:
    """The progress bar of every long command, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=CONSOLE, transient=True)


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
    wanted: tuple[str, ...],
    workers: int,
) -> None:
    """Build a fresh task set and freeze it.

    An interrupted build goes on where it stopped when it is called again with the same options.

    \b
    skillbench build --out tasks/mine --chains 20 --seed 7
    skillbench build --out private/ --salt random --pages 200 --level 2
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
        tool_budget=20 + 10 * k_max,
    )
    names = (TASK_VERSION, seed, *([salt] if salt else []))
    with progress() as bar, ProcessPoolExecutor(workers, mp_context=SPAWN) as pool:
        task = bar.add_task("chains", total=chains)
        advance = partial(bar.advance, task)
        manifest = build_set(out, recipes, names, dials, salted=bool(salt), mapper=pool.map, note=lambda _: advance())
    click.echo(f"{out}: {manifest.cases} cases in {manifest.chains} chains, digest {manifest.digest[:16]}")
    click.echo(usage(recipes))
    click.echo(f"next: skillbench verify {out}")


@click.command()
@click.argument("tasks", default="v0")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--seeds", default=2000, show_default=True, type=click.IntRange(100), help="Draws per skill in gate 4.")
def verify(tasks: str, workers: int, seeds: int) -> None:
    """Run all six gates on a task set (a folder, or the name of a shipped set) and name what failed.

    \b
    skillbench verify tasks/v0
    skillbench verify my-set/ --workers 8
    """
    task_set = open_task_set(tasks)
    cases = task_set.cases
    failures: list[Failure] = []
    with progress() as bar, ProcessPoolExecutor(workers, mp_context=SPAWN) as pool:
        task = bar.add_task("cases", total=len(cases))
        for found in pool.map(partial(_check, task_set.root), [case.id for case in cases], chunksize=4):
            failures += found
            bar.advance(task)
        tags = sorted({tag for case in cases for tag in case.skills})
        task = bar.add_task("skills", total=len(tags))
        for found in pool.map(partial(check_frequency, seeds=seeds), tags):
            failures += found
            bar.advance(task)
    for failure in failures:
        click.echo(f"FAILED {failure.subject}: gate {failure.gate}: {failure.reason}")
    if failures:
        raise GateError(f"{tasks}: {len(failures)} failures in {len(cases)} cases; do not freeze or publish this set")
    click.echo(f"{tasks}: {len(cases)} cases and {len(tags)} skills pass all six gates ({seeds} seeds per skill)")


def _check(root: Path, case_id: str) -> list[Failure]:
    task_set = _opened(root)
    case = task_set.case(case_id)
    return check_case(task_set, case) + check_scores(task_set, case)


@cache
def _opened(root: Path) -> TaskSet:
    """One task set per worker process: hashes are checked once, not once a case."""
    return load_task_set(root)


@click.command()
@click.argument("case_id", required=False)
@click.option("--tasks", default="v0", show_default=True, help="Task set: a folder or the name of a shipped set.")
@click.option("--part", type=click.Choice(["prompt", "handbook", "key", "all"]), default="all", show_default=True)
@click.option("--raw", is_flag=True, help="Plain markdown, for a file or another program.")
def show(case_id: str | None, tasks: str, part: str, raw: bool) -> None:
    """Print a case for a person: brief, the handbook pages it needs, key and slips. Without CASE_ID, list the cases.

    \b
    skillbench show
    skillbench show c01-clinics-k3 --part prompt
    """
    task_set = load_task_set(tasks)
    if case_id is None:
        for case in sorted(task_set.cases, key=lambda case: case.id):
            click.echo(f"{case.id:34} {' + '.join(case.skills)}")
        return
    matches = [case for case in task_set.cases if case.id.startswith(case_id)]
    case = matches[0] if len(matches) == 1 else task_set.case(case_id)
    parts = {"prompt": case.prompt, "handbook": _handbook(task_set, case), "key": _key(case)}
    text = "\n\n".join(parts.values()) if part == "all" else parts[part]
    if raw:
        click.echo(text)
    else:
        Console().print(Markdown(text))


def _handbook(task_set: TaskSet, case: Case) -> str:
    pages = {page.id: page for page in task_set.handbook(case)}
    rest = len(pages) - len(case.needed_pages)
    body = "\n\n".join(pages[page_id].text for page_id in case.needed_pages)
    return f"# HANDBOOK (the {len(case.needed_pages)} pages that count; {rest} more do not)\n\n{body}"


def _key(case: Case) -> str:
    lines = ["# KEY"]
    for point in case.checkpoints:
        lines += [f"## {point.tag}: {point.title} ({point.unit}), page {point.page}", ""]
        lines += ["| entity | key | " + " | ".join(point.slips) + " |", "| --- " * (2 + len(point.slips)) + "|"]
        for code in case.entities:
            cells = [point.values[code], *(slip.values[code] for slip in point.slips.values())]
            mark = " *" if code in point.flagged else ""
            lines.append(f"| {code}{mark} | " + " | ".join(f"{cell:.{point.digits}f}" for cell in cells) + " |")
        lines += ["", "`*` flagged. Parameters: " + json.dumps(point.params), ""]
    lines += [f"- {coupling.id}" for coupling in case.couplings]
    if case.settlement:
        lines += ["", "## Allocation", "", "| entity | amount |", "| --- | --- |"]
        lines += [f"| {code} | {amount:.2f} |" for code, amount in case.settlement.amounts.items()]
    return "\n".join(lines)
