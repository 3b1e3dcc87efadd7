r"""The tag protocols that tool-integrated models were trained with: how they act, and how replies reach them.

* ``search-r1``: think, search, information, answer (Jin et al. 2025, github.com/PeterGriffinJin/Search-R1,
  ``infer.py`` and ``search_r1/llm_agent/generation.py``). The rules stand before the question in the user's message;
  the first closed tag acts; documents come as ``Doc 1(Title: ...) ...``; anything else is told to be no action.
* ``research``: think, search, result, answer, the last with ``\boxed{}`` (Chen et al. 2025,
  github.com/Agent-RL/ReCall, branch re-search, ``verl/utils/dataset/template.py``). The rules are the system message.
* ``autotir``: the same with ``code``, whose output comes in ``result`` too (Wei et al. 2025,
  github.com/weiyifan1023/AutoTIR, ``src/verl/utils/dataset/template.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from skillbench.core.errors import SelectionError
from skillbench.core.near import or_near

Kind = Literal["search", "code", "answer"]

_FENCE = re.compile(r"\A\s*```(?:python|py)?[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
_BOXED = "\\boxed{"


@dataclass(frozen=True)
class Protocol:
    r"""How a family of models speaks.

    Attributes:
        name: as ``-S protocol=`` takes it.
        acts: the tags it acts by.
        result: the tag in which replies come.
        boxed: whether an answer stands inside ``\boxed{}``.
        in_system: whether its rules are a system message; otherwise they stand before the brief.
    """

    name: str
    acts: tuple[Kind, ...]
    result: str
    boxed: bool
    in_system: bool

    @property
    def stops(self) -> list[str]:
        """Where generation ends: the model never writes a reply itself."""
        return [f"</{kind}>" for kind in self.acts]

    def wrapped(self, text: str) -> str:
        """A reply as it enters the conversation."""
        if self.name == "search-r1":
            return f"\n\n<{self.result}>{text}</{self.result}>\n\n"
        return f" <{self.result}>\n{text}\n</{self.result}>"


PROTOCOLS = {
    one.name: one
    for one in (
        Protocol("search-r1", ("search", "answer"), "information", boxed=False, in_system=False),
        Protocol("research", ("search", "answer"), "result", boxed=True, in_system=True),
        Protocol("autotir", ("search", "code", "answer"), "result", boxed=True, in_system=True),
    )
}


@dataclass(frozen=True)
class Act:
    """What a turn does.

    Attributes:
        kind: which act; None where the turn is no act.
        content: what stands between the tags.
        said: the turn up to the end of its act, its closing tag included.
        fault: why it is no act, for the model to read; empty where it is one.
    """

    kind: Kind | None
    content: str
    said: str
    fault: str = ""


def protocol_of(name: str) -> Protocol:
    """The protocol of this name.

    Raises:
        SelectionError: there is none.
    """
    if name not in PROTOCOLS:
        raise SelectionError(f"protocol={name}: there is none{or_near(name, PROTOCOLS)}; give {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]


def read_turn(text: str, protocol: Protocol, allowed: Iterable[Kind], *, stopped: bool) -> Act:
    """The first act of a turn.

    Args:
        text: what the model wrote.
        protocol: how it speaks.
        allowed: acts that the desk has tools for.
        stopped: generation ended at a stop sequence or by itself, not at a length limit: the first open tag is closed.
    """
    opened = "|".join(protocol.acts)
    closed = re.compile(rf"<({opened})>(.*?)</\1>", re.DOTALL)
    thought = _end_of_thought(text)
    found = closed.search(text, thought)
    if not found and stopped:
        begun = re.compile(rf"<({opened})>").search(text, thought)
        if begun:
            text = f"{text.rstrip()}</{begun[1]}>"
            found = closed.search(text, thought)
    if not found:
        return Act(None, "", text, _no_act(protocol))
    kind: Kind = next(one for one in protocol.acts if one == found[1])
    content, said = found[2].strip(), text[: found.end()]
    if kind != "answer" and kind not in allowed:
        return Act(None, "", said, f"There is no <{kind}> at this desk. {_no_act(protocol, allowed)}")
    if not content:
        return Act(None, "", said, f"Nothing stands between <{kind}> and </{kind}>. {_no_act(protocol, allowed)}")
    if kind == "code":
        fenced = _FENCE.match(content)
        content = fenced[1] if fenced else content
    return Act(kind, _unboxed(content) if kind == "answer" and protocol.boxed else content, said)


def _end_of_thought(text: str) -> int:
    """Where the last closed thought before any act ends: what a model merely thinks of doing is no act."""
    at = 0
    while (start := re.compile(r"\s*<think>").match(text, at)) and (end := text.find("</think>", start.end())) >= 0:
        at = end + len("</think>")
    return at


def _no_act(protocol: Protocol, allowed: Iterable[Kind] | None = None) -> str:
    kinds = [kind for kind in protocol.acts if kind == "answer" or allowed is None or kind in allowed]
    ways = {
        "search": "to search, put the words between <search> and </search>",
        "code": "to run a program, put it between <code> and </code>",
        "answer": "to hand in, put the JSON object between <answer> and </answer>",
    }
    return f"That was no act. {'; '.join(ways[kind] for kind in kinds).capitalize()}. Please try again."


def _unboxed(content: str) -> str:
    r"""What stands inside the last ``\boxed{}``, braces balanced; the whole where there is none."""
    start = content.rfind(_BOXED)
    if start < 0:
        return content
    inside, depth, quoted, skip = start + len(_BOXED), 1, False, False
    for at in range(inside, len(content)):
        sign = content[at]
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "{}":
            depth += 1 if sign == "{" else -1
            if not depth:
                return content[inside:at].strip()
    return content[inside:].strip()
