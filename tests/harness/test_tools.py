"""The tools on the agent's desk."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from inspect_ai.tool import ToolDef

from skillbench.core.taskset import TaskSet
from skillbench.harness.purse import Till
from skillbench.harness.selection import parse_tools
from skillbench.harness.tools import RESULT_BYTES, agent_tools, code_tools, cut


def names(task_set: TaskSet, spelling: str) -> list[str]:
    """Names of the tools an agent meets."""
    return [ToolDef(one).name for one in agent_tools(parse_tools(spelling), task_set.handbook(task_set.cases[0]))]


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("none", []),
        ("code", ["python", "bash"]),
        ("search", ["search", "open"]),
        ("code,search", ["python", "bash", "search", "open"]),
    ],
)
def test_the_desk_holds_what_was_asked_for(small_set: TaskSet, spelling: str, expected: list[str]) -> None:
    """Each setting gives exactly its tools."""
    assert names(small_set, spelling) == expected


def test_search_leads_to_pages(small_set: TaskSet) -> None:
    """A measure's title in a sentence finds its first sheet among the results, and ``open`` shows it whole."""
    case = small_set.cases[0]
    search, show = agent_tools(parse_tools("search"), small_set.handbook(case))
    pages = {page.id: page for page in small_set.handbook(case)}
    for point in case.checkpoints:
        found = str(asyncio.run(search(query=f"the {point.title} rests on {case.organisation} in force since")))  # type: ignore[arg-type]  # a tool is awaitable
        assert len(found.splitlines()) <= 8
        assert all(line.split(" | ")[0] in pages for line in found.splitlines())
        assert point.page in found
        assert asyncio.run(show(page=point.page.lower())) == pages[point.page].text  # type: ignore[arg-type]  # likewise


def test_a_long_result_says_how_much_is_left_out() -> None:
    """The mark stands at the cut with the number of characters, and the whole stays within Inspect's own limit."""
    for letter in ("x", "é", "漢"):
        text = "begins " + letter * 30_000 + " ends"
        shown = cut(text)
        assert shown.startswith("begins ")
        assert shown.endswith(" ends")
        assert RESULT_BYTES - 8 <= len(shown.encode()) <= RESULT_BYTES
        [mark] = [line for line in shown.splitlines() if line.startswith("[")]
        left_out = len(text) - (len(shown) - len(mark) - 2)
        assert mark == f"[{left_out:,} characters are left out here]"


@pytest.mark.parametrize("text", ["", "short", "y" * RESULT_BYTES])
def test_what_fits_is_not_touched(text: str) -> None:
    """To the last byte of the limit."""
    assert cut(text) == text


def test_python_and_bash_cut_their_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both tools run in the sandbox as Inspect's own do, and mark what is missing."""

    class Sandbox:
        async def exec(self, cmd: list[str], **_: object) -> SimpleNamespace:
            return SimpleNamespace(stdout=f"{cmd[0]} {'z' * 20_000}", stderr="")

    monkeypatch.setattr("inspect_ai.tool._tools._execute.sandbox_env", lambda _: Sandbox())
    for one, argument in zip(code_tools(Till()), ("code", "command"), strict=True):
        assert "characters are left out here]" in str(asyncio.run(one(**{argument: "1"})))  # type: ignore[arg-type]  # likewise
        assert list(ToolDef(one).parameters.properties) == [argument]
        assert ToolDef(one).description


def test_every_tool_explains_itself(small_set: TaskSet) -> None:
    """Name, description and every parameter are described, as a model needs them."""
    for one in agent_tools(parse_tools("search"), small_set.handbook(small_set.cases[0])):
        definition = ToolDef(one)
        assert definition.description
        assert all(item.description for item in definition.parameters.properties.values())
