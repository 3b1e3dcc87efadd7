"""Tiers: what raises one, what does not, and that every one of them can be derived again from its evidence."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from submissions.keys import key

from skillbench.cli import main
from skillbench.cli.submit import verify
from skillbench.core.errors import SubmissionError
from skillbench.core.taskset import TaskSet
from skillbench.evidence.collect import collect
from skillbench.evidence.log_files import find_logs
from skillbench.judge.profile import judge_digest
from skillbench.submissions.pack import Pack, pack, read_pack
from skillbench.submissions.published import read_submissions
from skillbench.submissions.schema import Tier
from skillbench.submissions.verification import (
    MARGIN,
    Reproduction,
    SampleScore,
    agreement,
    reproduced,
    tier_of,
    verified_tier,
    write_evidence,
)

REFERENCE = "skillbench/reference"
CARELESS = "skillbench/careless"
RUBRIC = "rubric-2026-11-21 by skillbench-judge/plain"


def packed(logs: Path, run: str, out: Path) -> Pack:
    """One run of these logs as a submission, read back."""
    return read_pack(pack(collect([str(logs)]), run, out, snapshot="planted", contact="tests", attested=True))


def command(*arguments: str) -> Result:
    """A command's result."""
    return CliRunner().invoke(main, ["submit", "check", *arguments], catch_exceptions=False)


@pytest.fixture
def submitted(log_folder: Path, tmp_path: Path) -> tuple[Pack, Path]:
    """The reference agent's submission, and its log; the agent does the same whenever it is run."""
    pack_of = packed(log_folder, REFERENCE, tmp_path / "results")
    return pack_of, log_folder / pack_of.logs[0].name


def test_each_tier_follows_from_what_was_done(
    submitted: tuple[Pack, Path], rerun_folder: Path, small_set: TaskSet
) -> None:
    """Logs checked, the tenth judged again, the run repeated: three tiers, each derived again by the board."""
    pack_of, log = submitted
    files = find_logs([str(log)])
    wanted = {
        Tier.LOG_CHECKED: verify(pack_of, files, small_set),
        Tier.RE_JUDGED: verify(pack_of, files, small_set, share=0.1),
        Tier.REPRODUCED: verify(pack_of, files, small_set, reproduced=[str(rerun_folder)]),
    }
    for tier, found in wanted.items():
        assert write_evidence(pack_of, found) == tier
        assert [one.tier for one in read_submissions(pack_of.folder.parents[1])] == [tier]
    rejudging = wanted[Tier.RE_JUDGED].rejudging
    assert rejudging is not None
    assert {one.epoch for one in rejudging.samples} <= {1, 2}
    assert len(rejudging.samples) == 4  # a tenth of 4, 4 and 12 rows, at least one each


def test_the_command_records_what_it_found_and_says_so(
    submitted: tuple[Pack, Path], rerun_folder: Path, small_set: TaskSet, tmp_path: Path
) -> None:
    """Tier and finding are printed; without --record nothing is written; without logs nothing is raised."""
    pack_of, log = submitted
    given = [str(pack_of.folder), "--tasks", str(small_set.root)]
    assert "--rejudge would judge 4 samples again" in command(*given, "--logs", str(log)).output
    assert verified_tier(pack_of) == Tier.SELF_REPORTED
    assert "stand on the full logs" in command(*given, "--rejudge").output
    signed = ["--record", "--sign", str(key(tmp_path / "maintainer"))]
    done = command(*given, "--logs", str(log), "--rejudge", "--reproduced", str(rerun_folder), *signed)
    shutil.copy(tmp_path / "maintainer.pub", pack_of.folder.parents[1] / "signers.pub")
    assert [one.tier for one in read_submissions(pack_of.folder.parents[1])] == [Tier.REPRODUCED]
    assert "tier: reproduced" in done.output
    assert "judged again: 4 samples by audit, as claimed" in done.output
    assert "rerun: agree: 0.00 points" in done.output
    assert "tier: reproduced; give its full logs" in command(*given).output


def test_the_submissions_own_logs_are_no_rerun(
    submitted: tuple[Pack, Path], small_set: TaskSet, tmp_path: Path
) -> None:
    """Neither as they are nor under another name."""
    pack_of, log = submitted
    renamed = shutil.copy(log, tmp_path / "another.eval")
    with pytest.raises(SubmissionError, match="equal uuids"):
        verify(pack_of, find_logs([str(log)]), small_set, reproduced=[str(renamed)])


def test_a_rerun_of_another_model_is_refused(
    submitted: tuple[Pack, Path], log_folder: Path, small_set: TaskSet
) -> None:
    """The identity of a run must be the submission's; the field that differs is named."""
    pack_of, log = submitted
    (other,) = [path for path in log_folder.iterdir() if path != log]
    with pytest.raises(SubmissionError, match="another model than the submission: 'skillbench/careless'"):
        verify(pack_of, find_logs([str(log)]), small_set, reproduced=[str(other)])


