"""``skillbench taxonomy`` and ``skillbench tuples``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from skillbench.core.assets import given_or_shipped
from skillbench.core.errors import SelectionError
from skillbench.report.taxonomy_plot import plot_taxonomy
from skillbench.taxonomy import (
    DEFAULT_HEIGHT,
    ENGINES,
    LINKAGES,
    METHODS,
    READINGS,
    SCHEDULES,
    WEIGHTS,
    SkillTuple,
    TagFormat,
    describe,
    induce,
    load,
    read_corpus,
    sample_chains,
    save,
    to_newick,
)


@click.command()
@click.argument("corpus", nargs=-1, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the taxonomy as JSON.")
@click.option("--newick", type=click.Path(dir_okay=False, path_type=Path), help="Write the taxonomy as Newick.")
@click.option(
    "--icicle", type=click.Path(dir_okay=False, path_type=Path), help="Draw boxes by level (.svg, .png, .html)."
)
@click.option(
    "--dendrogram", type=click.Path(dir_okay=False, path_type=Path), help="Draw brackets (.svg, .png, .html)."
)
@click.option("--weight", type=click.Choice(WEIGHTS), default="count", show_default=True)
@click.option("--linkage", type=click.Choice(LINKAGES), default="balanced", show_default=True)
@click.option(
    "--max-height",
    type=click.IntRange(min=0),
    default=DEFAULT_HEIGHT,
    show_default=True,
    help="Most levels between the root and a skill; 0 keeps the binary tree.",
)
@click.option("--min-support", type=click.IntRange(min=1), default=1, show_default=True, help="Rows a tag needs.")
@click.option("--tags-path", default="tags", show_default=True, help="Column or dotted path of the tags.")
@click.option("--delimiter", help="What parts tags written as one text (CSV: ';').")
@click.option("--fold-case", is_flag=True, help="Read Excel and excel as one tag.")
@click.option("--skip-missing", is_flag=True, help="Leave out tables that lack the column.")
@click.option("--strict", is_flag=True, help="Stop at the first bad row.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="local",
    show_default=True,
    help="Where to count: here, or in a Ray cluster (RAY_ADDRESS, else one started here).",
)
@click.option("--depth", type=click.IntRange(min=1), help="Levels to print.")
@click.option("--quiet", is_flag=True, help="Do not print the taxonomy.")
def taxonomy(
    corpus: tuple[str, ...],
    out: Path | None,
    newick: Path | None,
    icicle: Path | None,
    dendrogram: Path | None,
    weight: Any,
    linkage: Any,
    max_height: int,
    min_support: int,
    tags_path: str,
    delimiter: str | None,
    fold_case: bool,
    skip_missing: bool,
    strict: bool,
    engine: Any,
    depth: int | None,
    quiet: bool,
) -> None:
    """Induce a skill taxonomy from a tagged CORPUS and print it.

    CORPUS is one or more files of JSON lines, CSV, TSV, Parquet or Arrow, or folders of them, here or at an address
    (s3://, gs://, hf:// and whatever else fsspec reaches).

    \b
    Examples:
      skillbench taxonomy tasks/corpus/seed.jsonl
      skillbench taxonomy jobs.parquet --tags-path label.ability_en --out tree.json
      skillbench taxonomy tasks/corpus/seed.jsonl --quiet --icicle taxonomy.svg
      skillbench taxonomy notes.csv --delimiter '|' --fold-case --weight jaccard --depth 2
      skillbench taxonomy s3://team/corpus/ more.jsonl --min-support 5 --out tree.json
      RAY_ADDRESS=ray-head:6379 skillbench taxonomy s3://team/corpus/ --engine ray --out tree.json
    """
    counts = read_corpus(
        [given_or_shipped(one) for one in corpus],
        tags=TagFormat(tags_path, delimiter, fold_case),
        min_support=min_support,
        strict=strict,
        progress=sys.stderr.isatty(),
        engine=engine,
        skip_missing=skip_missing,
    )
    if counts.ignored:
        more = f" and {len(counts.ignored) - 5} more" if len(counts.ignored) > 5 else ""
        click.echo(f"did not read {', '.join(counts.ignored[:5])}{more}", err=True)
    if counts.bad_row_count:
        click.echo(f"left out {counts.bad_row_count} bad rows, the first: {counts.bad_rows[0]}", err=True)
    tree = induce(counts.graph(weight), linkage, max_height=max_height or None, weight=weight)
    if out is not None:
        save(tree, out)
        click.echo(f"wrote {out}", err=True)
    if newick is not None:
        newick.write_text(to_newick(tree) + "\n", encoding="utf-8", newline="\n")
        click.echo(f"wrote {newick}", err=True)
    if icicle is not None:
        plot_taxonomy(tree, icicle, "icicle")
        click.echo(f"wrote {icicle}", err=True)
    if dendrogram is not None:
        plot_taxonomy(tree, dendrogram, "dendrogram")
        click.echo(f"wrote {dendrogram}", err=True)
    if not quiet:
        click.echo(describe(tree, max_depth=depth), nl=False)


@click.command()
@click.argument("taxonomy", type=click.Path(path_type=Path))
@click.option("-k", "lengths", default="2-7", show_default=True, help="Lengths: 3, 2-7 or 2,4,7.")
@click.option("--method", type=click.Choice(METHODS), default="sweet-spot", show_default=True)
@click.option("--schedule", type=click.Choice(SCHEDULES), default="affinity", show_default=True)
@click.option("--reading", type=click.Choice(READINGS), default="path-union", show_default=True)
@click.option("--count", type=click.IntRange(min=1), default=12, show_default=True, help="How many chains.")
@click.option("--seed", default="chains", show_default=True, help="Name of the random stream.")
@click.option("--allow", multiple=True, help="A skill that may be drawn; repeat for more. Default: all.")
@click.option("--cross-components", is_flag=True, help="Let scopes leave the start's component.")
@click.option("--format", "style", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write JSON lines to a file.")
def tuples(
    taxonomy: Path,
    lengths: str,
    method: Any,
    schedule: Any,
    reading: Any,
    count: int,
    seed: str,
    allow: tuple[str, ...],
    cross_components: bool,
    style: str,
    out: Path | None,
) -> None:
    """Draw nested skill tuples from a TAXONOMY (a JSON file of `skillbench taxonomy --out`).

    \b
    Examples:
      skillbench tuples tree.json
      skillbench tuples tree.json -k 2-7 --method sweet-spot --schedule exhaust --count 30
      skillbench tuples tree.json -k 5 --method random --seed pilot --format jsonl
    """
    wanted = lengths_of(lengths)
    chains = sample_chains(
        load(taxonomy),
        count,
        max(wanted),
        seed=seed,
        allowed=allow or None,
        method=method,
        schedule=schedule,
        reading=reading,
        cross_components=cross_components,
    )
    drawn = [(number, chain.at(k)) for number, chain in enumerate(chains, start=1) for k in wanted]
    lines = "".join(_line(number, item) for number, item in drawn)
    if out is not None:
        out.write_text(lines, encoding="utf-8", newline="\n")
        click.echo(f"wrote {len(drawn)} tuples to {out}", err=True)
    elif style == "jsonl":
        click.echo(lines, nl=False)
    else:
        _print_table(drawn)


def lengths_of(text: str) -> list[int]:
    """The lengths of ``3``, ``2-7`` or ``2,4,7``, in rising order.

    Raises:
        SelectionError: not lengths of 2 or more.
    """
    out: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.strip().isdigit() or (last and not last.strip().isdigit()):
            raise SelectionError(f"-k {text!r} is not understood; write 3, 2-7 or 2,4,7")
        out |= set(range(int(first), int(last or first) + 1))
    if not out or min(out) < 2:
        raise SelectionError(f"-k {text!r} holds no length or one below 2; write 3, 2-7 or 2,4,7")
    return sorted(out)


def _line(chain: int, item: SkillTuple) -> str:
    record = {"chain": chain, "k": len(item.skills), "start": item.start, "short": item.short}
    return json.dumps({**record, **asdict(item), "joint_entropy": item.joint_entropy}, ensure_ascii=False) + "\n"


def _print_table(drawn: list[tuple[int, SkillTuple]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("chain", "k", "J (bits)", "coherence", "LCA height"):
        table.add_column(heading, justify="right")
    table.add_column("skills")
    for number, item in drawn:
        table.add_row(
            str(number),
            str(len(item.skills)),
            f"{item.joint_entropy:.4f}",
            f"{item.coherence:.2f}",
            str(item.lca_height),
            " › ".join(item.skills),
        )
    Console(markup=False).print(table)
