"""An agent for models that were trained to act by tags in their text: Search-R1, ReSearch, AutoTIR.

Its acts are real calls of the desk's tools, with events in the log, so that purse, audit and judge see them as they see
any agent's. The model itself sees no tool interface: it writes tags, and replies come in the tags of its protocol.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    execute_tools,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, ToolCall, ToolDef

from skillbench.core.errors import SelectionError
from skillbench.core.prompts import render_prompt
from skillbench.harness.boundary import plain_errors
from skillbench.harness.names import register_names
from skillbench.harness.protocols import Act, Kind, Protocol, protocol_of, read_turn

Replies = Literal["user", "assistant"]

PATIENCE = 5
"""Turns in a row that may be no act; after them the last words are handed in."""

_PAGE = re.compile(r"^([A-Z]{2,4}-\d+[A-Z]?)\b", re.MULTILINE)
_NUMBER = re.compile(r"\b[A-Z]{2,4}-\d{2,}[A-Z]?\b")
_TOOLS: dict[Kind, str] = {"search": "search", "code": "python"}


@solver
def tagged(
    protocol: str = "search-r1",
    pages: int = 3,
    replies: str = "user",
    prompt: str | None = None,
    stop: bool = True,
) -> Solver:
    """Speaks a published tag protocol over the desk's tools.

    Args:
        protocol: ``search-r1``, ``research`` or ``autotir``.
        pages: pages of a search's hits that are opened and shown whole, as the published retrievers show passages.
        replies: ``user`` puts replies in messages of their own, which any chat model takes; ``assistant`` lets the
            model write on behind them, as it was trained, which needs a server that continues a last message (vLLM,
            SGLang).
        prompt: a file whose text stands in place of our rules, for instance the one that a model was trained with.
        stop: end generation at closing tags; some providers take no stop sequences.

    Raises:
        PrerequisiteError: Inspect's, with the words of ours: an unknown protocol or way of replying, or no such file.
    """
    with plain_errors():
        spoken = protocol_of(protocol)
        if replies not in get_args(Replies):
            raise SelectionError(f"replies={replies}: give user (default) or assistant")
        if not 0 <= pages <= 8:
            raise SelectionError(f"pages={pages}: give 0 to 8, for a search finds eight at most")
        given = _text_of(prompt)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        names = {ToolDef(one).name for one in state.tools}
        allowed = [kind for kind, name in _TOOLS.items() if name in names and kind in spoken.acts]
        rules = given or render_prompt(
            "agent/tagged.md.j2",
            search="search" in allowed,
            code="code" in allowed,
            result=spoken.result,
            boxed=spoken.boxed,
        )
        talk = _Talk(_opening(state, rules, spoken), joined=replies == "assistant")
        config = GenerateConfig(stop_seqs=spoken.stops if stop else None, extra_body=talk.body)
        faults = 0
        while not state.completed:
            output = await get_model().generate(talk.shown, config=config)
            turn = read_turn(output.completion, spoken, allowed, stopped=output.stop_reason == "stop")
            faults = faults + 1 if turn.fault else 0
            state.output = output
            if turn.kind == "answer" or faults >= PATIENCE or output.stop_reason == "model_length":
                state.messages.append(output.message)
                state.output = _handed_in(output, turn)
                break
            reply = turn.fault or spoken.wrapped(await _acted(state, output, turn, pages))
            if turn.fault:
                state.messages.append(output.message)
            talk.add(output.message, turn.said, reply)
            state.messages.append(ChatMessageUser(content=reply))
        return state

    return solve


register_names(tagged)


class _Talk:
    """What the model is shown: the opening and either turns with replies, or one turn that grows."""

    def __init__(self, opening: Sequence[ChatMessage], *, joined: bool) -> None:
        self.shown = list(opening)
        self._joined, self._text = joined, ""
        # Servers that speak OpenAI's format close a last message unless told to go on with it.
        self.body = {"add_generation_prompt": False, "continue_final_message": True} if joined else None
        if joined:
            self.shown.append(ChatMessageAssistant(content="<think>"))
            self._text = "<think>"

    def add(self, message: ChatMessage, said: str, reply: str) -> None:
        """Put a turn and its reply behind what was shown."""
        if self._joined:
            self._text += f"{said}{reply}"
            self.shown[-1] = ChatMessageAssistant(content=self._text)
        else:
            plain = message.model_copy(update={"content": said})
            self.shown += [plain, ChatMessageUser(content=reply.strip())]


def _opening(state: TaskState, rules: str, protocol: Protocol) -> list[ChatMessage]:
    if protocol.in_system:
        return [ChatMessageSystem(content=rules), *state.messages]
    first, *rest = state.messages
    return [ChatMessageUser(content=f"{rules}\nQuestion: {first.text}"), *rest]


async def _acted(state: TaskState, output: ModelOutput, turn: Act, pages: int) -> str:
    """Call the desk's tools as the turn says; the calls stand in the conversation as its own."""
    name = _TOOLS[turn.kind or "search"]
    field = "code" if name == "python" else "query"
    call = ToolCall(id=f"{output.message.id}-0", function=name, arguments={field: turn.content})
    record = output.message.model_copy(update={"tool_calls": [call]})
    found = await _run(record, state.tools)
    opened: list[ChatMessageTool] = []
    if name == "search" and any(ToolDef(one).name == "open" for one in state.tools):
        asked = [*_NUMBER.findall(turn.content), *_PAGE.findall(found[0].text)]
        numbers = list(dict.fromkeys(asked))[:pages]
        calls = [
            ToolCall(id=f"{output.message.id}-{n}", function="open", arguments={"page": number})
            for n, number in enumerate(numbers, start=1)
        ]
        if calls:
            opened = await _run(output.message.model_copy(update={"tool_calls": calls}), state.tools)
        record = output.message.model_copy(update={"tool_calls": [call, *calls]})
    state.messages += [record, *found, *opened]
    if name == "python":
        return _said(found[0]) or "(nothing was printed)"
    documents = [f"Doc {n}(Title: {_title(one)}) {_said(one)}" for n, one in enumerate(opened, start=1)]
    return "\n".join([*documents, _said(found[0])]).strip()


async def _run(record: ChatMessageAssistant, tools: Sequence[Tool]) -> list[ChatMessageTool]:
    result = await execute_tools([record], tools)
    return [message for message in result.messages if isinstance(message, ChatMessageTool)]


def _said(message: ChatMessageTool) -> str:
    return message.error.message if message.error else message.text


def _title(message: ChatMessageTool) -> str:
    return next((line.strip("# ").strip() for line in message.text.splitlines() if line.strip()), "")[:120]


def _handed_in(output: ModelOutput, turn: Act) -> ModelOutput:
    """The output whose completion is the answer; the model's own words stand in the conversation."""
    answer = turn.content if turn.kind == "answer" else turn.said
    choice = output.choices[0] if output.choices else None
    if choice is None:
        return output
    message = choice.message.model_copy(update={"content": answer})
    return output.model_copy(update={"choices": [choice.model_copy(update={"message": message})], "completion": answer})


def _text_of(prompt: str | None) -> str:
    """The text of a file that a person named.

    Raises:
        SelectionError: it cannot be read.
    """
    if prompt is None:
        return ""
    try:
        return Path(prompt).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SelectionError(f"prompt={prompt}: the file cannot be read ({error}); give a text file") from error
