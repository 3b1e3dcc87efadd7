"""What happened in a session, as the judge needs it: plain data, no Inspect types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skillbench.core.jobs import Run

CODE_TOOLS = frozenset({"python", "bash", "bash_session"})
"""The package's own tools that compute."""

OTHER_TOOLS = frozenset({"search", "open", "submit", "think", "web_search", "memory", "update_plan"})
"""Tools that run nothing, whatever their arguments hold."""

HAND_IN = "submit"
"""The tool that takes the answer."""

SCANNED = 200_000
"""Characters of a tool result that are searched; a longer dump is no result that anyone read."""

_RUNS = re.compile(
    r"python|bash|shell|code|exec|jupyter|notebook|terminal|console|script|interpreter|repl|sql|sandbox|computer|cmd"
    r"|command|^run|^sh$|^node$|^r$"
)
_PROGRAM_FIELDS = frozenset({"code", "cmd", "command", "commands", "script", "source", "program", "python", "bash"})
_FAILURE = re.compile(
    r"^[ \t]*(?:Traceback \(most recent call last\)|\w*(?:Error|Exception|Interrupt)\b)", re.MULTILINE
)


@dataclass(frozen=True)
class ToolCall:
    """One call and what came back.

    Attributes:
        id: the call's id in the log.
        function: name of the tool.
        ok: whether the tool answered without error.
        arguments: what the agent passed.
        result: the text the agent saw.
    """

    id: str
    function: str
    ok: bool
    arguments: Mapping[str, object]
    result: str

    @property
    def written(self) -> str:
        """Everything the agent typed into the call, field names included."""
        return "\n".join(_texts(self.arguments))

    @property
    def program(self) -> str:
        """What the agent gave the tool to execute, whatever the tool is called; empty for a tool that runs nothing."""
        name = self.function.casefold()
        if name in OTHER_TOOLS:
            return ""
        if _RUNS.search(name):
            return "\n".join(_texts(list(self.arguments.values())))
        fields = [value for field, value in self.arguments.items() if str(field).casefold() in _PROGRAM_FIELDS]
        return "\n".join(_texts(fields))

    @property
    def printed(self) -> str:
        """What came out before any error ended the call."""
        shown = self.result[:SCANNED]
        failed = _FAILURE.search(shown)
        return shown[: failed.start()] if failed else shown


@dataclass(frozen=True)
class Transcript:
    """One session.

    Attributes:
        calls: every tool call, in order.
        answer_text: what the agent submitted.
        task_text: what the agent was given.
        runs: what became of the programs that it handed in.
    """

    calls: tuple[ToolCall, ...]
    answer_text: str
    task_text: str
    runs: tuple[Run, ...] = ()

    @property
    def told(self) -> list[str]:
        """What tools told the agent; the hand-in, whose result is the answer itself, is none of it."""
        return [call.result for call in self.calls if call.ok and call.function != HAND_IN]


def _texts(raw: object) -> Iterable[str]:
    """Keys and scalars of arguments, however nested, in order, at most ten thousand."""
    todo, found = [raw], 0
    while todo and found < 10_000:
        node = todo.pop()
        found += 1
        if isinstance(node, Mapping):
            todo += [part for item in reversed(list(node.items())) for part in reversed(item)]
        elif isinstance(node, list | tuple):
            todo += reversed(node)
        elif node is not None:
            yield str(node)
