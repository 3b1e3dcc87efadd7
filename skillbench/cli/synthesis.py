"""``skillbench annotate`` and ``skillbench synthesize``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from skillbench.cli.asking import asks_a_model, bar, settings_of, told
from skillbench.core.assets import asset_dir, given_or_shipped
from skillbench.core.errors import InputError
from skillbench.synthesis.annotating import annotate as annotate_rows
from skillbench.synthesis.annotating import read_vocabulary
from skillbench.synthesis.dialogue_plan import ORDERS, DialoguePlan, parse_mix
from skillbench.synthesis.synthesizing import synthesize as write_dialogues
from skillbench.taxonomy import METHODS, induce, load, read_corpus
from skillbench.taxonomy.atoms import read_atoms

SHIPPED = ("seed.jsonl", "practice.jsonl")
"""The corpora of ``tasks/corpus``."""


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


@click.command()
@click.argument("corpus", nargs=-1)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write.")
@click.option("--n", type=click.IntRange(1), default=4000, show_default=True, help="How many dialogues.")
@click.option(
    "-k", "mix", default="1-6", show_default=True, help="Skills of a dialogue: 1-6, 2,4 or with shares 1:4,2-6:1."
)
@click.option(
    "--method", type=click.Choice(METHODS), default="sweet-spot", show_default=True, help="How tuples are drawn."
)
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="mixed",
    show_default=True,
    help="curriculum: the share of deep tuples grows from epoch to epoch.",
)
@click.option("--epochs", type=click.IntRange(1), default=3, show_default=True, help="Epochs of a curriculum.")
@click.option(
    "--taxonomy",
    "tree",
    type=click.Path(path_type=Path),
    help="JSON of `skillbench taxonomy --out`. Default: the corpus's.",
)
@click.option("--tags-path", default="tags", show_default=True, help="Column or dotted path of the corpus's tags.")
@click.option("--seed", default="synthesis", show_default=True, help="Name of the random streams.")
@asks_a_model
def synthesize(
    corpus: tuple[str, ...],
    out: Path,
    n: int,
    mix: str,
    method: Any,
    order: Any,
    epochs: int,
    tree: Path | None,
    tags_path: str,
    seed: str,
    **given: Any,
) -> None:
    """Fuse skills of a tagged CORPUS into dialogues to train on (STEPS, appendix A.1).

    CORPUS is what `skillbench annotate` writes, or any tagged rows; without one, the shipped corpora. Written are
    data/train.jsonl and data/train.parquet (messages), README.md (the card) and quarantine.jsonl: what failed a gate,
    with the reason. The same command resumes a run that was stopped; no reply is paid twice.

    \b
    Examples:
      skillbench synthesize --model skillbench-rehearsal/plain --n 60 --out try
      skillbench synthesize tagged.jsonl --model openai/gpt-4.1 --n 4000 --out steps4k \\
          -G batch=true
      skillbench synthesize tagged.jsonl --model openai/gpt-4.1 --out cl --n 24000 \\
          --order curriculum --epochs 3
      skillbench synthesize tagged.jsonl --model openai/gpt-4.1 --out skillmix \\
          --method random -k 2
    """
    source = [given_or_shipped(one) for one in corpus] or [
        str(asset_dir("tasks") / "corpus" / name) for name in SHIPPED
    ]
    atoms = list(read_atoms(source, tags_path))
    graph = load(tree) if tree else induce(read_corpus(source, tags=tags_path).graph())
    plan = DialoguePlan(graph, atoms, n, parse_mix(mix), method, order, epochs, seed)
    with bar("dialogues", n) as note:
        done = write_dialogues(plan, out, settings_of(given), ", ".join(Path(one).name for one in source), note)
    by_k = ", ".join(f"k={k}: {count}" for k, count in sorted(done.kept.items()))
    click.echo(f"{sum(done.kept.values())} of {n} dialogues kept ({by_k}) -> {out}")
    if done.refused:
        by_gate = ", ".join(f"{gate}: {count}" for gate, count in sorted(done.refused.items()))
        click.echo(f"{sum(done.refused.values())} refused ({by_gate}) -> {out / 'quarantine.jsonl'}")
    if done.again:
        click.echo(f"for {done.again} of them no reply came: the same command asks again", err=True)
    click.echo(told(done.spent), err=True)
