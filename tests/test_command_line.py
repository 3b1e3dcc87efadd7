"""The command line as a whole: quick, explained, and without tracebacks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from skillbench import __version__
from skillbench.cli import COMMANDS, main, page_of
from skillbench.core.errors import SkillBenchError


def called(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(  # noqa: S603  our own interpreter on our own program
        [sys.executable, "-c", "from skillbench.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, groups entered."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        elif command:
            yield (*path, name), command


def own_help() -> dict[str, str]:
    """What each command says of itself, asked in a fresh process, since click keeps the help option of a first call."""
    program = (
        "import click, json\nfrom skillbench.cli import HELP, WIDTH, main\n"
        "from tests.test_command_line import commands\n"
        "def told(path, command):\n"
        "    name = ' '.join(['skillbench', *path])\n"
        "    own = click.Context(command, info_name=name, help_option_names=list(HELP), terminal_width=WIDTH - 2)\n"
        "    return command.get_help(own).rstrip()\n"
        "print(json.dumps({' '.join(path): told(path, command) for path, command in commands(main)}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  our own program
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.slow
def test_every_command_shows_an_example() -> None:
    """``--help`` of each is its own, explains it and holds a line that can be typed as it stands, not wrapped."""
    found = list(commands(main))
    assert {path[0] for path, _ in found} == set(COMMANDS)
    own = own_help()
    for path, _ in found:
        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0, result.output
        assert result.output.rstrip() == page_of(" ".join(path)) == own[" ".join(path)]
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


@pytest.mark.parametrize("command", ["leaderboard", "doctor", "judge calibrate"])
def test_help_loads_nothing_heavy(command: str) -> None:
    """The help of any command takes less than a second of processor time: it is read from the generated page."""
    program = (
        "import sys, time\nfrom skillbench.cli import main\nmain(sys.argv[1:], standalone_mode=False)\n"
        "sys.exit(f'{time.process_time()} s' if time.process_time() > 1 or 'inspect_ai' in sys.modules else 0)"
    )
    words = [sys.executable, "-c", program, *command.split(), "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    assert done.returncode == 0, done.stderr
    assert f"Usage: skillbench {command}" in done.stdout


def test_help_is_wrapped_anew_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the page's lines do not fit, the command is imported and click wraps its own text."""
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, called("show", "--help").stdout.splitlines())) <= 60


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("dance", "no command 'dance'; there are: doctor, leaderboard"),
        ("leaderbord", "no command 'leaderbord' (did you mean 'leaderboard'?)"),
    ],
)
def test_an_unknown_command_is_refused(typed: str, said: str) -> None:
    """Exit status 2, the word that was not understood, and what may have been meant."""
    result = CliRunner().invoke(main, [typed])
    assert result.exit_code == 2
    assert said in result.output


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
