"""Commands on submissions: pack a run, check a packed one."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from skillbench import __version__
from skillbench.cli.board import read
from skillbench.cli.rejudge import rejudge, rerun
from skillbench.core.errors import SelectionError, SubmissionError
from skillbench.core.taskset import TaskSet
from skillbench.evidence.graded import judge_parts
from skillbench.evidence.log_files import LogFile, find_logs
from skillbench.evidence.runs import RunEvidence
from skillbench.evidence.whole import LIMITS
from skillbench.judge.opening import open_task_set
from skillbench.report.board import make_board
from skillbench.report.wording import many
from skillbench.submissions.checks import FullLog, faults, read_whole
from skillbench.submissions.draws import SHARE, draw
from skillbench.submissions.pack import (
    CHECKED,
    EVIDENCE,
    STATEMENT,
    Pack,
    fingerprint,
    pack,
    read_pack,
    rows_agree,
)
from skillbench.submissions.statement import statement_faults
from skillbench.submissions.verification import (
    Reproduction,
    Verification,
    agreement,
    statement_digest,
    tier_of,
    verified_tier,
    write_evidence,
)
from skillbench.submissions.verification import reproduced as agree
from skillbench.task import skillbench

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
@click.option("--rejudge", "again", is_flag=True, help="Judge the drawn tenth again, by the judge it names.")
@click.option(
    "--share", default=SHARE, show_default=True, type=click.FloatRange(SHARE, 1), help="With --rejudge: of each k."
)
@click.option("--grader", multiple=True, help="With --rejudge: the models of a rubric judge, to allow calls to them.")
@click.option("--reproduced", multiple=True, help="Full logs of an independent rerun; held against the submission.")
@click.option("--record", is_flag=True, help=f"Write {EVIDENCE} and {CHECKED} into the folder (for maintainers).")
@click.option(
    "--sign",
    "key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --record: a private Ed25519 key of OpenSSH to sign it with.",
)
def check_command(
    folder: Path,
    logs: tuple[str, ...],
    tasks: str | None,
    again: bool,
    share: float,
    grader: tuple[str, ...],
    reproduced: tuple[str, ...],
    record: bool,
    key: Path | None,
) -> None:
    """Check a packed run, from its full logs where they are given: every fault is an error.

    \b
    skillbench submit check results/1-a/2026-11-21_react_gpt-5.2 --logs logs/
    skillbench submit check results/1-a/2026-11-21_react_gpt-5.2 --logs logs/ --rejudge --record
    skillbench submit check results/1-a/2026-11-21_react_gpt-5.2 --logs logs/ --reproduced rerun/ --record
    """
    packed = read_pack(folder)
    task_set = open_task_set(tasks or packed.statement.task_set)
    if task_set.manifest.digest != packed.statement.benchmark:
        raise SubmissionError(
            f"{folder / STATEMENT} names the benchmark {packed.statement.benchmark[:12]}, the task set "
            f"{task_set.manifest.name} at hand is {task_set.manifest.digest[:12]}; give the right one with --tasks"
        )
    if not all(packed.statement.attestations.model_dump().values()):
        raise SubmissionError(f"{folder / STATEMENT}: an attestation is false; such a run cannot be on the board")
    if not logs:
        if again or reproduced or record or key:
            raise SubmissionError("--rejudge, --reproduced and --record stand on the full logs; give them with --logs")
        said = f"tier: {verified_tier(packed)}; give its full logs with --logs to check what they hold"
        click.echo(f"{folder}: {many(len(packed.samples), 'sample')}, the folder agrees with itself; {said}")
        return
    share = share if again else 0.0
    found = verify(packed, find_logs(logs), task_set, share=share, graders=grader, reproduced=reproduced)
    tier = write_evidence(packed, found, key) if record else tier_of(packed, found)
    click.echo(f"{folder}: {many(len(packed.samples), 'sample')}, no fault found; tier: {tier}")
    for line in _findings(packed, found):
        click.echo(line)


def verify(
    packed: Pack,
    files: tuple[LogFile, ...],
    task_set: TaskSet,
    *,
    share: float = 0.0,
    graders: Sequence[str] = (),
    reproduced: Sequence[str] = (),
) -> Verification:
    """Everything asked for, done: the logs checked, a share judged again, the rerun read.

    Args:
        packed: the submission.
        files: its logs.
        task_set: what they ran.
        share: of each k, to judge again; 0 for none.
        graders: models of a rubric judge that may be called for it.
        reproduced: places of a rerun's logs; none without one.

    Raises:
        SubmissionError: logs that are not the stated ones, or any fault; the message lists the first of them.
    """
    mine, whole = check_logs(packed, files, task_set)
    rejudging = rejudge(packed, whole, mine, task_set, graders, share) if share else None
    reproduction = _rerun(packed, find_logs(reproduced), task_set) if reproduced else None
    return Verification(
        statement=statement_digest(packed),
        logs=list(packed.logs),
        recomputed=sum(len(log.samples) for log in whole),
        rejudging=rejudging,
        reproduction=reproduction,
        checked_with=__version__,
    )


def _findings(packed: Pack, found: Verification) -> Iterator[str]:
    if found.rejudging is not None:
        yield f"judged again: {many(len(found.rejudging.samples), 'sample')} by {found.rejudging.judge}, as claimed"
        if judge_parts(found.rejudging.judge)[1]:
            yield agreement(packed.samples, found.rejudging.samples).sentence()
    else:
        drawn = draw(packed.samples, packed.statement.samples)
        shown = ", ".join(f"{case} (epoch {epoch})" for case, epoch in drawn[:3])
        yield f"--rejudge would judge {many(len(drawn), 'sample')} again, 10 % of each k: {shown}, ..."
    if found.reproduction is not None:
        yield f"rerun: {agree(packed, found.reproduction).sentence()}"


def check_logs(
    packed: Pack, files: tuple[LogFile, ...], task_set: TaskSet
) -> tuple[tuple[LogFile, ...], tuple[FullLog, ...]]:
    """Hold a submission against its full logs; returns those logs, read whole.

    Raises:
        SubmissionError: logs that are not the stated ones, or any fault; the message lists the first of them.
    """
    found = {fingerprint(Path(file.path))["sha256"]: file for file in files}
    names = {Path(file.path).name for file in files}
    for log in packed.logs:
        if log.sha256 not in found:
            said = "is not the file that was packed" if log.name in names else "is not among the logs given"
            raise SubmissionError(
                f"{packed.folder}: its log {log.name} {said}; give exactly the logs it was packed from"
            )
    mine = tuple(sorted(found[log.sha256] for log in packed.logs))
    whole, wrong, evidence = _judged_again(mine, task_set, packed.statement.epochs)
    table = evidence.outcomes[evidence.outcomes["judge"] == packed.statement.judge]
    wrong += statement_faults(packed.statement, evidence)
    if difference := rows_agree(packed.samples, table):
        wrong.append(f"packed samples differ from the logs: {difference}")
    _refuse(str(packed.folder), wrong)
    return mine, whole


def _rerun(packed: Pack, files: tuple[LogFile, ...], task_set: TaskSet) -> Reproduction:
    """The rerun, after the same checks as the submission's own logs.

    Raises:
        SubmissionError: it has faults, another identity, or samples of the submission itself.
    """
    epochs = int(
        read(tuple(file.path for file in files), skip_bad=False, workers=2, no_cache=True).runs["epochs"].max()
    )
    whole, wrong, evidence = _judged_again(files, task_set, epochs)
    _refuse("the rerun", wrong)
    return rerun(packed, whole, files, evidence)


def _judged_again(
    files: Sequence[LogFile], task_set: TaskSet, epochs: int
) -> tuple[tuple[FullLog, ...], list[str], RunEvidence]:
    """Logs read whole, every reason to refuse them, and what the board reads of them."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("judging again", total=len(task_set.cases) * epochs)
        whole = tuple(read_whole(file, task_set, allowed_limits(), lambda: bar.advance(task)) for file in files)
    wrong = faults(whole, frozenset(case.id for case in task_set.cases), epochs)
    evidence = read(tuple(file.path for file in files), skip_bad=False, workers=2, no_cache=True)
    return whole, wrong, evidence


def allowed_limits() -> dict[str, int | None]:
    """The task's own limits: a submission may have lower ones."""
    defaults = inspect.signature(skillbench).parameters
    return {name: defaults[name].default for name in LIMITS}


def _refuse(what: str, wrong: Sequence[str]) -> None:
    if wrong:
        shown = "\n  ".join(wrong[:MOST_SHOWN])
        more = f"\n  and {len(wrong) - MOST_SHOWN} more" if len(wrong) > MOST_SHOWN else ""
        raise SubmissionError(f"{what}: {many(len(wrong), 'fault')}, so it is refused:\n  {shown}{more}")
