"""Commands on submissions: pack a run, check a packed one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from skillbench import __version__
from skillbench.cli.board import read
from skillbench.cli.recheck import read_whole
from skillbench.core.errors import SelectionError, SubmissionError
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.report.board import make_board
from skillbench.report.places import LogFile, find_logs
from skillbench.report.submission.checks import draw, faults
from skillbench.report.submission.pack import CHECKED, STATEMENT, Pack, pack, read_pack, rows_agree
from skillbench.report.submission.schema import Tier

MOST_SHOWN = 20


@click.group()
def submit() -> None:
    """Pack a run so that others can check it, and check what others packed."""


@submit.command("pack")
@click.argument("logs", nargs=-1, required=True)
@click.option("--run", "run", default=None, help="Which run, where the logs hold several.")
@click.option("--out", type=click.Path(path_type=Path), default="results", show_default=True, help="Folder of results.")
@click.option("--snapshot", required=True, help="The provider's name of the exact weights, or what is known of them.")
@click.option("--contact", required=True, help="Whom to ask about this run.")
@click.option("--attest", is_flag=True, help="One run per epoch, no training on the tasks, no leak, one agent for all.")
def pack_command(logs: tuple[str, ...], run: str | None, out: Path, snapshot: str, contact: str, attest: bool) -> None:
    """Write RESULTS/<version>/<date>_<agent>_<model>/ from the logs of one run.

    \b
    skillbench submit pack logs/ --snapshot gpt-5.2-2026-01-15 --contact me@lab.org --attest
    """
    evidence = read(logs, skip_bad=False, workers=2, no_cache=True)
    labels = [line.run for line in make_board(evidence).lines]
    if run is None and len(labels) > 1:
        raise SelectionError(f"the logs hold {len(labels)} runs ({', '.join(labels)}); name one with --run")
    if run is not None and run not in labels:
        raise SelectionError(f"--run {run!r} is unknown; the logs hold: {', '.join(labels)}")
    if not attest:
        raise SubmissionError("a submission needs --attest: read docs/submissions.md on what you attest, then give it")
    folder = pack(evidence, run or labels[0], out, snapshot=snapshot, contact=contact, attested=attest)
    click.echo(f"packed {folder}\nnext: skillbench submit check {folder} --logs {' '.join(logs)}")


@submit.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--logs", multiple=True, help="The full logs; without them a submission stays self-reported.")
@click.option("--tasks", default=None, help="The task set, by name or folder; by default the one it names.")
@click.option("--record", is_flag=True, help=f"Write the tier to {CHECKED} in the folder (for maintainers).")
def check_command(folder: Path, logs: tuple[str, ...], tasks: str | None, record: bool) -> None:
    """Check a packed run, from its full logs where they are given: every fault is an error.

    \b
    skillbench submit check results/0-a/2026-11-21_react_gpt-5.2 --logs logs/
    """
    packed = read_pack(folder)
    task_set = load_task_set(tasks or packed.statement.task_set)
    if task_set.manifest.digest != packed.statement.benchmark:
        raise SubmissionError(
            f"{folder / STATEMENT} names the benchmark {packed.statement.benchmark[:12]}, the task set "
            f"{task_set.manifest.name} at hand is {task_set.manifest.digest[:12]}; give the right one with --tasks"
        )
    if not all(packed.statement.attestations.model_dump().values()):
        raise SubmissionError(f"{folder / STATEMENT}: an attestation is false; such a run cannot be on the board")
    tier = Tier.SELF_REPORTED
    if logs:
        check_logs(packed, find_logs(logs), task_set)
        tier = Tier.LOG_CHECKED
    if record:
        write_record(packed, tier)
    click.echo(f"{folder}: {len(packed.samples)} samples, no fault found; tier: {tier}")
    if tier is Tier.LOG_CHECKED:
        again = draw(packed.samples, packed.statement.samples)
        click.echo(
            f"to re-judge ({len(again)} samples, 10 % of each k): {', '.join(case for case, _ in again[:3])}, ..."
        )
    else:
        click.echo("give its full logs with --logs to check what they hold")


def check_logs(packed: Pack, files: tuple[LogFile, ...], task_set: TaskSet) -> None:
    """Hold a submission against its full logs.

    Raises:
        SubmissionError: logs that are not the stated ones, or any fault; the message lists the first of them.
    """
    stated = {log.name: log.sha256 for log in packed.logs}
    found = {Path(file.path).name: hashlib.sha256(Path(file.path).read_bytes()).hexdigest() for file in files}
    for name, digest in stated.items():
        if found.get(name) != digest:
            said = "is not among the logs given" if name not in found else "is not the file that was packed"
            raise SubmissionError(f"{packed.folder}: its log {name} {said}; give exactly the logs it was packed from")
    mine = [file for file in files if Path(file.path).name in stated]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("judging again", total=len(packed.samples))
        whole = [read_whole(file, task_set, lambda: bar.advance(task)) for file in mine]
    expected = frozenset(case.id for case in task_set.cases)
    wrong = faults(whole, expected, packed.statement.epochs)
    table = read(tuple(file.path for file in mine), skip_bad=False, workers=2, no_cache=True).outcomes
    if difference := rows_agree(packed.samples, table):
        wrong.append(f"packed samples differ from the logs: {difference}")
    if wrong:
        shown = "\n  ".join(wrong[:MOST_SHOWN])
        more = f"\n  and {len(wrong) - MOST_SHOWN} more" if len(wrong) > MOST_SHOWN else ""
        raise SubmissionError(f"{packed.folder}: {len(wrong)} faults, so it is refused:\n  {shown}{more}")


def write_record(packed: Pack, tier: Tier) -> None:
    """What was verified, by which release, of which bytes; the board believes a tier only for these bytes."""
    record = {"tier": str(tier), "samples": packed.statement.samples, "checked_with": __version__}
    text = json.dumps(record, indent=1, sort_keys=True) + "\n"
    (packed.folder / CHECKED).write_text(text, encoding="utf-8")
