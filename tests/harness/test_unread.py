"""What a planted agent leaves out when its purse kept pages back."""

from __future__ import annotations

import pytest
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool
from inspect_ai.tool import ToolCall

from skillbench.core.errors import InputError
from skillbench.core.taskset import TaskSet
from skillbench.harness.purse import was_cut, without_line
from skillbench.harness.unread import left_out, unread_pages
from skillbench.harness.weakness import Weakness
from skillbench.judge.gold import parts_of, perfect_answer

LINE = "\n[purse: 3 of 9 points left]"


def test_pages_that_were_refused_or_cut_are_unread() -> None:
    """A refusal and a page shown in part count; a whole page, and an author who writes such words, do not."""
    shown = {
        "HB-0001": f"whole page{LINE}",
        "HB-0002": f"Refused: this page costs 2, and the purse holds 1. Nothing refills it.{LINE}",
        "HB-0003": f"half\n[1,200 more characters could not be paid]{LINE}",
        "HB-0004": "Refused: this page costs 2 (says a page, in a run without a purse)",
    }
    calls = [ToolCall(id=page, function="open", arguments={"page": page}) for page in shown]
    messages: list[ChatMessage] = [ChatMessageAssistant(content="", tool_calls=calls)]
    messages += [ChatMessageTool(content=text, tool_call_id=page, function="open") for page, text in shown.items()]
    assert unread_pages(messages) == {"HB-0002", "HB-0003"}
    assert [was_cut(text) for text in shown.values()] == [False, True, True, False]
    assert without_line(shown["HB-0001"]) == "whole page"


def test_an_unread_sheet_costs_its_skill_and_the_product(small_set: TaskSet) -> None:
    """Without a skill's sheet its measure is left out, without a general page every measure is."""
    case = next(case for case in small_set.cases if case.kind == "chain" and case.k == 3)
    pages, answer = small_set.handbook(case), perfect_answer(case)
    assert left_out(case, pages, frozenset(), answer) == answer
    point = case.checkpoints[1]
    without = left_out(case, pages, frozenset({point.page}), answer)
    assert set(without["measures"]) == {one.key for one in case.checkpoints} - {point.key}
    assert not set(parts_of(case)) & set(without)
    assert left_out(case, pages, frozenset(case.needed_pages[:1]), answer)["measures"] == {}


def test_a_wasteful_hand_opens_idle_pages_first() -> None:
    """Before each needed page stand as many others as the waste says, as long as there are any."""
    assert Weakness(waste=2).opened(["a", "b"], ["x", "y", "z"]) == ["x", "y", "a", "z", "b"]
    assert Weakness().opened(["a", "b"], ["x"]) == ["a", "b"]
    with pytest.raises(InputError, match="whole number from 0 to 20"):
        Weakness(waste=-1)
