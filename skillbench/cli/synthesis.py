"""``skillbench annotate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from skillbench.cli.asking import asks_a_model, bar, settings_of, told
from skillbench.core.assets import asset_dir, given_or_shipped
from skillbench.core.errors import InputError
from skillbench.synthesis.annotating import annotate as annotate_rows
from skillbench.synthesis.annotating import read_vocabulary


@click.command()
@click.argument("corpus", nargs=-1, required=True)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write (JSON lines)."
)
@click.option(
    "--skills",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of skills. Default: the shipped.",
)
@click.option("--open", "free", is_flag=True, help="Let the model name skills; spellings of one name are made one.")
@click.option("--tags-path", default="tags", show_default=True, help="Where rows may have tags; such rows are kept.")
@asks_a_model
def annotate(corpus: tuple[str, ...], out: Path, skills: Path | None, free: bool, tags_path: str, **given: Any) -> None:
    """Tag the rows of a CORPUS with the skills they take, for `skillbench taxonomy`.

    CORPUS is files of JSON lines, CSV, Parquet or Arrow, or folders of them, also as save_to_disk writes them. A row
    is a conversation (conversations, messages), an instruction with or without its output, or a text.

    Rows that could not be tagged stand in OUT.untagged.jsonl with the reason. The same command resumes a run that was
    stopped; no reply is paid twice.

    \b
    Examples:
      skillbench annotate rows.jsonl --model openai/gpt-4.1-mini --out tagged.jsonl
      skillbench annotate infinity/ --tags-path label.ability_en --out tagged.jsonl \\
          --model anthropic/claude-haiku-4-5 -G batch=true
      skillbench annotate saved_dataset/ --open --model openai/gpt-4.1-mini --out tagged.jsonl
      skillbench annotate rows.parquet --model skillbench-rehearsal/plain --out t.jsonl
    """
    if free and skills:
        raise InputError(
            "--skills and --open were both given: the first closes the list of skills, the second opens it"
        )
    closed = read_vocabulary(skills or asset_dir("tasks") / "corpus" / "tags.csv")
    with bar("rows", None) as note:
        done = annotate_rows(
            [given_or_shipped(one) for one in corpus],
            out,
            settings_of(given),
            vocabulary=() if free else closed,
            tags=tags_path,
            note=note,
        )
    click.echo(f"{done.tagged} rows tagged with {done.names} skills, {done.kept} had tags already -> {out}")
    if done.untagged:
        click.echo(f"{done.untagged} rows not tagged, each with its reason -> {out.with_suffix('.untagged.jsonl')}")
    if done.again:
        click.echo(f"for {done.again} of them no reply came: the same command asks again", err=True)
    click.echo(told(done.spent), err=True)
