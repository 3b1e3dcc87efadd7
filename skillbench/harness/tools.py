"""The agent's tools: Inspect's own ``python`` and ``bash`` in the sandbox, and a handbook to search."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai.tool import Tool, ToolDef, bash, python, tool

from skillbench.core.library import Library, snippet
from skillbench.core.schema import Page
from skillbench.harness.selection import Tools

CALL_TIMEOUT = 120
"""Seconds one python or bash call may take."""


def agent_tools(tools: Tools, pages: Sequence[Page]) -> list[Tool]:
    """Fresh tools for one sample."""
    out: list[Tool] = []
    if tools.code:
        out += [python(timeout=CALL_TIMEOUT), bash(timeout=CALL_TIMEOUT)]
    if tools.search:
        library = Library(pages)
        out += [search(library), ToolDef(open_page(library), name="open").as_tool()]
    return out


@tool
def search(library: Library) -> Tool:
    """The handbook's search box."""

    async def execute(query: str) -> str:
        """Find handbook pages by words.

        Args:
            query: words to look for, for instance the name of a measure.

        Returns:
            Up to eight pages, best first: number, title, document header, first words.
        """
        found = library.search(query)
        return "\n".join(snippet(page) for page in found) or f"No page holds any of the words {query!r}."

    return execute


@tool
def open_page(library: Library) -> Tool:
    """Shows a page of the handbook."""

    async def execute(page: str) -> str:
        """Show a handbook page.

        Args:
            page: the page's number, for instance HB-0417.

        Returns:
            The whole page.
        """
        found = library.open(page)
        return found.text if found else f"There is no page {page!r}. Use search to find page numbers (HB-0000)."

    return execute
