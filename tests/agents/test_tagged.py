"""Models that act by tags play the real loop: real calls, their protocol's replies, the audit's full credit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from agents.play import INSPECTS_OWN, planted, play, verdicts
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, EvalSample, resolve_sample_attachments, write_eval_log
from inspect_ai.model import ChatMessage, ChatMessageTool, Model, ModelOutput, ModelUsage, get_model
from inspect_ai.solver import generate

from skillbench.cli.submit import allowed_limits
from skillbench.core.taskset import TaskSet
from skillbench.evidence.log_files import find_logs
from skillbench.harness.tagged import PATIENCE, tagged
from skillbench.judge.gold import perfect_answer
from skillbench.submissions.checks import faults, read_whole
from skillbench.task import skillbench

pytestmark = INSPECTS_OWN


class Script:
    """A model that says these texts in turn and keeps what it was shown."""

    def __init__(self, *texts: str, reason: str = "stop") -> None:
        self.texts, self.reason = texts, reason
        self.shown: list[list[ChatMessage]] = []
        self.stops: list[Any] = []

    def model(self) -> Model:
        """It as an Inspect model."""

        def respond(messages: list[ChatMessage], _tools: Any, _choice: Any, config: Any) -> ModelOutput:
            text = self.texts[min(len(self.shown), len(self.texts) - 1)]
            self.shown.append(list(messages))
            self.stops.append(config.stop_seqs)
            output = ModelOutput.from_content("mockllm/model", text, stop_reason=self.reason)  # type: ignore[arg-type]
            output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
            return output

        return get_model("mockllm/model", custom_outputs=respond, memoize=False)


def played(
    task_set: TaskSet, logs: Path, script: Script, tools: str = "search", **given: Any
) -> tuple[EvalLog, EvalSample]:
    """The first case of a set, played by a script."""
    options = {"sandbox": given.pop("sandbox")} if "sandbox" in given else {}
    task = skillbench(tasks=str(task_set.root), k="2", chains=1, tools=tools, twins=False, **options)
    [log] = inspect_eval(
        task, model=script.model(), solver=tagged(**given), display="none", log_dir=str(logs), message_limit=60
    )
    assert log.status == "success", log.error
    assert log.samples
    assert log.samples[0].error is None
    return log, log.samples[0]


def case_of(task_set: TaskSet) -> Any:
    """The case that is played."""
    return next(case for case in task_set.cases if case.kind == "chain" and case.k == 2)


@pytest.mark.parametrize(
    ("protocol", "tag"), [("search-r1", "information"), ("research", "result"), ("autotir", "result")]
)
def test_a_search_is_a_real_call_and_its_reply_stands_in_the_tags(
    small_set: TaskSet, tmp_path: Path, protocol: str, tag: str
) -> None:
    """The handbook is searched and pages opened by tool events; the model reads them in its own tags and hands in."""
    answer = json.dumps(perfect_answer(case_of(small_set)))
    handed = f"<answer> \\boxed{{{answer}}} </answer>" if protocol != "search-r1" else f"<answer>{answer}</answer>"
    script = Script("<think>what is asked?</think><search>scope rules", f"<think>clear</think>{handed}")
    _, sample = played(small_set, tmp_path, script, protocol=protocol)
    assert sample.output.completion == answer
    called = [(event.function, event.error) for event in sample.events if event.event == "tool"]
    assert called == [("search", None)] + [("open", None)] * 3
    first, second = script.shown
    assert [message.role for message in first] == (["user"] if protocol == "search-r1" else ["system", "user"])
    reply = second[-1].text
    assert reply.startswith(f"<{tag}>")
    assert reply.endswith(f"</{tag}>")
    assert "Doc 3(Title: " in reply
    pages = [
        message for message in sample.messages if isinstance(message, ChatMessageTool) and message.function == "open"
    ]
    assert all(page.text in reply for page in pages)
    assert second[-2].text.endswith("</search>")
    assert script.stops[0] == [
        f"</{kind}>" for kind in (("search", "code", "answer") if protocol == "autotir" else ("search", "answer"))
    ]
    assert not any(getattr(message, "tool_calls", None) for message in second)
    scored = (sample.scores or {})["audit_scorer"].value
    assert isinstance(scored, dict)
    assert (scored["solve"], scored["score"]) == (1.0, 10.0)


def test_code_earns_the_tool_bonus(small_set: TaskSet, tmp_path: Path, sandbox: str) -> None:
    """The reference agent's program and answer, said in tags, earn what they earn it: the bonus, and the same score."""
    given = {"tools": "code,search", "k": "2", "twins": False, "sandbox": sandbox}
    model = play(small_set, tmp_path / "reference", planted("reference"), **given)
    assert model.samples
    done = resolve_sample_attachments(model.samples[0], "full")
    program = next(
        event.arguments["code"] for event in done.events if event.event == "tool" and event.function == "python"
    )
    script = Script(f"<code>{program}</code>", f"<answer>\\boxed{{{done.output.completion}}}</answer>")
    log, sample = played(small_set, tmp_path, script, "code,search", protocol="autotir", sandbox=sandbox)
    [event] = [event for event in sample.events if event.event == "tool"]
    assert (event.function, event.error) == ("python", None)
    assert script.shown[1][-1].text.startswith("<result>\n{")
    [found], [reference] = verdicts(log).values(), verdicts(model).values()
    assert found["effective_tool"] is True
    assert found["values"] == reference["values"]
    assert found["ledger"]["tool"] == 2.0


