"""A planned study ends in what to type next."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from skillbench.cli import COMMANDS, main


def planned(*words: str) -> list[str]:
    """The commands that ``plan`` prints after its table."""
    result = CliRunner().invoke(main, ["plan", *words])
    assert result.exit_code == 0, result.output
    return [line.strip() for line in result.output.partition("next:\n")[2].splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--effect", "4"], ["inspect eval skillbench --model MODEL -T chains="]),
        (
            ["--effect", "0.5", "--no-twins"],
            [
                "skillbench build --out private/study --chains ",
                "inspect eval skillbench --model MODEL -T tasks=private/study -T twins=false",
            ],
        ),
    ],
)
def test_the_next_commands_are_spelled_out(words: list[str], expected: list[str]) -> None:
    """A set is built where the shipped one has too few chains; every command exists."""
    lines = planned(*words)
    assert len(lines) == len(expected)
    for line, head in zip(lines, expected, strict=True):
        assert line.startswith(head)
        program, command, *_ = shlex.split(line)
        assert (program, command) == ("inspect", "eval") or command in COMMANDS
