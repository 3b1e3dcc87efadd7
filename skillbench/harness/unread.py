"""What a planted agent could not pay for: the parts of its answer that rest on pages it never read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool

from skillbench.core.schema import Case, Page
from skillbench.harness.purse import was_cut
from skillbench.judge.gold import parts_of


def unread_pages(messages: Sequence[ChatMessage]) -> frozenset[str]:
    """Numbers of pages that were asked for and not shown whole."""
    asked = {
        call.id: str(call.arguments.get("page", ""))
        for message in messages
        if isinstance(message, ChatMessageAssistant)
        for call in message.tool_calls or []
        if call.function == "open"
    }
    refused = (
        message.tool_call_id or ""
        for message in messages
        if isinstance(message, ChatMessageTool) and message.function == "open" and was_cut(message.text)
    )
    return frozenset(asked[one] for one in refused if one in asked)


def left_out(case: Case, pages: Sequence[Page], unread: frozenset[str], answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what rests on pages that were not read.

    A sheet carries its skill, a hand-over page the skill it acts on; without the general pages nothing can be worked
    out, and the product needs every page.
    """
    if not unread:
        return answer
    of_skill = {page.id: {page.skill} - {""} for page in pages}
    for coupling in case.couplings:
        of_skill[coupling.page] = of_skill.get(coupling.page, set()) | {coupling.dst}
    product = case.product.key.get("page") if case.product else None
    general = any(not of_skill.get(page) and page != product for page in unread)
    lost = set(case.skills) if general else set().union(*(of_skill.get(page, set()) for page in unread))
    kept = {point.key for point in case.checkpoints if point.tag not in lost}
    measures = {key: section for key, section in answer["measures"].items() if key in kept}
    fields = {name: value for name, value in answer.items() if name not in {"measures", *parts_of(case)}}
    return {"measures": measures, **fields}
