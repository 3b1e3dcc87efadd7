"""Merging logs: what makes a run, what is refused, what is only replaced."""

from __future__ import annotations

import json
from typing import Any

import pytest
from staged_rows import run_row, sample_row

from skillbench.core.errors import LogError
from skillbench.evidence.runs import NO_JUDGE, merge


def test_shards_of_one_model_are_one_run() -> None:
    """Two logs that agree in everything but their samples give one label and both samples."""
    logs = [run_row("m", file=name, task_id=name) for name in ("a", "b")]
    evidence = merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c2-k2", chain="c2")], {})
    assert evidence.outcomes["run"].tolist() == ["m", "m"]


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("model_args", '{"error": 0.1}', "m (error=0.1)"),
        ("config", '{"reasoning_effort": "high"}', "m (reasoning_effort=high)"),
        ("tools", "none", "m (tools none)"),
        ("context", "matched", "m (context matched)"),
        ("agent", "lab/planner", "m (lab/planner)"),
    ],
)
def test_a_label_names_only_what_tells_runs_apart(field: str, value: str, label: str) -> None:
    """The plain run keeps its name where it can; the other carries what differs."""
    logs: list[dict[str, Any]] = [
        run_row("m", file="a", task_id="a"),
        run_row("m", file="b", task_id="b", **{field: value}),
    ]
    evidence = merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2")], {})
    assert label in set(evidence.outcomes["run"])
    assert evidence.outcomes["run"].nunique() == 2


def test_labels_that_would_collide_are_numbered() -> None:
    """Two runs whose differences read alike still get two labels."""
    logs = [
        run_row("m", file="a", task_id="a", model_args='{"x": "1"}'),
        run_row("m", file="b", task_id="b", model_args='{"x": 1}'),
    ]
    evidence = merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2")], {})
    assert sorted(set(evidence.outcomes["run"])) == ["m (x=1) #1", "m (x=1) #2"]


def test_a_second_attempt_at_a_case_is_refused_not_averaged() -> None:
    """The message names both logs, the case and the epoch."""
    logs = [run_row("m", file=name, task_id=name) for name in ("a", "b")]
    with pytest.raises(LogError, match=r"a and b both hold m, case c1-k2, epoch 1.*--epochs 2"):
        merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2")], {})


def test_a_retry_replaces_the_log_it_retries() -> None:
    """Of logs with one task id the latest counts; the other is named."""
    logs = [
        run_row("m", file="old", task_id="t"),
        run_row("m", file="new", task_id="t", created="2026-11-22T00:00:00+00:00"),
    ]
    evidence = merge(logs, [sample_row("old", "c1-k2", score=1.0), sample_row("new", "c1-k2")], {})
    assert evidence.outcomes["score"].tolist() == [8.0]
    assert evidence.superseded == ("old",)


def test_two_task_sets_never_share_a_board() -> None:
    """Refused by default; left out and named when asked to go on."""
    logs = [run_row("m", file=name, task_id=name) for name in ("a", "b")]
    logs.append(run_row("n", file="c", digest="e" * 64))
    samples = [sample_row("a", "c1-k2"), sample_row("b", "c2-k2", chain="c2"), sample_row("c", "c1-k2")]
    with pytest.raises(LogError, match="another task set"):
        merge(logs, samples, {})
    evidence = merge(logs, samples, {}, skip_bad=True)
    assert list(evidence.refused) == ["c"]
    assert set(evidence.outcomes["file"]) == {"a", "b"}


def test_a_sample_that_failed_before_judging_belongs_to_every_judge_of_its_log() -> None:
    """Its row is there for both judges, so that neither denominator loses it."""
    nan = float("nan")
    failed = sample_row("a", "c1-k2", judge="", score=nan, score_no_bonus=nan, solve=nan, coverage=nan, state="error")
    judged = [sample_row("a", "c2-k2", chain="c2", judge=judge) for judge in ("audit", "rubric")]
    cases = json.dumps(["c1-k2", "c2-k2", "c3-clinics-k4-0123abcdef"])
    evidence = merge([run_row("m", file="a", cases=cases)], [failed, *judged], {})
    assert evidence.runs["judge"].tolist() == ["audit", "rubric"]
    assert evidence.outcomes[evidence.outcomes["state"] == "error"]["judge"].tolist() == ["audit", "rubric"]
    lacking = ["case", "epoch", "chain", "kind", "k"]
    assert evidence.missing[lacking].values.tolist() == [["c3-clinics-k4-0123abcdef", 1, "c3-clinics", "chain", 4]] * 2


def test_what_one_log_lacks_another_shard_may_hold() -> None:
    """A log cut off after its first case, and one that ran only the second: nothing is missing."""
    logs = [
        run_row("m", file="a", task_id="a", cases='["c1-k2", "c2-k2"]'),
        run_row("m", file="b", task_id="b", cases='["c2-k2"]'),
    ]
    first, second = sample_row("a", "c1-k2"), sample_row("b", "c2-k2", chain="c2")
    assert merge(logs, [first, second], {}).missing.empty
    assert merge(logs[:1], [first], {}).missing["case"].tolist() == ["c2-k2"]


def test_two_prompts_of_one_judge_are_two_runs_across_logs_and_refused_within_one() -> None:
    """The digest of a judge's words is part of a run's identity."""
    logs = [run_row("m", file="a", task_id="a"), run_row("m", file="b", task_id="b")]
    judge = {"judge": "rubric by lab/judge"}
    samples = [
        sample_row("a", "c1-k2", judge_prompt="1" * 64, **judge),
        sample_row("b", "c1-k2", judge_prompt="2" * 64, **judge),
    ]
    assert sorted(set(merge(logs, samples, {}).outcomes["run"])) == ["m (prompt 11111111)", "m (prompt 22222222)"]
    mixed = [samples[0], sample_row("a", "c2-k2", chain="c2", judge_prompt="2" * 64, **judge)]
    with pytest.raises(LogError, match="with 2 prompts"):
        merge(logs, mixed, {})


def test_a_log_no_judge_has_seen_is_reported_as_such() -> None:
    """Every sample failed: the run stands on the board without a score."""
    nan = float("nan")
    failed = sample_row("a", "c1-k2", judge="", score=nan, score_no_bonus=nan, solve=nan, coverage=nan, state="error")
    evidence = merge([run_row("m", file="a")], [failed], {})
    assert evidence.runs["judge"].tolist() == [NO_JUDGE]
