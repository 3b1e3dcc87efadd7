"""The tools on the agent's desk."""

from __future__ import annotations

import asyncio

import pytest
from inspect_ai.tool import ToolDef

from skillbench.core.taskset import TaskSet
from skillbench.harness.selection import parse_tools
from skillbench.harness.tools import agent_tools


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
    """A measure's title finds its rules page among the results, and ``open`` shows it whole."""
    case = small_set.cases[0]
    search, show = agent_tools(parse_tools("search"), small_set.handbook(case))
    pages = {page.id: page for page in small_set.handbook(case)}
    for point in case.checkpoints:
        found = str(asyncio.run(search(query=point.title)))  # type: ignore[arg-type]  # a tool is awaitable
        assert len(found.splitlines()) <= 8
        assert all(line.split(" | ")[0] in pages for line in found.splitlines())
        assert point.page in found
        assert asyncio.run(show(page=point.page.lower())) == pages[point.page].text  # type: ignore[arg-type]  # likewise


def test_every_tool_explains_itself(small_set: TaskSet) -> None:
    """Name, description and every parameter are described, as a model needs them."""
    for one in agent_tools(parse_tools("search"), small_set.handbook(small_set.cases[0])):
        definition = ToolDef(one)
        assert definition.description
        assert all(item.description for item in definition.parameters.properties.values())
