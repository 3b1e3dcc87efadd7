"""The agent's tools: Inspect's own ``python`` and ``bash`` in the sandbox, and a handbook to search.

Inspect cuts a long result in the middle and joins the ends without a mark, so that a table with a hole in it looks
whole. Results are cut here first, with the number of characters left out standing at the cut.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from inspect_ai.model._generate_config import active_generate_config  # no public way to learn --max-tool-output
from inspect_ai.tool import Tool, ToolDef, bash, python, tool

from skillbench.core.library import Library, snippet
from skillbench.core.purse import Act
from skillbench.core.schema import Page
from skillbench.harness.purse import Till
from skillbench.harness.selection import Tools

CALL_TIMEOUT = 120
"""Seconds one python or bash call may take."""

RESULT_BYTES = 16 * 1024
"""What a result may have, as UTF-8, unless the run says otherwise (``--max-tool-output``); Inspect's own default."""

_MARK = "\n[{:,} characters are left out here]\n"


def agent_tools(tools: Tools, pages: Sequence[Page], till: Till | None = None) -> list[Tool]:
    """Fresh tools for one sample, paid at its till; without one nothing has a price."""
    till = till or Till()
    out: list[Tool] = []
    if tools.code:
        out += code_tools(till)
    if tools.search:
        library = Library(pages)
        out += [search(library, till), ToolDef(open_page(library, till), name="open").as_tool()]
    return out


def code_tools(till: Till) -> list[Tool]:
    """Inspect's ``python`` and ``bash`` as they are, but for how a long result is cut and what they cost."""
    run_python, run_bash = python(timeout=CALL_TIMEOUT), bash(timeout=CALL_TIMEOUT)

    async def in_python(code: str) -> str:
        async def run() -> str:
            return cut(str(await run_python(code=code)))

        return await till.sell(Act.PROGRAM, run)

    async def in_bash(command: str) -> str:
        async def run() -> str:
            return cut(str(await run_bash(command=command)))

        return await till.sell(Act.PROGRAM, run)

    return [_described_as(run_python, in_python), _described_as(run_bash, in_bash)]


def _described_as(original: Tool, execute: Callable[[str], Awaitable[str]]) -> Tool:
    known = ToolDef(original)
    return ToolDef(
        execute,
        name=known.name,
        description=known.description,
        parameters=known.parameters,
        parallel=known.parallel,
        viewer=known.viewer,
    ).as_tool()


def cut(text: str) -> str:
    """A result that is too long, without its middle; how many characters that were stands in its place."""
    limit = active_generate_config().max_tool_output
    most = RESULT_BYTES if limit is None else limit
    whole = text.encode("utf-8", errors="replace")
    if most <= 0 or len(whole) <= most:
        return text
    half = max(0, most - len(_MARK.format(len(text)))) // 2
    head = whole[:half].decode("utf-8", errors="ignore")
    tail = whole[len(whole) - half :].decode("utf-8", errors="ignore")
    return f"{head}{_MARK.format(len(text) - len(head) - len(tail))}{tail}"


@tool
def search(library: Library, till: Till) -> Tool:
    """The handbook's search box."""

    async def execute(query: str) -> str:
        """Find handbook pages by words.

        Args:
            query: words to look for, for instance the name of a measure.

        Returns:
            Up to eight pages, best first: number, title, document header, first words.
        """

        async def look() -> str:
            found = library.search(query)
            return cut("\n".join(snippet(page) for page in found)) or f"No page holds any of the words {query!r}."

        return await till.sell(Act.SEARCH, look)

    return execute


@tool
def open_page(library: Library, till: Till) -> Tool:
    """Shows a page of the handbook."""

    async def execute(page: str) -> str:
        """Show a handbook page.

        Args:
            page: the page's number, for instance HB-0417.

        Returns:
            The whole page.
        """

        async def look() -> str:
            found = library.open(page)
            return (
                cut(found.text) if found else f"There is no page {page!r}. Use search to find page numbers (HB-0000)."
            )

        return await till.sell(Act.PAGE, look)

    return execute
