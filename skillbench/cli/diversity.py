"""``skillbench diversity``."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from skillbench.cli.synthesis import SHIPPED
from skillbench.core.assets import asset_dir, given_or_shipped
from skillbench.core.errors import InputError
from skillbench.report.diversity_plot import plot_diversity
from skillbench.synthesis.diversity import BETTER, Measure, compare_sets
from skillbench.taxonomy import Sampler, induce, load, read_corpus


@click.command()
@click.argument("sets", nargs=-1, required=True)
@click.option(
    "--taxonomy",
    "tree",
    type=click.Path(path_type=Path),
    help="Of entropy and coherence. Default: the shipped corpora's.",
)
@click.option("--tags-path", default="tags", show_default=True, help="Where rows without `skills` have their tags.")
@click.option("--rows", type=click.IntRange(2), default=2000, show_default=True, help="Most rows looked at of a set.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw a figure (.svg, .png, .html).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every figure as JSON.")
def diversity(
    sets: tuple[str, ...], tree: Path | None, tags_path: str, rows: int, plot: Path | None, out: Path | None
) -> None:
    """Say how varied and how coherent SETS of dialogues or rows are, side by side.

    SETS are folders of `skillbench synthesize`, or files of chat rows or of instructions with tags. NAME=PLACE gives a
    set a name. All are measured on the same number of rows, for most measures fall with the size.

    \b
    Examples:
      skillbench diversity sweet random global
      skillbench diversity ours=steps4k/ alpaca=alpaca.jsonl --plot diversity.svg
      skillbench diversity a b --taxonomy tree.json --out figures.json
    """
    places: dict[str, str] = {}
    for one in sets:
        name, mark, place = one.partition("=")
        shown = name if mark else Path(one).name or one
        if shown in places:
            raise InputError(f"two sets are called {shown!r}: name them, as in first={places[shown]} second={one}")
        places[shown] = given_or_shipped(place if mark else one)
    shipped = [str(asset_dir("tasks") / "corpus" / name) for name in SHIPPED]
    graph = load(tree) if tree else induce(read_corpus(shipped).graph())
    found = compare_sets(places, Sampler(graph), tags=tags_path, rows=rows)
    table = Table(box=None, pad_edge=False)
    table.add_column("measure")
    for name in places:
        table.add_column(name, justify="right")
    for row, measure in enumerate(BETTER):
        table.add_row(measure, *(_cell(found[name][row]) for name in places))
    Console(markup=False, width=max(80, 24 + 26 * len(places))).print(table)
    looked = next(one.n for one in found[next(iter(places))] if one.name == "near-duplicates")
    click.echo(f"\n{looked} rows of each set; 95 % intervals (Student's over rows or blocks, Wilson's for shares).")
    for measure, means in BETTER.items():
        click.echo(f"{measure}: {means}", err=True)
    records = {name: [asdict(one) for one in measures] for name, measures in found.items()}
    if out is not None:
        plain = {
            name: [{key: _plain(value) for key, value in one.items()} for one in found]
            for name, found in records.items()
        }
        out.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        click.echo(f"wrote {out}", err=True)
    if plot is not None:
        plot_diversity(records, plot)
        click.echo(f"wrote {plot}", err=True)


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(one: Measure) -> str:
    if not math.isfinite(one.value):
        return "—"
    digits = 1 if one.value >= 100 else 2 if one.value >= 10 else 3
    if not math.isfinite(one.low):
        return f"{one.value:.{digits}f}"
    return f"{one.value:.{digits}f} [{one.low:.{digits}f}, {one.high:.{digits}f}]"