@pytest.mark.filterwarnings("ignore:The .initial. parameter:DeprecationWarning")  # of tenacity, in Inspect's retries
def test_a_rubric_run_is_on_the_board_with_its_judge_and_prompt(
    rubric_folder: Path, small_set: TaskSet, tmp_path: Path
) -> None:
    """Beside the audit's line stands the judge's; the statement has the digest of its words; solve is the audit's."""
    evidence = collect([str(rubric_folder)])
    assert sorted(evidence.runs["judge"]) == ["audit", RUBRIC]
    solve = evidence.outcomes.pivot_table(index=["case", "epoch"], columns="judge", values="solve")
    assert (solve["audit"] == solve[RUBRIC]).all()
    label = next(run for run in evidence.runs["run"] if "rubric" in run)
    assert label == f"{CARELESS} (context matched, judge {RUBRIC})"
    pack_of = packed(rubric_folder, label, tmp_path / "results")
    assert pack_of.statement.judge_prompt == judge_digest("rubric-2026-11-21")
    assert pack_of.statement.context == "matched"
    files = find_logs([str(rubric_folder)])
    with pytest.raises(SubmissionError, match="--grader skillbench-judge/plain"):
        verify(pack_of, files, small_set, share=0.1)
    found = verify(pack_of, files, small_set, share=1.0, graders=["skillbench-judge/plain"])
    assert tier_of(pack_of, found) == Tier.RE_JUDGED


def test_re_judged_scores_that_differ_are_refused(submitted: tuple[Pack, Path], small_set: TaskSet) -> None:
    """One drawn sample judged a millionth of a point away from its claim: no tier, a refusal with both numbers."""
    pack_of, log = submitted
    found = verify(pack_of, find_logs([str(log)]), small_set, share=0.1)
    assert found.rejudging is not None
    first, *rest = found.rejudging.samples
    assert first.score is not None
    moved = first.model_copy(update={"score": first.score - 1e-6})
    forged = found.model_copy(update={"rejudging": found.rejudging.model_copy(update={"samples": [moved, *rest]})})
    with pytest.raises(SubmissionError, match="judged again"):
        write_evidence(pack_of, forged)
    fewer = found.model_copy(update={"rejudging": found.rejudging.model_copy(update={"samples": rest})})
    with pytest.raises(SubmissionError, match="not the ones drawn"):
        write_evidence(pack_of, fewer)


CHAINS = 12


def claims() -> list[dict[str, object]]:
    """Skill@2 and Skill@3 of twelve chains, scored 6 and 4 with a spread between chains."""
    return [
        {"case": f"c{n}-k{k}", "epoch": 1, "chain": f"c{n}", "kind": "chain", "k": k, "score": 10.0 - 2 * k + n / 10}
        for n in range(CHAINS)
        for k in (2, 3)
    ]


def again(shift: Sequence[float]) -> list[SampleScore]:
    """The same cases found elsewhere: k = 2 and k = 3 moved, chains scattered by ±0.3."""
    moved = dict(zip((2, 3), shift, strict=True))
    return [
        SampleScore(
            case=str(one["case"]),
            epoch=1,
            score=float(str(one["score"])) + moved[int(str(one["k"]))] + (0.3 if at % 4 < 2 else -0.3),
        )
        for at, one in enumerate(claims())
    ]


@pytest.mark.parametrize(
    ("shift", "outcome"),
    [
        ((0, 0), "agree"),
        ((0.2, 0.2), "agree"),
        ((-1, -1), "differ"),
        ((0.45, 0.45), "undecided"),
        ((0.9, -0.9), "differ"),
    ],
)
def test_the_rule_of_equivalence(shift: tuple[float, float], outcome: str) -> None:
    """Equal within the margin, beyond it, not decided, and a k that differs although the mean does not."""
    found = agreement(claims(), again(shift))
    assert found.outcome == outcome
    assert found.difference == pytest.approx(sum(shift) / 2)
    assert outcome in found.sentence()
    assert ("-" in found.sentence()) is False
    assert found.low < found.difference < found.high
    if outcome == "agree":
        assert max(abs(found.low), abs(found.high)) <= MARGIN


def test_unscored_samples_count_0_on_both_sides() -> None:
    """A rerun that fails on every Skill@3 case does not agree with a claim that scored them."""
    lost = [one.model_copy(update={"score": None}) if one.case.endswith("k3") else one for one in again((0, 0))]
    assert agreement(claims(), lost).outcome == "differ"


def test_a_rerun_of_a_part_is_refused(submitted: tuple[Pack, Path]) -> None:
    """Every composed case must be there."""
    pack_of, _ = submitted
    one = next(row for row in pack_of.samples if row["kind"] == "chain")
    part = Reproduction(logs=[], samples=[SampleScore(case=one["case"], epoch=1, score=5.0)])
    with pytest.raises(SubmissionError, match="lacks 3 composed cases"):
        reproduced(pack_of, part)


def test_an_incomplete_run_is_not_packed(log_folder: Path, tmp_path: Path) -> None:
    """Samples that a log lacks cannot be hidden behind a claim."""
    evidence = collect([str(log_folder)])
    lacking = evidence.outcomes[["run", "case", "epoch", "chain", "kind", "k"]].query(f"run == '{CARELESS}'").head(2)
    short = type(evidence)(evidence.outcomes, evidence.runs, lacking, {}, {})
    with pytest.raises(SubmissionError, match="lacks 2 samples, first"):
        pack(short, CARELESS, tmp_path, snapshot="s", contact="c", attested=True)
