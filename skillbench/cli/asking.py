"""What commands that ask a model have in common: the options that say which one and how, and what is told of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import yaml
from inspect_ai.model import GenerateConfig
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from skillbench.core.errors import InputError
from skillbench.core.near import or_near
from skillbench.harness.selection import refuse_mock
from skillbench.synthesis.asker import Settings, Spent

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "--model", required=True, help="Any Inspect model, or skillbench-rehearsal/plain for a free rehearsal."
    ),
    click.option("--model-base-url", help="Address of the model's server."),
    click.option(
        "-M", "model_args", multiple=True, metavar="NAME=VALUE", help="Argument of the model; repeat for more."
    ),
    click.option(
        "-G",
        "config",
        multiple=True,
        metavar="NAME=VALUE",
        help="Inspect's generation setting: batch=true, max_connections=20, max_tokens=4000, max_retries=5 ...",
    ),
    click.option(
        "--attempts", type=click.IntRange(1, 10), default=3, show_default=True, help="Replies before giving up."
    ),
    click.option("--cache/--no-cache", default=True, show_default=True, help="Keep replies in Inspect's cache."),
    click.option("--stretch", type=click.IntRange(1), default=500, show_default=True, help="Questions in one log."),
    click.option("--time-limit", type=click.IntRange(1), help="Seconds that one question may take."),
    click.option("--token-limit", type=click.IntRange(1), help="Tokens that one question may take."),
)


def asks_a_model(command: F) -> F:
    """Add the options of :data:`OPTIONS`; the command takes them as keywords and hands them to :func:`settings_of`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def settings_of(given: dict[str, Any]) -> Settings:
    """The settings that a person's options say.

    Raises:
        InputError: no ``NAME=VALUE``, or a setting that Inspect does not have.
        SelectionError: Inspect's mock model, which answers nothing.
    """
    model_args = _pairs("-M", given["model_args"])
    refuse_mock(given["model"], model_args)
    wanted = _pairs("-G", given["config"])
    known = GenerateConfig.model_fields
    for name in wanted:
        if name not in known:
            raise InputError(f"-G {name}: Inspect has no generation setting {name!r}{or_near(name, known)}")
    try:
        config = GenerateConfig(**wanted)
    except ValidationError as error:
        raise InputError(f"-G {' '.join(given['config'])}: {error}") from error
    return Settings(
        model=given["model"],
        base_url=given["model_base_url"],
        model_args=model_args,
        config=config,
        attempts=given["attempts"],
        cache=given["cache"],
        stretch=given["stretch"],
        time_limit=given["time_limit"],
        token_limit=given["token_limit"],
    )


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; in a pipe, a line every thousand."""
    shown = sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done = 0
    with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as progress:
        task = progress.add_task(what, total=total)

        def note(more: int) -> None:
            nonlocal done
            before, done = done, done + more
            progress.advance(task, more)
            if not shown and before // 1000 != done // 1000:
                click.echo(f"{what}: {done}{f' of {total}' if total else ''}", err=True)

        yield note


def told(spent: Spent) -> str:
    """What a run has cost, in one line."""
    price = "unknown: no prices for this model" if spent.cost is None else f"{spent.cost:.4f} USD"
    return f"{spent.replies} replies, {spent.read:,} tokens read, {spent.written:,} written; cost {price}"


def _pairs(option: str, given: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for pair in given:
        name, mark, value = pair.partition("=")
        if not mark or not name:
            raise InputError(f"{option} {pair!r}: write NAME=VALUE")
        try:
            out[name] = yaml.safe_load(value) if value else value
        except yaml.YAMLError as error:
            raise InputError(f"{option} {pair!r}: the value cannot be read") from error
    return out
