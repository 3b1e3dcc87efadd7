"""``skillbench author``: have a model write tasks from sampled tuples, or check one that a person wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args

import click

from skillbench.authoring.checking import check_completion
from skillbench.authoring.freeze import QUARANTINE_FILE, Counts
from skillbench.authoring.plan import CORPUS, PlanRow, draw_plan, read_plan
from skillbench.authoring.run import Commission, Finished, author_set, run_place
from skillbench.cli.asking import OPTIONS, bar, settings_of, told
from skillbench.cli.taxonomy import lengths_of
from skillbench.core.assets import given_or_shipped
from skillbench.core.authored import Passage
from skillbench.core.errors import InputError
from skillbench.harness.written import second_completion, task_completion, written_task
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment  # noqa: F401  registers the provider
from skillbench.sandbox.select import resolve_sandbox
from skillbench.taxonomy.sampler import Method

_, BASE_URL, MODEL_ARGS, CONFIG, _, CACHE, STRETCH, TIME_LIMIT, TOKEN_LIMIT = OPTIONS
CALLS = (BASE_URL, MODEL_ARGS, CONFIG, CACHE, STRETCH, TIME_LIMIT, TOKEN_LIMIT)
RESUMED = ("author", "k", "per_k", "method", "corpus", "plan", "seed", "grader", "second")
"""Options that a run remembers."""


def _calls(command: Any) -> Any:
    for option in reversed(CALLS):
        command = option(command)
    return command


@click.command()
@click.option(
    "--author",
    "author_model",
    help="Any Inspect model; skillbench/written: tasks that people wrote; skillbench-author/plain: a free rehearsal.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of the new task set.")
@click.option("--k", default="2-7", show_default=True, help="Skills per task: 3, 2-7 or 2,4,7.")
@click.option("--per-k", default=100, show_default=True, type=click.IntRange(1), help="Tasks of every k.")
@click.option("--method", default="sweet-spot", show_default=True, type=click.Choice(get_args(Method)), help="Sampler.")
@click.option("--corpus", multiple=True, help="Tagged samples; repeat for more. Default: the shipped ones.")
@click.option("--seed", default="0", show_default=True, help="Name of the draw.")
@click.option("--plan", metavar="FILE", help="Sampled tuples, one JSON object a line, instead of a draw.")
@click.option("--grader", help="A model that looks for the words which need each skill.")
@click.option("--second", help="A model for the second solution. Default: the author, in a call of its own.")
@click.option("--sandbox", default="auto", show_default=True, help="Where programs run: auto, docker, bubblewrap.")
@click.option("--resume", is_flag=True, help="Go on with the run beside --out, with the options it began with.")
@click.option("--give-up", is_flag=True, help="Quarantine tuples for which no reply came, and freeze the rest.")
@click.option(
    "--check",
    "written",
    multiple=True,
    metavar="FOLDER",
    help="Only say what every gate thinks of a task that a person wrote; repeat for more.",
)
@_calls
def author(author_model: str | None, out: Path | None, sandbox: str, written: tuple[str, ...], **given: Any) -> None:
    """Have a model write tasks from sampled skill tuples, through gates.

    Each task comes with data, rubric, reference and a program; a second, separate call solves it again, and both
    programs must agree in the sandbox. What a gate finds is told to the author once; a task that still fails is
    listed with its reasons in OUT/quarantine.jsonl. The same command, or --resume, goes on with a run that was
    stopped; no reply is paid twice.

    \b
    Examples:
      skillbench author --author openai/gpt-5.2 --k 2-4 --per-k 10 --out tasks/mine
      skillbench author --author anthropic/claude-sonnet-4-5 -G batch=true \\
          --grader openai/gpt-5.2 --out tasks/mine
      skillbench author --resume --out tasks/mine
      skillbench author --author openai/gpt-5.2 --method random --out tasks/random
      skillbench author --author skillbench-author/plain --per-k 2 --out /tmp/rehearsal
      skillbench author --check tasks/written/a01
    """
    if written:
        verdicts = [
            _check(Path(given_or_shipped(folder)), sandbox) for folder in written
        ]  # every folder is told, also after one that fails
        sys.exit(0 if all(verdicts) else 1)
    if out is None:
        raise InputError("--out is missing: give the folder of the new task set, or --check FOLDER for a written task")
    options = {**given, "author": author_model}
    if given["resume"]:
        options |= _remembered(out)
    if not options["author"]:
        raise InputError("--author is missing: give any Inspect model, or --resume for a run that was begun")
    finished = _run(options, out, sandbox)
    _tell(finished, out)
    if finished.counts is None:
        sys.exit(1)


def _run(options: dict[str, Any], out: Path, sandbox: str) -> Finished:
    corpus = options["corpus"] or CORPUS
    plan = Path(given_or_shipped(options["plan"])) if options["plan"] else None
    rows = (
        read_plan(plan)
        if plan
        else draw_plan(corpus, lengths_of(options["k"]), options["per_k"], options["method"], options["seed"])
    )
    order = Commission(
        rows=rows,
        corpus=corpus,
        seed=options["seed"],
        settings=settings_of({**options, "model": options["author"], "attempts": 1}),
        home=resolve_sandbox(sandbox),
        judge=options["grader"],
        second=options["second"],
        folder=str(plan.resolve().parent) if plan else "",
        give_up=options["give_up"],
        told={name: _plain(options[name]) for name in RESUMED},
    )
    with bar("tasks", len(rows)) as note:
        return author_set(order, out, note)


def _remembered(out: Path) -> dict[str, Any]:
    """The options with which the run beside a set began.

    Raises:
        InputError: there is none.
    """
    place = run_place(out) / "run.json"
    try:
        facts: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"no run to resume: {place} cannot be read; give the options of a new one") from error
    return {name: facts[name] for name in RESUMED}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


def _tell(finished: Finished, out: Path) -> None:
    counts = finished.counts
    click.echo(told(finished.spent), err=True)
    if counts is None:
        for name, reason in finished.missing[:10]:
            click.echo(f"  {name}: {reason}", err=True)
        click.echo(
            f"no reply came for {len(finished.missing)} tuples, so nothing is frozen yet. The same command asks for "
            "them again; with --give-up they are quarantined",
            err=True,
        )
        return
    click.echo(f"{out}: {counts.accepted} tasks accepted ({counts.repaired} after a repair){_by_k(counts)}")
    if counts.quarantined:
        gates = ", ".join(f"{gate} {number}" for gate, number in counts.by_gate.most_common())
        click.echo(f"{counts.quarantined} quarantined ({gates}), each with its reasons -> {out / QUARANTINE_FILE}")
    click.echo(f"next: skillbench show --tasks {out}")


def _by_k(counts: Counts) -> str:
    return ": " + ", ".join(f"k={k} {number}" for k, number in sorted(counts.by_k.items()))


def _check(folder: Path, sandbox: str) -> bool:
    """Print what every gate says of a written folder; whether all passed."""
    passages = check_completion(
        _row(folder), task_completion(folder), second_completion(folder), resolve_sandbox(sandbox).spec
    )
    click.echo(f"{folder}")
    click.echo("\n".join(_line(passage) for passage in passages))
    return all(passage.passed for passage in passages)


def _line(passage: Passage) -> str:
    return f"  {'ok' if passage.passed else 'NO':3} {passage.gate:12} {passage.reason}".rstrip()


def _row(folder: Path) -> PlanRow:
    """The row of the plan beside the folder; without one, what the task says of itself."""
    name, plan = folder.resolve().name, folder.resolve().parent / "plan.jsonl"
    found = next((row for row in read_plan(plan) if row.name == name), None) if plan.is_file() else None
    return found or _own(folder)


def _own(folder: Path) -> PlanRow:
    """A row of the skills that a task names itself.

    Raises:
        InputError: it names none.
    """
    said = written_task(folder).get("skills")
    skills = [str(skill) for skill in said] if isinstance(said, list) else []
    if not skills:
        raise InputError(f"{folder / 'task.yaml'} names no skills, and no plan beside the folder does")
    return PlanRow(
        name="checked", k=len(skills), skills=skills, method="none", start=skills[0], joint_entropy=0, coherence=0
    )
