"""The task's options: what they refuse, before anything runs."""

from __future__ import annotations

from typing import Any

import pytest
from inspect_ai._util.error import PrerequisiteError  # what Inspect prints without a traceback

from skillbench.core.taskset import TaskSet
from skillbench.task import skillbench

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no limit": (
        {"message_limit": None, "token_limit": None, "time_limit": None},
        r"no limit is set.*Set at least one of message_limit, token_limit, time_limit",
    ),
    "limits of zero": ({"message_limit": 0, "token_limit": 0, "time_limit": 0}, "no limit is set"),
    "unknown k": ({"k": "9"}, r"no cases with k = \[9\]; it has \[2, 3\]"),
    "no k": ({"k": ""}, r"k=\(nothing\)"),
    "too many chains": ({"chains": 3}, "chains=3: the set has 2 chains; give 1 to 2"),
    "mistyped option": ({"chain": 2}, r"-T chain=2: .*did you mean 'chains'\?.*It has: tasks, k, chains, twins"),
    "option of nothing known": ({"colour": "red"}, r"-T colour=red: the task has no option 'colour'\. It has: tasks"),
    "unknown tools": ({"tools": "web"}, "tools=web: give code,search"),
    "unknown sandbox": (
        {"tools": "code", "sandbox": "fort"},
        "unknown sandbox 'fort'. Allowed: auto, docker, bubblewrap",
    ),
    "unknown set": ({"tasks": "nowhere"}, "no task set 'nowhere'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_options_are_refused(small_set: TaskSet, name: str) -> None:
    """Each is one message that says what was given and what is allowed."""
    options, words = REFUSED[name]
    with pytest.raises(PrerequisiteError, match=words):
        skillbench(**{"tasks": str(small_set.root), "k": "2-3", "tools": "none", **options})


@pytest.mark.parametrize("limit", ["message_limit", "token_limit", "time_limit"])
def test_one_limit_is_enough(small_set: TaskSet, limit: str) -> None:
    """Any single limit ends a run."""
    none = {"message_limit": None, "token_limit": None, "time_limit": None}
    task = skillbench(tasks=str(small_set.root), k="2-3", tools="none", **{**none, limit: 50})
    assert getattr(task, limit) == 50


def test_a_sandbox_is_asked_for_only_where_code_runs(small_set: TaskSet) -> None:
    """Without code no sandbox is resolved, so that a machine without one can still run the rest."""
    for tools in ("none", "search"):
        task = skillbench(tasks=str(small_set.root), k="2-3", tools=tools, sandbox="fort")
        assert task.sandbox is None
        assert (task.metadata or {})["sandbox"] == {"type": "none"}


def test_every_k_of_the_set_is_the_default(small_set: TaskSet) -> None:
    """A set with k to 3 runs whole without being told its k."""
    task = skillbench(tasks=str(small_set.root), tools="none")
    assert len(task.dataset) == len(small_set.cases)
