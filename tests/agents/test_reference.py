"""The reference agent plays the real loop and scores full marks, with any tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from agents.play import INSPECTS_OWN, planted, play, verdicts
from inspect_ai.log import EvalLog

from skillbench.core.taskset import TaskSet

pytestmark = INSPECTS_OWN


def perfect(log: EvalLog) -> None:
    """Every sample scores 10, solves its case, and applies every skill."""
    for found in verdicts(log).values():
        assert found["values"] == {"score": 10.0, "without_bonus": 10.0, "solve": 1.0, "coverage": 1.0}
        assert (found["slips"], found["defects"], found["hallucinations"]) == ({}, [], [])
        assert found["handoffs_made"] == found["handoffs_declared"]


@pytest.mark.parametrize("tools", ["none", "search"])
def test_without_code_the_reference_is_perfect(small_set: TaskSet, tmp_path: Path, tools: str) -> None:
    """Pages inlined, or found by search: score 10 and solve 1 at every k and in every twin."""
    log = play(small_set, tmp_path, planted("reference"), tools=tools)
    perfect(log)
    assert len(verdicts(log)) == 5
    used = {
        call.function
        for sample in log.samples or ()
        for m in sample.messages
        for call in getattr(m, "tool_calls", None) or ()
    }
    assert used == ({"submit"} if tools == "none" else {"submit", "search", "open"})


def test_with_code_the_reference_earns_the_bonus(small_set: TaskSet, tmp_path: Path, sandbox: str) -> None:
    """It computes the allocation in the sandbox: the ledger of every composed case holds the bonus."""
    log = play(small_set, tmp_path, planted("reference"), tools="code,search", sandbox=sandbox)
    perfect(log)
    for sample in log.samples or ():
        found = verdicts(log)[str(sample.id), 1]
        if sample.metadata["kind"] == "chain":
            assert found["ledger"]["tool"] == 2.0
            assert found["effective_tool"] is True
    assert log.eval.metadata is not None
    assert log.eval.metadata["tools"] == "code,search"
    assert log.eval.metadata["sandbox"]["type"] == sandbox


def test_a_log_says_what_was_run(small_set: TaskSet, tmp_path: Path) -> None:
    """Package, set, digest, version, judge, limits and token usage stand in the log."""
    log = play(small_set, tmp_path, planted("reference"), message_limit=33, time_limit=None)
    metadata = log.eval.metadata or {}
    assert metadata["task_set"] == "small"
    assert metadata["task_set_digest"] == small_set.manifest.digest
    assert metadata["judge"] == "audit"
    assert metadata["salted"] is False
    assert str(log.eval.task_version) == small_set.manifest.version
    assert (log.eval.config.message_limit, log.eval.config.time_limit) == (33, None)
    [usage] = log.stats.model_usage.values()
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > 0


def test_metrics_come_by_k_without_twins_in_the_headline(small_set: TaskSet, tmp_path: Path) -> None:
    """The headline is the mean over composed cases; every k and the twins have means of their own."""
    log = play(small_set, tmp_path, planted(error=1.0, tax=0.0))
    assert log.results
    [solve] = [score for score in log.results.scores if score.name == "solve"]
    assert solve.metrics["composed_mean"].value == 0.0
    assert {name.rpartition("_")[2] for name in solve.metrics} >= {"k2", "k3", "twin"}
    [coverage] = [score for score in log.results.scores if score.name == "coverage"]
    composed = [v for v in verdicts(log).values() if len(v["status"]) > 1]
    expected = sum(v["coverage"] for v in composed) / len(composed)
    assert coverage.metrics["composed_mean"].value == pytest.approx(expected)
