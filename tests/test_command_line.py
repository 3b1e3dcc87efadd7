"""The command line as a whole: quick, explained, and without tracebacks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from skillbench import __version__
from skillbench.cli import COMMANDS, main
from skillbench.core.errors import SkillBenchError


def called(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(  # noqa: S603  our own interpreter on our own program
        [sys.executable, "-c", "from skillbench.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command that does something, groups entered."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


def test_every_command_shows_an_example() -> None:
    """``--help`` of each explains it and holds a line that can be typed as it stands, not wrapped into prose."""
    found = list(commands(main))
    assert {path[0] for path in found} == set(COMMANDS)
    for path in found:
        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0, result.output
        assert re.search(rf"^ +skillbench {' '.join(path)}\b", result.output, re.MULTILINE), result.output


def test_the_front_page_names_every_command() -> None:
    """``skillbench --help`` lists all commands, each with a line of its own, and how to run the benchmark."""
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in COMMANDS:
        assert re.search(rf"^ +{name} +\S", result.output, re.MULTILINE), name
    assert "inspect eval skillbench --model" in result.output


def test_the_version_is_the_packages() -> None:
    """``--version`` says which release this is."""
    assert __version__ in CliRunner().invoke(main, ["--version"]).output


def test_an_unknown_command_is_refused() -> None:
    """Exit status 2 and the word that was not understood."""
    result = CliRunner().invoke(main, ["juggle"])
    assert result.exit_code == 2
    assert "juggle" in result.output


def test_errors_are_one_message() -> None:
    """What a person did wrong gives exit status 2, one message on standard error, and no traceback."""
    result = called("show", "x", "--tasks", "nowhere")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: no task set 'nowhere'")
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_defects_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody raised on purpose keeps its traceback: the boundary catches only ours."""

    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(click.Command, "invoke", lambda _, ctx: broken(ctx))
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(main, ["show"], catch_exceptions=False)
    assert not issubclass(ZeroDivisionError, SkillBenchError)
