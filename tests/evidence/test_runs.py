"""Merging logs: what makes a run, what is refused, what is only replaced."""

from __future__ import annotations

import json
from typing import Any

import pytest
from staged_rows import run_row, sample_row

from skillbench.core.errors import LogError
from skillbench.evidence.runs import NO_JUDGE, merge
from skillbench.report.board import make_board


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
        ("purse", "1.4", "m (purse 1.4)"),
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
    with pytest.raises(LogError, match=r"a and b both hold m, case c1-k2, epoch 1.*--epochs 2.*--skip-bad"):
        merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2")], {})


def test_a_retry_replaces_the_log_it_retries() -> None:
    """It carries the finished sample and runs the failed one again; the older log is left out and named."""
    nan = float("nan")
    cases = json.dumps(["c1-k2", "c2-k2"])
    logs = [
        run_row("m", file="old", cases=cases, status="error"),
        run_row("m", file="new", cases=cases, created="2026-11-22T00:00:00+00:00"),
    ]
    failed = {"chain": "c2", "score": nan, "score_no_bonus": nan, "solve": nan, "coverage": nan, "state": "error"}
    samples = [
        sample_row("old", "c1-k2", uuid="u1"),
        sample_row("old", "c2-k2", **failed),
        sample_row("new", "c1-k2", uuid="u1"),
        sample_row("new", "c2-k2", chain="c2"),
    ]
    evidence = merge(logs, samples, {})
    assert evidence.outcomes["file"].tolist() == ["new", "new"]
    assert evidence.runs["file"].tolist() == ["new"]
    assert "old (it ended as error): all of its samples are left out for those of new" in evidence.superseded["old"]


def test_a_copied_task_id_makes_no_honest_run_vanish() -> None:
    """Another model's later log under the same task id stands beside the first one; neither replaces the other."""
    logs = [
        run_row("m", file="honest", task_id="t"),
        run_row("rival", file="rival", task_id="t", eval_id="eval-m", created="2027-01-01T00:00:00+00:00"),
    ]
    evidence = merge(logs, [sample_row("honest", "c1-k2"), sample_row("rival", "c1-k2", uuid="honest-c1-k2")], {})
    assert evidence.outcomes["run"].tolist() == ["m", "rival"]
    assert evidence.superseded == {}


def test_copied_ids_of_samples_do_not_make_a_second_run_a_retry() -> None:
    """Equal uuids with other values are not one sample carried along: both logs are named."""
    logs = [run_row("m", file=name, cases='["c1-k2"]') for name in ("a", "b")]
    with pytest.raises(LogError, match="a and b both hold m"):
        merge(logs, [sample_row("a", "c1-k2", uuid="u"), sample_row("b", "c1-k2", uuid="u", score=10.0)], {})


def test_two_submissions_of_one_model_are_two_runs() -> None:
    """What two people submit is never merged, and neither makes the other collide."""
    logs = [run_row("m", file=name, source=name, cases='["c1-k2"]') for name in ("a", "b")]
    evidence = merge(logs, [sample_row("a", "c1-k2"), sample_row("b", "c1-k2", score=2.0)], {})
    assert evidence.outcomes["run"].tolist() == ["m #1", "m #2"]


def test_a_short_trial_gives_way_to_the_longer_run_and_is_named() -> None:
    """Its sample is not chosen, whichever scored better."""
    logs = [
        run_row("m", file="trial", cases='["c1-k2"]'),
        run_row("m", file="whole", cases='["c1-k2", "c2-k2"]', created="2026-11-22T00:00:00+00:00"),
    ]
    rows = [sample_row("whole", "c1-k2", score=1.0), sample_row("whole", "c2-k2", chain="c2")]
    evidence = merge(logs, [sample_row("trial", "c1-k2", score=10.0), *rows], {})
    assert evidence.outcomes["score"].tolist() == [1.0, 8.0]
    assert evidence.superseded == {
        "trial": "trial: all of its samples are left out for those of whole, which is the longer or more complete run"
    }


def test_two_crashed_runs_are_one_that_lacks_what_neither_finished() -> None:
    """The one with more finished samples goes first, the other fills its gaps; what is left out is counted."""
    cases = json.dumps([f"c{n}-k2" for n in range(1, 5)])
    logs = [run_row("m", file=name, cases=cases, status="cancelled") for name in ("a", "b")]
    held = {"a": (1, 2), "b": (1, 3, 2)}
    rows = [sample_row(name, f"c{n}-k2", chain=f"c{n}", score=float(n)) for name, ns in held.items() for n in ns[:2]]
    rows.append(sample_row("b", "c2-k2", chain="c2", score=5.0))
    evidence = merge(logs, rows, {})
    assert dict(zip(evidence.outcomes["case"], evidence.outcomes["file"], strict=True)) == {
        "c1-k2": "b",
        "c2-k2": "b",
        "c3-k2": "b",
    }
    assert evidence.missing["case"].tolist() == ["c4-k2"]
    assert "a (it ended as cancelled): all of its samples" in evidence.superseded["a"]


def test_every_colliding_pair_is_named_at_once_and_skip_bad_keeps_the_oldest() -> None:
    """Three whole runs of one sample, and two of another model: four pairs in one message; two logs are left."""
    days = {"a": 3, "b": 1, "c": 2}
    logs = [
        run_row(model, file=f"{model}-{name}", cases='["c1-k2"]', created=f"2026-11-0{day}T00:00:00+00:00")
        for model in ("m", "n")
        for name, day in days.items()
        if (model, name) != ("n", "c")
    ]
    rows = [sample_row(log["file"], "c1-k2") for log in logs]
    with pytest.raises(LogError) as caught:
        merge(logs, rows, {})
    assert str(caught.value).count(" both hold ") == 4
    evidence = merge(logs, rows, {}, skip_bad=True)
    assert evidence.outcomes["file"].tolist() == ["m-b", "n-b"]
    assert sorted(evidence.refused) == ["m-a", "m-c", "n-a"]


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


@pytest.mark.parametrize("beside", [[], [run_row("n", file="b", task_id="b")]])
def test_a_run_without_any_score_has_no_rank(beside: list[dict[str, Any]]) -> None:
    """Alone or beside one that was scored, it stands without a rank."""
    nan = float("nan")
    lost = sample_row("a", "c1-k2", score=nan, score_no_bonus=nan, solve=nan, coverage=nan, state="unscored")
    rows = [sample_row(log["file"], "c1-k2") for log in beside]
    lines = make_board(merge([run_row("m", file="a"), *beside], [lost, *rows], {})).lines
    assert {line.run: line.rank.best for line in lines} == {"m": 0, **{log["model"]: 1 for log in beside}}
