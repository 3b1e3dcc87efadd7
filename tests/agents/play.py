"""Agents played through Inspect's real loop, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model

from skillbench.core.taskset import TaskSet
from skillbench.task import skillbench

INSPECTS_OWN = [
    # Inspect passes tenacity a parameter that tenacity renames, and leaves streams to the garbage collector.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def play(
    task_set: TaskSet, logs: Path, model: str | Model, *, epochs: int = 1, limit: int | None = None, **options: Any
) -> EvalLog:
    """One run over the first chain of a set, Skill@2 and Skill@3 unless told otherwise."""
    task = skillbench(tasks=str(task_set.root), **{"k": "2-3", "chains": 1, "tools": "none", **options})
    [log] = inspect_eval(task, model=model, display="none", log_dir=str(logs), epochs=epochs, limit=limit)
    return log


def planted(name: str = "planted", **settings: Any) -> Model:
    """A planted agent."""
    return get_model(f"skillbench/{name}", memoize=False, **settings)


def scripted(*turns: Callable[[], ModelOutput]) -> Model:
    """A model that takes these turns in every sample, the last one for ever; with usage, so that nothing is fetched."""

    def respond(messages: list[Any], *_: Any) -> ModelOutput:
        said = sum(message.role == "assistant" for message in messages)
        output = turns[min(said, len(turns) - 1)]()
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    return get_model("mockllm/model", custom_outputs=respond, memoize=False)


def submits(text: str) -> Callable[[], ModelOutput]:
    """The turn that hands in a text."""
    return lambda: ModelOutput.for_tool_call("mockllm/model", "submit", {"answer": text})


def calls(function: str, **arguments: Any) -> Callable[[], ModelOutput]:
    """The turn that calls a tool."""
    return lambda: ModelOutput.for_tool_call("mockllm/model", function, arguments)


def verdicts(log: EvalLog) -> dict[tuple[str, int], dict[str, Any]]:
    """By case and epoch, what the audit wrote down; no sample may be missing or in error."""
    assert log.status == "success", log.error
    assert log.samples
    return {(str(sample.id), sample.epoch): audited(sample) for sample in log.samples}


def audited(sample: EvalSample) -> dict[str, Any]:
    """The audit's metadata of one sample, with its values."""
    assert sample.error is None, sample.error
    assert sample.scores
    score = sample.scores["audit_scorer"]
    assert isinstance(score.value, dict)
    return {**(score.metadata or {}), "values": score.value}
