"""What a judge is shown: what needs reading, no bulk data, and nothing that can pass for instructions."""

from __future__ import annotations

import json

import pytest
from judge.staged import catalogue_tags, staged

from skillbench.core.errors import InputError, SelectionError
from skillbench.harness.judge_brief import (
    ANSWER_CHARACTERS,
    CODE_CHARACTERS,
    PAGES_CHARACTERS,
    TASK_CHARACTERS,
    judge_brief,
)
from skillbench.harness.rubric import check_graders, family, rubric_scorers
from skillbench.judge.profile import load_profile
from skillbench.judge.transcript import ToolCall, Transcript

PROFILE = load_profile("rubric-2026-11-21")
STAGE = staged(*catalogue_tags(3, "brief"), seed="brief")
PROMPT = "Decide how to share the fund.\n## Records\n" + "\n".join(STAGE.truth.values())


def shown(answer: str, *calls: ToolCall, task: str = PROMPT) -> dict[str, str]:
    """The spans a judge sees, by name."""
    brief = judge_brief(STAGE.case, STAGE.pages, Transcript(calls, answer, task), PROFILE, "0" * 16)
    spans = [json.loads(line) for line in brief.user.splitlines() if line.startswith('{"span": ')]
    return {span["span"]: span["text"] for span in spans}


def test_records_are_not_shown() -> None:
    """The brief is shown up to where its records begin: bulk data tells a reader of prose nothing."""
    text = shown("{}")["task"]
    assert text.strip() == "Decide how to share the fund."


def test_whole_pages_that_were_used_are_shown() -> None:
    """Pages that the answer cites or the agent opened stand there whole; others do not."""
    cited, opened, other = STAGE.pages[:3]
    call = ToolCall("o1", "open", ok=True, arguments={"page": opened.id}, result=opened.text)
    seen = shown(json.dumps({"note": f"as {cited.id.casefold()} says"}), call)
    assert cited.text in seen[f"page {cited.id}"]
    assert opened.text in seen[f"page {opened.id}"]
    assert f"page {other.id}" not in seen


def test_the_code_that_ran_is_shown_with_its_output() -> None:
    """Code and output of every computing call, whatever the tool is called; of other calls their names."""
    ran = ToolCall("c1", "code_execution", ok=False, arguments={"code": "print(41.5)"}, result="41.5 Traceback")
    read = ToolCall("s1", "search", ok=True, arguments={"query": "fund"}, result="lots of text")
    seen = shown("{}", ran, read)
    assert seen["code c1"] == "print(41.5)"
    assert seen["output c1"] == "41.5 Traceback"
    assert "search" in seen["session"]
    assert "lots of text" not in str(seen)


def test_a_session_without_tools_says_so() -> None:
    """Where nothing was called the judge is told, so that silence is not taken for a lost transcript."""
    assert shown("{}")["session"] == "No tool calls were made in this session."


def test_measures_are_named_with_their_skills() -> None:
    """The map from skill to measure stands above the evidence, and the parts that are missing."""
    answer = STAGE.perfect()
    gone = STAGE.case.checkpoints[1]
    del answer["measures"][gone.key]
    session = Transcript((), json.dumps(answer), PROMPT)
    brief = judge_brief(STAGE.case, STAGE.pages, session, PROFILE, "0" * 16)
    declared = json.loads(brief.user.splitlines()[0].removeprefix("Measures: "))
    assert [(one["skill"], one["measure"]) for one in declared] == [(p.tag, p.key) for p in STAGE.case.checkpoints]
    assert brief.missing == (gone.key,)
    assert f'Missing: ["{gone.key}"]' in brief.user


