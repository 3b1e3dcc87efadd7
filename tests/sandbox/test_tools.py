"""Inspect's own tools, in an evaluation with sample files and a setup script: the same answers on every kind."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageTool, ModelOutput, ModelUsage, get_model
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import bash, bash_session, python, text_editor

from skillbench.sandbox.select import SandboxSpec

SECONDS = 60
SCRIPT: list[tuple[str, dict[str, Any], str]] = [
    (
        "python",
        {"code": "import numpy\nprint(open('data.txt').read().split(), numpy.arange(4).sum())"},
        "['given', 'made'] 6\n",
    ),
    ("python", {"code": "import pandas, scipy\nprint(pandas.__version__, scipy.__version__)"}, "2.2.3 1.15.3\n"),
    ("bash", {"command": "whoami; pwd; echo $HOME; cat data.txt"}, "agent\n/work\n/home/agent\ngiven\nmade\n"),
    ("bash", {"command": "echo out; echo err >&2; exit 3"}, "err\n\nout\n"),
    ("bash_session", {"action": "type_submit", "input": "cd /tmp && export MARK=kept"}, "agent@sandbox:/tmp$ "),
    ("bash_session", {"action": "type_submit", "input": "pwd; echo $MARK"}, "/tmp\nkept\nagent@sandbox:/tmp$ "),  # noqa: S108
    (
        "text_editor",
        {"command": "create", "path": "/work/a.txt", "file_text": "one\ntwo\n"},
        "File created successfully at: /work/a.txt",
    ),
    (
        "text_editor",
        {"command": "str_replace", "path": "/work/a.txt", "old_str": "two", "new_str": "three"},
        "     2\tthree",
    ),
    ("bash", {"command": "cat a.txt"}, "one\nthree\n"),
]


def _scripted() -> list[ModelOutput]:
    """The script's calls and a last word, with usage, so that nothing is downloaded to count tokens."""
    outputs = [ModelOutput.for_tool_call("mockllm/model", name, arguments) for name, arguments, _answer in SCRIPT]
    outputs.append(ModelOutput.from_content("mockllm/model", "done"))
    for output in outputs:
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return outputs


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The .initial. parameter is deprecated:DeprecationWarning")  # of tenacity
@pytest.mark.filterwarnings("ignore:Unclosed .MemoryObject:ResourceWarning")  # Inspect's, after an evaluation
def test_tools_answer_alike(spec: SandboxSpec, tmp_path: Path) -> None:
    """python, bash, bash_session and text_editor say the same, to the letter, on every kind of sandbox."""
    tools = [python(timeout=SECONDS), bash(timeout=SECONDS), bash_session(), text_editor()]
    sample = Sample("go", files={"data.txt": "given\n"}, setup="#!/bin/bash\necho made >> data.txt\n")
    task = Task(dataset=[sample], solver=[use_tools(*tools), generate()], sandbox=spec)
    model = get_model("mockllm/model", custom_outputs=_scripted())
    (log,) = inspect_eval(task, model=model, display="none", log_dir=str(tmp_path))
    assert log.status == "success", log.error
    assert log.samples is not None
    answers = [message.text for message in log.samples[0].messages if isinstance(message, ChatMessageTool)]
    for (name, _arguments, expected), answer in zip(SCRIPT, answers, strict=True):
        if name == "text_editor":
            assert expected in answer
        elif name == "bash_session":  # whose first answer may hold an earlier prompt
            assert answer.endswith(expected)
        else:
            assert answer == expected
    gc.collect()  # while the marks above hold
