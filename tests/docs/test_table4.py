"""The page of Table 4: its figures are the published ones, and its commands are ones that Inspect takes."""

from __future__ import annotations

import re
import shlex
from inspect import signature
from itertools import pairwise
from pathlib import Path

import pytest

from skillbench.harness.protocols import PROTOCOLS
from skillbench.harness.tagged import tagged
from skillbench.report.paper import published
from skillbench.task import OPTIONS

PAGE = (Path(__file__).parents[2] / "docs/table4.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]


def test_the_figures_are_the_published_ones() -> None:
    """Every row of the published table stands on the page as printed, in its order."""
    rows = re.findall(r"^\| (\S+) \| (instruct|tool-integrated|advanced) \| (.+) \|$", PAGE, re.MULTILINE)
    assert [(model, kind, *figures.split(" | ")) for model, kind, figures in rows] == list(published().rows)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[4])
def test_every_command_has_options_that_exist(command: list[str]) -> None:
    """Task options are the task's, solver options the solver's, and protocols are known."""
    assert command[:3] == ["inspect", "eval", "skillbench"]
    pairs = list(pairwise(command))
    task = [value.partition("=")[0] for flag, value in pairs if flag == "-T"]
    own = dict(value.split("=", 1) for flag, value in pairs if flag == "-S")
    assert set(task) <= set(OPTIONS)
    assert set(own) <= set(signature(tagged).parameters)
    assert own.get("protocol", "research") in PROTOCOLS


def test_there_is_a_command_for_every_row() -> None:
    """Nine rows, nine commands."""
    assert len(COMMANDS) == len(published().rows) == 9