def test_the_last_prompt_holds_no_word_of_the_agent() -> None:
    """Bait in a note, a key, a page or a parameter does not reach the last attempt; the figures do."""
    answer = STAGE.perfect() | {"note": "bait one", "bait two": 1}
    point = STAGE.case.checkpoints[0]
    section = answer["measures"][point.key]
    section["basis"] = {"page": "bait three", "parameters": {"bait four": "bait five"}}
    section["flagged"] = ["bait six"]
    text = "bait seven " + json.dumps(answer)
    session = Transcript(
        (ToolCall("bait", "python", ok=True, arguments={"code": "bait"}, result="bait"),), text, PROMPT
    )
    brief = judge_brief(STAGE.case, STAGE.pages, session, PROFILE, "0" * 16)
    assert "bait" not in brief.bare
    assert str(section["values"][STAGE.case.entities[0]]) in brief.bare


def test_a_prompt_is_bounded() -> None:
    """However long task, answer and session are, the prompt stays below a bound."""
    calls = tuple(
        ToolCall(f"c{n}", "python", ok=True, arguments={"code": "x" * 9000}, result="1 " * 9000) for n in range(40)
    )
    pages = " ".join(page.id for page in STAGE.pages)
    brief = judge_brief(STAGE.case, STAGE.pages, Transcript(calls, pages + "y" * 10**6, "z" * 10**6), PROFILE, "0" * 16)
    assert len(brief.user) < ANSWER_CHARACTERS + TASK_CHARACTERS + PAGES_CHARACTERS + CODE_CHARACTERS + 20_000


def test_the_key_is_not_shown() -> None:
    """With an empty answer no key figure reaches the judge."""
    brief = judge_brief(STAGE.case, STAGE.pages, Transcript((), "", "Task."), PROFILE, "0" * 16)
    for point in STAGE.case.checkpoints:
        for value in point.values.values():
            assert f"{value:.{point.digits}f}" not in brief.user or value < 10


@pytest.mark.parametrize(
    "sign", ["\u2028", "\u2029", "\u0085", "\n", "\u200b", "\u202e", "\ue000", "\ud800", "\x00", "\U000e0041"]
)
def test_one_span_is_one_line(sign: str) -> None:
    """No character of an answer starts a new line or hides: a span stays one JSON line that can be read back."""
    text = f"before{sign}</evidence>{sign}after"
    brief = judge_brief(STAGE.case, STAGE.pages, Transcript((), text, "Task."), PROFILE, "0" * 16)
    lines = [line for line in brief.user.splitlines() if '"span": "answer"' in line]
    assert len(lines) == 1
    assert json.loads(lines[0])["text"] == text.encode("utf-8", "replace").decode()
    assert lines[0].isprintable()


def test_a_huge_answer_is_cut_at_both_ends() -> None:
    """Of a megabyte head and tail are shown."""
    brief = judge_brief(
        STAGE.case, STAGE.pages, Transcript((), "head" + "x" * 10**6 + "tail", "Task."), PROFILE, "0" * 16
    )
    assert len(brief.user) < 70_000
    assert "head" in brief.user
    assert "tail" in brief.user


def test_no_judge_grades_itself() -> None:
    """The model under test is refused as grader, also behind another provider, unless allowed by name."""
    with pytest.raises(SelectionError, match="model under test"):
        check_graders("openai/gpt-5.2", ["openai/gpt-5.2"], None)
    with pytest.raises(SelectionError, match="model under test"):
        check_graders("openai/gpt-5.2", ["anthropic/claude-x", "openrouter/openai/gpt-5.2"], None)
    with pytest.raises(SelectionError, match="different models"):
        check_graders("openai/gpt-5.2", ["google/g", "google/g"], None)
    check_graders("openai/gpt-5.2", ["openai/gpt-5.2"], "openai/gpt-5.2")
    check_graders("openai/gpt-5.2", ["anthropic/claude-x", "google/g"], None)


def test_families() -> None:
    """A family is who made a model, not who serves it."""
    assert family("openai/gpt-5.2") == family("openrouter/openai/gpt-4o") == "gpt"
    assert family("anthropic/claude-x") == family("bedrock/anthropic.claude-y") == "claude"


def test_without_a_grader_only_the_audit_runs() -> None:
    """No role, no rubric scorer, no error; a profile that does not exist is refused in the task's body."""
    assert rubric_scorers("v0") == []
    with pytest.raises(InputError, match="there are: audit"):
        rubric_scorers("v0", "nobody")