def test_a_program_that_fails_is_shown_its_error(small_set: TaskSet, tmp_path: Path, sandbox: str) -> None:
    """An error of a program comes back as its result, and the work goes on."""
    script = Script("<code>1/0</code>", "<answer>{}</answer>")
    _, sample = played(small_set, tmp_path, script, "code", protocol="autotir", sandbox=sandbox)
    assert "ZeroDivisionError" in script.shown[1][-1].text
    assert sample.output.completion == "{}"


def test_what_is_no_act_is_corrected_and_never_crashes(small_set: TaskSet, tmp_path: Path) -> None:
    """Talk, an empty tag and a foreign tag are each told; after so many in a row the last words are handed in."""
    script = Script("I think", "<search></search>", "<code>print(1)</code>", "<answer>{}</answer>")
    _, sample = played(small_set, tmp_path, script, protocol="autotir")
    told = [messages[-1].text for messages in script.shown[1:]]
    assert [text.split(".")[0] for text in told] == [
        "That was no act",
        "Nothing stands between <search> and </search>",
        "There is no <code> at this desk",
    ]
    assert sample.output.completion == "{}"
    endless = Script("never an act")
    _, sample = played(small_set, tmp_path / "endless", endless, protocol="search-r1")
    assert len(endless.shown) == PATIENCE
    assert sample.output.completion == "never an act"


def test_without_tools_the_pages_are_in_the_brief(small_set: TaskSet, tmp_path: Path) -> None:
    """With no tools a search is told to be none, and the answer alone is asked for."""
    script = Script("<search>x</search>", "<answer>{}</answer>")
    played(small_set, tmp_path, script, "none", protocol="search-r1")
    assert "There is no <search> at this desk" in script.shown[1][-1].text
    assert "There is no search: the handbook pages" in script.shown[0][0].text


def test_replies_may_grow_in_the_models_own_turn(small_set: TaskSet, tmp_path: Path) -> None:
    """As the models were trained: one assistant turn that ends with the reply, to be written on."""
    script = Script("scope?</think><search>scope", "</think><answer>{}</answer>")
    played(small_set, tmp_path, script, protocol="search-r1", replies="assistant")
    assert [message.role for message in script.shown[1]] == ["user", "assistant"]
    grown = script.shown[1][-1].text
    assert grown.startswith("<think>scope?</think><search>scope</search>\n\n<information>Doc 1(")
    assert grown.endswith("</information>\n\n")


def test_a_page_is_shown_by_its_number(small_set: TaskSet, tmp_path: Path) -> None:
    """A search for a page's number opens that page first."""
    number = small_set.handbook(case_of(small_set))[5].id
    script = Script(f"<search>{number}</search>", "<answer>{}</answer>")
    _, sample = played(small_set, tmp_path, script, protocol="research", pages=1)
    opened = [event.arguments for event in sample.events if event.event == "tool" and event.function == "open"]
    assert opened == [{"page": number}]


def test_other_rules_may_stand_in_place_of_ours(small_set: TaskSet, tmp_path: Path) -> None:
    """The words that a model was trained with are given as a file."""
    path = tmp_path / "rules.txt"
    path.write_text("Use <search> and <answer>.", encoding="utf-8")
    script = Script("<answer>{}</answer>")
    played(small_set, tmp_path, script, protocol="research", prompt=str(path))
    assert script.shown[0][0].text == "Use <search> and <answer>."


def test_a_plain_model_answers_in_one_reply(small_set: TaskSet, tmp_path: Path) -> None:
    """With no tools and Inspect's own ``generate`` the reply is the answer, and the right one solves."""
    script = Script(json.dumps(perfect_answer(case_of(small_set))))
    task = skillbench(tasks=str(small_set.root), k="2", chains=1, tools="none", twins=False)
    [log] = inspect_eval(task, model=script.model(), solver=generate(), display="none", log_dir=str(tmp_path))
    [found] = verdicts(log).values()
    assert (found["values"]["solve"], len(script.shown)) == (1.0, 1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"protocol": "x"}, "give search-r1"),
        ({"replies": "x"}, "give user"),
        ({"pages": 9}, "0 to 8"),
        ({"prompt": "/none"}, "cannot be read"),
    ],
)
def test_wrong_options_are_refused_at_once(given: dict[str, Any], told: str) -> None:
    """Before anything is asked, with what may be given."""
    with pytest.raises(Exception, match=told):
        tagged(**given)


def faults_of(logs: Path, task_set: TaskSet) -> str:
    """What a check of the logs of a folder finds, as one text."""
    whole = [read_whole(file, task_set, allowed_limits()) for file in find_logs([str(logs)])]
    ran = frozenset(case for log in whole for case in log.head.cases)
    return "\n".join(faults(whole, ran, 1))


def test_an_honest_log_passes_a_check_and_a_forged_call_does_not(small_set: TaskSet, tmp_path: Path) -> None:
    """Calls that were read in the text stand beside the model's words; one that no event shows is found."""
    script = Script("<think>?</think><search>scope rules", "<think>clear</think><answer>{}</answer>")
    log, sample = played(small_set, tmp_path / "honest", script, protocol="search-r1")
    assert "forged" not in faults_of(tmp_path / "honest", small_set)
    assert "replaced answer" not in faults_of(tmp_path / "honest", small_set)
    record = next(message for message in sample.messages if getattr(message, "tool_calls", None))
    record.tool_calls[0].arguments["query"] = "another"  # type: ignore[union-attr]
    (tmp_path / "forged").mkdir()
    write_eval_log(log, str(tmp_path / "forged" / Path(log.location).name))
    assert "holds an answer that no event shows (forged message)" in faults_of(tmp_path / "forged", small_set)
