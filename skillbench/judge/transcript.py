"""What happened in a session, as the judge needs it: plain data, no Inspect types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CODE_TOOLS = frozenset({"python", "bash", "bash_session"})
"""Tools that compute; a claim of computing needs a successful call to one of them."""

EFFECTIVE_TOOLS = CODE_TOOLS | {"search", "open"}
"""Tools whose use can earn the bonus."""


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


@dataclass(frozen=True)
class Transcript:
    """One session.

    Attributes:
        calls: every tool call, in order.
        answer_text: what the agent submitted.
        task_text: what the agent was given.
    """

    calls: tuple[ToolCall, ...]
    answer_text: str
    task_text: str
