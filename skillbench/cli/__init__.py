"""The command line: one group, one module per family of commands, loaded only when called."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from typing import Any

import click

from skillbench import __version__
from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError, SkillBenchError
from skillbench.core.near import or_near

COMMANDS = {
    "doctor": ("skillbench.cli.doctor:doctor", "Say what is ready here, and how to get what is not."),
    "leaderboard": ("skillbench.cli.board:leaderboard", "Build the table, the plots and the page from logs."),
    "plot": ("skillbench.cli.board:plot", "Draw one figure from logs."),
    "compare": ("skillbench.cli.design:compare", "Say whether one run is better than another, and at which k."),
    "plan": ("skillbench.cli.design:plan", "Plan a study: chains, epochs, tokens and cost for an effect."),
    "submit": ("skillbench.cli.submit:submit", "Pack a run for others to check, or check a packed one."),
    "show": ("skillbench.cli.show:show", "Print a case for a person: brief, handbook, key and slips."),
    "build": ("skillbench.cli.tasks:build", "Build a fresh task set and freeze it."),
    "verify": ("skillbench.cli.tasks:verify", "Run all seven gates on a task set."),
    "author": ("skillbench.cli.author:author", "Have a model write tasks, through gates."),
    "skill": ("skillbench.cli.skill:skill", "Start, show and check a skill, shipped or your own."),
    "taxonomy": ("skillbench.cli.taxonomy:taxonomy", "Induce a skill taxonomy from a tagged corpus."),
    "tuples": ("skillbench.cli.taxonomy:tuples", "Sample skill tuples from a taxonomy."),
    "annotate": ("skillbench.cli.synthesis:annotate", "Tag a corpus with skills by a language model."),
    "synthesize": ("skillbench.cli.synthesis:synthesize", "Fuse skills into dialogues to train on."),
    "diversity": ("skillbench.cli.diversity:diversity", "Say how varied and coherent sets of rows are."),
    "judge": ("skillbench.cli.judge:judge", "Calibrate, compare and attack judges."),
}
"""Name to where the command is and its one-line help, so that the list of commands imports none of them."""


HELP = ("-h", "--help")
WIDTH = 80
"""Columns of a help text, so that it reads alike on every terminal."""


class Lazy(click.Group):
    """A group that imports a command's module when the command is called, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order a newcomer needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with; one that does not exist is refused with the nearest that does."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}{or_near(args[0], COMMANDS)}; there are: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; a call for a command's help is answered without importing what the command needs."""
        if len(args) > 1 and args[-1] in HELP and _wide() and (text := page_of(" ".join(args[:-1]))):
            click.echo(text)
            ctx.exit()
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error raised on purpose becomes one message and exit status 2."""
        try:
            return super().invoke(ctx)
        except SkillBenchError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)


def page_of(command: str) -> str | None:
    """The help of a command such as ``judge calibrate``, from ``docs/cli.md``; None where that page lacks it.

    The page is generated from the commands (``scripts/docs.py``), and CI refuses one that is not theirs.
    """
    try:
        page = (asset_dir("docs") / "cli.md").read_text(encoding="utf-8")
    except (OSError, InputError):
        return None
    found = re.search(rf"^##+ skillbench {re.escape(command)}\n\n```\n(.*?)\n```$", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def _wide() -> bool:
    """Whether the terminal has room for the page; on a narrower one the command wraps its own text."""
    return shutil.get_terminal_size().columns >= WIDTH


@click.group(cls=Lazy, context_settings={"help_option_names": list(HELP), "max_content_width": WIDTH})
@click.version_option(__version__, prog_name="skillbench")
def main() -> None:
    """How far does an agent fall as skills must be combined?

    \b
    inspect eval skillbench --model openai/gpt-5.2   run it (any Inspect model)
    skillbench leaderboard logs/                     table, curves, page
    skillbench doctor                                what is ready here
    """
