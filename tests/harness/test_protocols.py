"""What a turn in tags means, in each published protocol: the first closed act, and a fault for anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbench.core.errors import SelectionError
from skillbench.harness.protocols import PROTOCOLS, Kind, protocol_of, read_turn

ALL: tuple[Kind, ...] = ("search", "code")


@pytest.mark.parametrize(
    ("protocol", "text", "kind", "content"),
    [
        ("search-r1", "<think> hm </think>\n<search> scope rules </search>", "search", "scope rules"),
        ("search-r1", "<search>a</search><search>b</search>", "search", "a"),
        ("search-r1", "<search>a</search><information>mine</information><answer>x</answer>", "search", "a"),
        ("search-r1", '<think>or <search>no</search>?</think><answer> {"a": 1} </answer> done', "answer", '{"a": 1}'),
        ("search-r1", "<think>open <search>query", "search", "query"),
        ("search-r1", "<search>cut off by the stop", "search", "cut off by the stop"),
        (
            "research",
            r'<answer> The final answer is \[ \boxed{{"a": {"b": "}"}}} \] </answer>',
            "answer",
            '{"a": {"b": "}"}}',
        ),
        ("research", '<answer>{"a": 1}</answer>', "answer", '{"a": 1}'),
        ("research", r"<answer>\boxed{{}</answer>", "answer", "{}"),
        ("autotir", "<code>\nprint(1)\n</code>", "code", "print(1)"),
        ("autotir", "<code>```python\nprint(1)\n```</code>", "code", "print(1)"),
        ("autotir", "<think>x</think><code>print('<answer>')", "code", "print('<answer>')"),
    ],
)
def test_the_first_closed_act_counts(protocol: str, text: str, kind: Kind, content: str) -> None:
    """Thoughts act not, what follows the act is dropped, and a tag that a stop sequence cut is closed."""
    turn = read_turn(text, PROTOCOLS[protocol], ALL, stopped=True)
    assert (turn.kind, turn.content, turn.fault) == (kind, content, "")
    assert turn.said.endswith(f"</{kind}>")


@pytest.mark.parametrize(
    ("protocol", "text", "fault"),
    [
        ("search-r1", "The answer is 4.", "That was no act"),
        ("search-r1", "", "That was no act"),
        ("search-r1", "<search> </search>", "Nothing stands between <search>"),
        ("search-r1", "<code>print(1)</code>", "That was no act"),
        ("research", "<result>mine</result>", "That was no act"),
        ("autotir", "<answer></answer>", "Nothing stands between <answer>"),
        ("autotir", "<SEARCH>x</SEARCH>", "That was no act"),
    ],
)
def test_anything_else_is_told(protocol: str, text: str, fault: str) -> None:
    """A turn without an act of the protocol is answered with what an act is."""
    turn = read_turn(text, PROTOCOLS[protocol], ALL, stopped=True)
    assert turn.kind is None
    assert turn.fault.startswith(fault)
    assert "<answer>" in turn.fault


def test_a_tool_that_is_not_there_is_told() -> None:
    """Acts without a tool are refused with those there are; the answer is always one."""
    turn = read_turn("<code>print(1)</code>", PROTOCOLS["autotir"], ["search"], stopped=True)
    assert turn.kind is None
    assert "no <code> at this desk" in turn.fault
    assert "<search>" in turn.fault
    assert "to run a program" not in turn.fault


def test_a_turn_cut_at_the_length_limit_acts_not() -> None:
    """Half a program, cut by a limit and not by a stop sequence, is never run."""
    assert read_turn("<code>import os\nos.rem", PROTOCOLS["autotir"], ALL, stopped=False).kind is None


@given(st.text('<>/acdehnorswi {}\\"bx\n', max_size=60), st.sampled_from(sorted(PROTOCOLS)), st.booleans())
def test_no_text_breaks_the_reading(text: str, name: str, stopped: bool) -> None:
    """Whatever a model writes: an act with content, or a fault with words."""
    turn = read_turn(text, PROTOCOLS[name], ALL, stopped=stopped)
    assert bool(turn.fault) == (turn.kind is None)


def test_an_unknown_protocol_is_refused() -> None:
    """The nearest name is told."""
    with pytest.raises(SelectionError, match="did you mean 'research'"):
        protocol_of("re-search")


def test_replies_stand_in_the_published_tags() -> None:
    """Search-R1 has information, the others result, spaced as their code spaces them."""
    assert PROTOCOLS["search-r1"].wrapped("x") == "\n\n<information>x</information>\n\n"
    assert PROTOCOLS["research"].wrapped("x") == " <result>\nx\n</result>"
    assert PROTOCOLS["autotir"].stops == ["</search>", "</code>", "</answer>"]
