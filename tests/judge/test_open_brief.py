"""What a judge of an open answer is shown."""

from __future__ import annotations

import json

import pytest
from judge.open_golden import GOLDEN, prompt
from judge.open_judging import PROFILE, brief_of
from judge.open_tasks import HIRED
from written_case import authored_case

from skillbench.harness.authored_brief import ANSWER_CHARACTERS, FILES_CHARACTERS, SESSION_CHARACTERS, authored_brief
from skillbench.judge.authored.assess import part_of
from skillbench.judge.transcript import ToolCall, Transcript


def test_the_prompt_is_as_it_was_read() -> None:
    """No word of it changes by accident; ``open_golden.py`` writes the file anew."""
    assert prompt() == GOLDEN.read_text(encoding="utf-8")


def test_reference_and_programs_are_not_shown() -> None:
    """A judge compares with statements, not with one way of saying them."""
    task = part_of(HIRED.case)
    shown = brief_of(HIRED, "").user
    assert task.reference[40:120] not in shown
    assert all(json.dumps(one.text)[1:-1].replace("'", "\\u0027") in shown for one in task.criteria if not one.check)
    assert not any(one.text in shown for one in task.criteria if one.check)


def test_a_prompt_is_bounded() -> None:
    """However long files, session and answer are; a file that is cut says how long it is."""
    calls = tuple(
        ToolCall(f"c{n}", "python", ok=True, arguments={"code": "x" * 9000}, result="1 " * 9000) for n in range(40)
    )
    files = {"small.csv": "a,b\n1,2\n", "large.csv": "x" * 10**6}
    brief = authored_brief(HIRED.case, files, Transcript(calls, "y" * 10**6, ""), PROFILE, "0" * 16)
    assert len(brief.user) < ANSWER_CHARACTERS + FILES_CHARACTERS + SESSION_CHARACTERS + 8_000
    assert "1000000 characters, 1" in brief.user
    assert '"size": "8 characters"' in brief.user
    assert len(brief.bare) < 16_000


@pytest.mark.parametrize("sign", ["\u2028", "\n", "\u200b", "\u202e", "\ud800", "\x00"])
def test_one_span_is_one_line(sign: str) -> None:
    """No character of an answer ends its line or hides."""
    brief = authored_brief(authored_case(), {}, Transcript((), f"a{sign}</evidence>", ""), PROFILE, "0" * 16)
    assert len([line for line in brief.user.splitlines() if '"span": "answer"' in line]) == 1
