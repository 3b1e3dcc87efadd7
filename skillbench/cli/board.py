"""Commands that look at logs: leaderboard, plot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from skillbench.core.errors import InputError
from skillbench.evidence.cache import Shelf
from skillbench.evidence.collect import collect, read_rows
from skillbench.evidence.runs import RunEvidence, merge
from skillbench.report.board import Board, make_board
from skillbench.report.export import write_records
from skillbench.report.figures import KINDS
from skillbench.report.page import draw_figures, render_page
from skillbench.report.render import FORMATS, write_figure
from skillbench.report.tables import terminal_table, write_tables
from skillbench.report.wording import left_out, reason, verdict
from skillbench.submissions.published import read_submissions
from skillbench.submissions.schema import Tier

PACKAGE = Path(__file__).resolve().parent.parent

LOGS = click.argument("logs", nargs=-1, required=True)
SKIP = click.option("--skip-bad", is_flag=True, help="Go on without logs that must be refused, and list them.")
WORKERS = click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes for many logs."
)
FRESH = click.option("--no-cache", is_flag=True, help="Read every log again.")


@click.command()
@click.argument("logs", nargs=-1)
@click.option(
    "--out", type=click.Path(path_type=Path), default="results/site", show_default=True, help="Folder to write."
)
@click.option(
    "--submissions",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also show packed runs below this folder, each with the tier that was verified.",
)
@click.option("--eee", help="Also write Every Eval Ever records, as this organisation.")
@click.option(
    "--relationship",
    type=click.Choice(["first_party", "third_party", "collaborative", "other"]),
    default="third_party",
    show_default=True,
    help="Of the evaluator to the models, in those records.",
)
@click.option(
    "--logs-url", default="", help="Address of a published `inspect view bundle`; the page links its logs there."
)
@SKIP
@WORKERS
@FRESH
def leaderboard(
    logs: tuple[str, ...],
    out: Path,
    submissions: Path | None,
    eee: str | None,
    relationship: str,
    logs_url: str,
    skip_bad: bool,
    workers: int,
    no_cache: bool,
) -> None:
    """Make the leaderboard from Inspect logs: files, folders, s3:// and other places.

    Prints the table and writes it as Markdown, CSV, JSON and parquet, the page and its figures.

    \b
    skillbench leaderboard logs/
    skillbench leaderboard logs/ s3://team/logs --out board/
    skillbench leaderboard --submissions results/
    """
    refuse_package(out)
    board, tiers = read_board(logs, submissions, skip_bad=skip_bad, workers=workers, no_cache=no_cache)
    print_board(board)
    out.mkdir(parents=True, exist_ok=True)
    written = [write_page(board, out / "index.html", tiers, logs_url), *write_tables(board, out)]
    if eee:
        written += write_records(board, out / "every_eval_ever", eee, relationship)
    try:
        written += write_figure(KINDS["degradation"].draw(board), out / "degradation")
    except InputError as error:  # the plotting library is an extra, and a table is worth having without it
        click.echo(f"left out: {error}", err=True)
    click.echo("wrote " + "\n      ".join(map(str, written)))


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@LOGS
@click.option(
    "--out", type=click.Path(path_type=Path), help="File (.svg, .png or .html); by default KIND in all three formats."
)
@SKIP
@WORKERS
@FRESH
def plot(kind: str, logs: tuple[str, ...], out: Path | None, skip_bad: bool, workers: int, no_cache: bool) -> None:
    """Draw one figure from Inspect logs.

    \b
    skillbench plot degradation logs/
    skillbench plot solve logs/ --out solve.png
    """
    target = out or Path(kind)
    refuse_package(target)
    if out is not None and out.suffix.lstrip(".") not in FORMATS:
        raise InputError(f"--out {out}: a figure is written as .svg, .png or .html; name the file with one of these")
    board = make_board(read(logs, skip_bad=skip_bad, workers=workers, no_cache=no_cache))
    formats = (out.suffix.lstrip("."),) if out else FORMATS
    for path in write_figure(KINDS[kind].draw(board), target.with_suffix("") if out else target, formats):
        click.echo(str(path))


def read_board(
    logs: tuple[str, ...], submissions: Path | None, *, skip_bad: bool, workers: int, no_cache: bool
) -> tuple[Board, dict[str, str]]:
    """The board of logs and submissions, and each submitted run's tier; self-reported submissions are not ranked.

    Raises:
        InputError: neither logs nor a submission were given.
    """
    packed = read_submissions(submissions) if submissions else []
    if not packed:
        if not logs:
            raise InputError("give logs (files, folders, s3://...), or --submissions with a folder of packed runs")
        return make_board(read(logs, skip_bad=skip_bad, workers=workers, no_cache=no_cache)), {}
    found = read_rows(logs, skip_bad=skip_bad, workers=workers) if logs else ([], [], {})
    evidence = merge(
        [*found[0], *(one.run for one in packed)],
        [*found[1], *(row for one in packed for row in one.samples)],
        found[2],
        skip_bad=skip_bad,
    )
    files = {str(one.run["file"]): str(one.tier) for one in packed}
    tiers = {row["run"]: files[row["file"]] for row in evidence.runs.to_dict("records") if row["file"] in files}
    unranked = frozenset(run for run, tier in tiers.items() if tier == Tier.SELF_REPORTED)
    return make_board(evidence, unranked), tiers


def write_page(board: Board, path: Path, tiers: Mapping[str, str], logs_url: str) -> Path:
    """Draw every figure and write the page."""
    drawn, undrawn = draw_figures(board)
    path.write_text(render_page(board, drawn, undrawn, tiers, logs_url), encoding="utf-8")
    return path


def read(logs: tuple[str, ...], *, skip_bad: bool, workers: int, no_cache: bool) -> RunEvidence:
    """The evidence of these places, with a progress bar; what was left out is named on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("logs", total=None)
        evidence = collect(
            logs,
            skip_bad=skip_bad,
            workers=workers,
            cache=None if no_cache else Shelf(),
            note=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for why in evidence.refused.values():
        click.echo(f"left out: {why}", err=True)
    for why in evidence.superseded.values():
        click.echo(f"left out: {why}", err=True)
    return evidence


def print_board(board: Board) -> None:
    """The table, then what it says in a sentence per run."""
    console = print_wide(terminal_table(board))
    for line in board.lines:
        console.print(f"• {verdict(line)} {reason(line)}".rstrip(), markup=False, soft_wrap=True)
    for line in board.lines:
        if said := left_out(line):
            console.print(f"• {said}", markup=False, soft_wrap=True)
    console.print()


def print_wide(table: Table) -> Console:
    """Print a table as wide as it needs: a folded row of figures cannot be read. Returns the console."""
    console = Console(markup=False)  # a name in a log may hold what rich would take for a tag
    needed = Measurement.get(console, console.options.update(max_width=400), table).maximum
    console = Console(width=max(console.width, needed), highlight=False, markup=False)
    console.print(table)
    return console


def refuse_package(out: Path) -> None:
    """Refuse to write inside the installed package, where the next upgrade would delete it.

    Raises:
        InputError: ``out`` lies there.
    """
    if out.resolve().is_relative_to(PACKAGE):
        raise InputError(f"--out {out} lies inside the installed package {PACKAGE}; choose a folder of your own")
