"""Commands that design and read studies: compare two runs, plan the next."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

import click
from rich.console import Console
from rich.table import Table

from skillbench.cli.board import FRESH, SKIP, WORKERS, print_wide, read
from skillbench.core.errors import InputError, SelectionError
from skillbench.core.taskset import load_task_set
from skillbench.report.wording import UNKNOWN, amount, figure, money, span
from skillbench.stats import (
    MEASURES,
    Contrast,
    Estimate,
    Option,
    Sensitivity,
    minimum_detectable_effect,
    slope_sensitivity,
    validate_outcomes,
    variance_components,
)
from skillbench.stats import compare as paired_difference
from skillbench.stats import plan as plan_study
from skillbench.stats.power import Target

SHIPPED = "v0"
TYPICAL_SD = 2.0
TYPICAL_RHO = 0.4
TYPICAL_NOISE = 1.0
"""Points between epochs of one case; published single runs differ by this much and more."""
TYPICAL_TOKENS = 60_000.0
"""Assumed where no pilot is given, and said so: points, correlation between k in a chain, tokens of one sample."""


@click.command()
@click.argument("a")
@click.argument("b")
@click.argument("logs", nargs=-1, required=True)
@click.option("--measure", type=click.Choice(MEASURES), default="score", show_default=True)
@SKIP
@WORKERS
@FRESH
def compare(a: str, b: str, logs: tuple[str, ...], measure: str, skip_bad: bool, workers: int, no_cache: bool) -> None:
    """Run A minus run B, paired by case: is one better, at which k, and what could this study have missed?

    A and B are labels of the leaderboard, or any part of one that names it alone.

    \b
    skillbench compare gpt-5.2 claude logs/
    skillbench compare careless overloaded logs/ --measure solve
    """
    outcomes = validate_outcomes(read(logs, skip_bad=skip_bad, workers=workers, no_cache=no_cache).outcomes)
    one, two = _run(a, outcomes.runs), _run(b, outcomes.runs)
    if one == two:
        raise SelectionError(
            f"{a!r} and {b!r} both name {one}; the logs hold: {', '.join(outcomes.runs)}. Name two runs"
        )
    found = paired_difference(outcomes, one, two, measure)
    table = Table(title=f"{measure}: {found.a} minus {found.b}, {found.shared} shared chains")
    for name in ("k", "difference", "95 % interval", "p", "p (Holm)", "detectable", "chains"):
        table.add_column(name, justify="right")
    for contrast in (*found.by_k, found.overall):
        table.add_row("all" if contrast.k is None else str(contrast.k), *_cells(contrast, alone=contrast.k is None))
    print_wide(table)
    slope = found.slope
    click.echo(f"slope of the difference per skill: {figure(slope.estimate, sign=True)} [{span(slope, sign=True)}]")
    for name, other in _checks(slope_sensitivity(outcomes, found.a, measure, minus=found.b)).items():
        click.echo(f"  {name}: {_checked(other)}")
    if found.only_a or found.only_b:
        click.echo(f"left out: {found.only_a} chains only {found.a} has, {found.only_b} only {found.b} has")
    click.echo(found.sentence)


def _checks(found: Sensitivity) -> dict[str, Estimate]:
    """The slope under other models, by what each is for."""
    checks = {"by a mixed model": found.mixed, "by GEE": found.gee}
    if found.ceiling:
        checks["as if the scale had no ends (Tobit)"] = found.ceiling.censored
        checks["in log odds of a higher band (ordinal)"] = found.ceiling.ordinal
    return checks


def _checked(other: Estimate) -> str:
    if math.isnan(other.estimate):
        return f"{UNKNOWN} ({other.note})"
    return f"{figure(other.estimate, sign=True)} [{span(other, sign=True)}]"


def _cells(contrast: Contrast, *, alone: bool) -> list[str]:
    holm = UNKNOWN if alone else _p(contrast.p_holm)
    return [
        figure(contrast.estimate, sign=True),
        span(contrast, sign=True),
        _p(contrast.p),
        holm,
        figure(contrast.detectable),
        str(contrast.chains),
    ]


def _p(value: float) -> str:
    return UNKNOWN if math.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _run(name: str, runs: tuple[str, ...]) -> str:
    matches = [run for run in runs if run == name] or [run for run in runs if name.lower() in run.lower()]
    if len(matches) != 1:
        said = "matches no run" if not matches else f"matches {len(matches)} runs ({', '.join(matches)})"
        raise SelectionError(f"{name!r} {said}; the logs hold: {', '.join(runs)}. Name one of them")
    return matches[0]


@click.command()
@click.option("--effect", type=float, required=True, help="Smallest true effect to find, in points of score.")
@click.option("--target", type=click.Choice(get_args(Target)), default="difference", show_default=True)
@click.option("--power", default=0.8, show_default=True, type=click.FloatRange(0.5, 0.999))
@click.option("--pilot", multiple=True, help="Logs of a pilot: variance, tokens and cost are taken from it.")
@click.option("--run", "run", default=None, help="Which run of the pilot.")
@click.option("--sd", type=float, help=f"Spread of case means over chains, in points ({TYPICAL_SD} without a pilot).")
@click.option("--rho", type=float, help=f"Correlation of what is paired ({TYPICAL_RHO} without a pilot).")
@click.option(
    "--noise", type=float, help=f"Spread between epochs of one case, in points ({TYPICAL_NOISE} without a pilot)."
)
@click.option("--max-epochs", default=5, show_default=True, type=click.IntRange(1))
@click.option("--twins/--no-twins", default=True, show_default=True, help="Count the Skill@1 twins.")
def plan(
    effect: float,
    target: Target,
    power: float,
    pilot: tuple[str, ...],
    run: str | None,
    sd: float | None,
    rho: float | None,
    noise: float | None,
    max_epochs: int,
    twins: bool,
) -> None:
    """How many chains and epochs a study needs to find an effect, with its tokens and cost.

    \b
    skillbench plan --effect 0.3
    skillbench plan --effect 0.1 --target slope --pilot logs/pilot
    """
    spread, correlation, between, tokens, cost, source = _assumptions(pilot, run)
    spread, correlation = spread if sd is None else sd, correlation if rho is None else rho
    between = between if noise is None else noise
    found = plan_study(
        effect,
        spread,
        correlation,
        noise_sd=between,
        target=target,
        max_epochs=max_epochs,
        twins=twins,
        power=power,
        tokens_per_sample=tokens,
        cost_per_sample=cost,
    )
    table = Table(title=f"To find a {target} of {effect:g} points with {power:.0%} power")
    for name in ("epochs", "chains", "samples", "detects", "tokens", "cost", ""):
        table.add_column(name, justify="right")
    for option in found.options:
        mark = "fewest samples" if option == found.best else ""
        usage = (amount(option.tokens), money(option.cost))
        counts = (str(option.epochs), str(option.chains), str(option.samples), figure(option.detectable))
        table.add_row(*counts, *usage, mark)
    Console(highlight=False, markup=False).print(table)
    click.echo(f"{source}: sd {spread:.2f}, rho {correlation:.2f}, noise {between:.2f} points")
    twelve = minimum_detectable_effect(12, spread, correlation, noise_sd=between, target=target, power=power)
    click.echo(f"12 chains, once: a {target} of {figure(twelve)} points or more would be found")
    click.echo("next:\n" + "\n".join(f"  {line}" for line in _commands(found.best, twins=twins)))


def _commands(study: Option, *, twins: bool) -> Iterator[str]:
    """What to type for a study of this size; a set is built where the shipped one is too small."""
    run = "inspect eval skillbench --model MODEL"
    if study.chains > load_task_set(SHIPPED).manifest.chains:
        yield f"skillbench build --out private/study --chains {study.chains} --salt random"
        run += " -T tasks=private/study"
    else:
        run += f" -T chains={study.chains}"
    run += "" if twins else " -T twins=false"
    yield run + (f" --epochs {study.epochs}" if study.epochs > 1 else "")


def _assumptions(pilot: tuple[str, ...], run: str | None) -> tuple[float, float, float, float, float, str]:
    """sd, rho, noise, tokens and cost per sample, and where they come from."""
    if not pilot:
        source = f"assumed, for want of a --pilot ({amount(TYPICAL_TOKENS)} tokens a sample)"
        return TYPICAL_SD, TYPICAL_RHO, TYPICAL_NOISE, TYPICAL_TOKENS, math.nan, source
    table = read(pilot, skip_bad=False, workers=2, no_cache=False).outcomes
    outcomes = validate_outcomes(table)
    label = _run(run, outcomes.runs) if run else outcomes.only(None)
    found = variance_components(outcomes, label)
    if not found.sd > 0:
        raise InputError(f"{label}: its chains do not differ, so a pilot of it says nothing; give --sd and --rho")
    mine = table[table["run"] == label]
    noise = 0.0 if math.isnan(found.noise_sd) else found.noise_sd
    rho = 0.0 if math.isnan(found.rho) else found.rho
    single = " (one epoch: noise unknown, counted as part of sd, so further epochs look useless)"
    source = f"from the pilot of {label}{single if math.isnan(found.noise_sd) else ''}"
    return found.sd, rho, noise, float(mine["tokens"].mean()), float(mine["cost"].mean()), source
