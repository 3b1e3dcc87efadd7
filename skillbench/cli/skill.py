"""Commands on single skills, shipped or one's own: start one, show one, hold one to the contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from skillbench.compose.freeze import Recipe
from skillbench.compose.recipes import shipped_taxonomy
from skillbench.compose.world import trial_world
from skillbench.core.errors import GateError
from skillbench.core.near import or_near
from skillbench.skills.agreement import disagreement, load_second
from skillbench.skills.catalogue import (
    add_files,
    check_apart,
    check_params,
    check_skill,
    load_catalogue,
    skill_named,
)
from skillbench.skills.contract import Skill
from skillbench.skills.loading import SECOND, load_file
from skillbench.skills.promises import BARS, SLOW_BARS, is_kept, measure, name_of, sentence_of
from skillbench.skills.specimen import specimen
from skillbench.skills.starting import TO_FILL, start_skill
from skillbench.skills.trials import Trials

AGREEMENTS = 60
"""Draws on which a second solver must agree."""


@click.group()
def skill() -> None:
    """Start, show and check a skill, in the package or in a file of your own.

    \b
    skillbench skill new "Route Planning" --family planning
    skillbench skill show planning/route_planning.py --seed 3
    skillbench skill check planning/route_planning.py
    """


@skill.command()
@click.argument("tag")
@click.option("--family", required=True, help="Folder of related skills, in snake case.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder that holds the families; the current one unless given.",
)
def new(tag: str, family: str, into: Path) -> None:
    """Write a skill named TAG to be filled in, and its second solver.

    Both work as they stand; FILL IN marks what is yours to write.

    \b
    skillbench skill new "Route Planning" --family planning
    """
    file, second = start_skill(tag, family, into)
    click.echo(f"wrote {file} and {second}")
    for line in _unknown_tag(tag):
        click.echo(line)
    click.echo(f"next: fill in, then skillbench skill check {file}")


@skill.command()
@click.argument("which", metavar="TAG|FILE")
@click.option("--seed", default="1", show_default=True, help="Name of the draw.")
@click.option("--level", default=1, show_default=True, type=click.IntRange(1, 3), help="Density of records.")
def show(which: str, seed: str, level: int) -> None:
    """Print one draw of a skill: sheets, parameters, files, key and slips.

    \b
    skillbench skill show "Data Cleaning" --seed 3
    """
    click.echo(specimen(_skill(which), Trials(_skill(which), trial_world, "show").draw(seed, level)), nl=False)


@skill.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--second",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Second solver; the file of the same name in the folder 'second' beside FILE unless given.",
)
@click.option(
    "--corpus", type=click.Path(exists=True, path_type=Path), help="Tagged corpus instead of the shipped one."
)
@click.option("--full", is_flag=True, help="Measure also what takes minutes.")
def check(file: Path, second: Path | None, corpus: Path | None, *, full: bool) -> None:
    """Hold a skill's FILE to the whole contract: what was measured, and the bar.

    A second solver is compared with the reference on 60 draws of clauses, dials and levels.

    \b
    skillbench skill check planning/route_planning.py
    """
    one = load_file(file)
    check_skill(one)
    check_params(one, Trials(one, trial_world).draw("1").block.terms.params)
    check_apart(one, [other for other in load_catalogue().values() if type(other) is not type(one)])
    click.echo(f"{file}: {one.tag}, measure {one.measure.key}")
    broken = [*_unknown_tag(one.tag, corpus), *_unkept(file, one, full=full)]
    beside = file.parent / SECOND / file.name
    if second or beside.is_file():
        broken += _disagreements(one, second or beside)
    else:
        click.echo(f"not tried  second solver: none given, and no {beside}")
    unwritten = file.read_text(encoding="utf-8").count(TO_FILL)
    if unwritten:
        click.echo(f"note       {TO_FILL} still stands in {unwritten} places")
    if broken:
        raise GateError(f"{file}: {len(broken)} of the contract's rules are broken:\n" + "\n".join(broken))
    click.echo("the contract is kept")


def _skill(which: str) -> Skill:
    return load_file(Path(which)) if Path(which).is_file() else skill_named(which)


def _unkept(file: Path, one: Skill, *, full: bool) -> Iterator[str]:
    trials = Trials(one, trial_world)
    for promise, bar in {**BARS, **(SLOW_BARS if full else {})}.items():
        kept = measure(promise, trials)
        good = is_kept(kept, bar)
        detail = f" ({kept.where})" if kept.where else ""
        click.echo(f"{'kept' if good else 'BROKEN':9}  {name_of(promise)}: {kept.measured:.2f}, bar {bar:.2f}{detail}")
        if not good:
            yield f"{file}: {name_of(promise)}: {kept.measured:.2f}, bar {bar:.2f}{detail}. {sentence_of(promise)}"


def _disagreements(one: Skill, path: Path) -> list[str]:
    second = load_second(path)
    draws = ((str(seed), 1 + seed % 3) for seed in range(AGREEMENTS))
    told = [disagreement(one, second, trial_world("independent", seed), seed, level) for seed, level in draws]
    wrong = [text for text in told if text]
    click.echo(
        f"{'BROKEN' if wrong else 'kept':9}  second solver agrees: {AGREEMENTS - len(wrong)} of {AGREEMENTS} draws"
    )
    return [f"{path}: it differs from the reference on {len(wrong)} of {AGREEMENTS} draws; {wrong[0]}"] if wrong else []


def _unknown_tag(tag: str, corpus: Path | None = None) -> list[str]:
    known = shipped_taxonomy(corpus).leaf_of
    where = str(corpus or "the shipped corpus")
    remedy = "use a tag of tasks/corpus/seed.jsonl, or a --corpus of rows that have yours"
    return (
        [] if tag in known else [f"{where} lacks the tag {tag!r}{or_near(tag, known)}, so no chain holds it; {remedy}"]
    )


def wanted_tags(named: Sequence[str]) -> list[str]:
    """The tags that ``--with`` asks for; a file is added to the catalogue first."""
    files = [Path(one) for one in named if one.endswith(".py")]
    tags = add_files(files) if files else []
    return [*tags, *(skill_named(one).tag for one in named if not one.endswith(".py"))]


def usage(recipes: Sequence[Recipe]) -> str:
    """Which skills a set uses and in how many chains, and which it does not."""
    counts = {tag: sum(tag in recipe.tags for recipe in recipes) for tag in load_catalogue()}
    used = ", ".join(f"{tag} {count}" for tag, count in counts.items() if count)
    unused = ", ".join(tag for tag, count in counts.items() if not count)
    return f"skills used, in how many chains: {used}\nskills unused: {unused or 'none'}"
