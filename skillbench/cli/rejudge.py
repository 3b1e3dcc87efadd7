"""Re-judging drawn samples of a submission, and taking a rerun's scores: what the upper tiers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pandas as pd
from inspect_ai.log import EvalSample, read_eval_log_sample, read_eval_log_sample_summaries
from inspect_ai.model import get_model

from skillbench.core.errors import SubmissionError
from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet
from skillbench.evidence.graded import judge_parts
from skillbench.evidence.log_files import LogFile
from skillbench.evidence.runs import IDENTITY, RunEvidence
from skillbench.harness.prepared import judge_all
from skillbench.harness.scorer import tool_calls
from skillbench.judge.payloads import Attempt
from skillbench.judge.profile import judge_digest, load_profile
from skillbench.submissions.checks import FullLog
from skillbench.submissions.draws import SHARE, draw
from skillbench.submissions.pack import Pack, fingerprint
from skillbench.submissions.published import run_row
from skillbench.submissions.schema import Log
from skillbench.submissions.verification import Rejudging, Reproduction, SampleScore


def rejudge(
    pack: Pack,
    whole: Sequence[FullLog],
    files: Sequence[LogFile],
    task_set: TaskSet,
    graders: Sequence[str] = (),
    share: float = SHARE,
) -> Rejudging:
    """The drawn samples judged again by the submission's own judge: the audit's code, or its models anew.

    Args:
        pack: the submission.
        whole: its logs, read whole: the audit's second verdict on every sample.
        files: the same logs; a language-model judge is shown the drawn sessions in them.
        task_set: the task set.
        graders: models that may be called: what a submission names is not called because it names it.
        share: of the samples of each k, how many are drawn.

    Raises:
        SubmissionError: other graders than the submission's, or the judge installed here has other words.
        InputError: its profile is not installed here.
    """
    stated = pack.statement
    drawn = draw(pack.samples, stated.samples, share)
    profile, models = judge_parts(stated.judge)
    if not models:
        again = {(one.case, one.epoch): one.recomputed for log in whole for one in log.samples}
        scores = [(values or {}).get("score") for values in map(again.get, drawn)]
        return _rejudging(pack, share, drawn, scores)
    if sorted(graders) != sorted(models):
        raise SubmissionError(
            f"{pack.folder}: its judge is {stated.judge}; judging again calls these models at your cost. Give "
            + " ".join(f"--grader {name}" for name in models)
        )
    if judge_digest(profile) != stated.judge_prompt:
        raise SubmissionError(
            f"{pack.folder}: it was judged by {profile} in the words {str(stated.judge_prompt)[:12]}, here it has "
            f"{judge_digest(profile)[:12]}; judge again with the release the submission was made with"
        )
    sessions = _sessions(drawn, files, task_set)
    outcomes = judge_all(task_set, sessions, load_profile(profile), [get_model(name) for name in models])
    for (case, epoch), one in zip(drawn, outcomes, strict=True):
        if one.unscored:
            click.echo(f"{case}, epoch {epoch}: the judge gave no score: {one.unscored}", err=True)
    return _rejudging(pack, share, drawn, [None if one.unscored else one.score for one in outcomes])


def _rejudging(pack: Pack, share: float, drawn: Sequence[tuple[str, int]], scores: Sequence[float | None]) -> Rejudging:
    found = [
        SampleScore(case=case, epoch=epoch, score=score) for (case, epoch), score in zip(drawn, scores, strict=True)
    ]
    return Rejudging(share=share, judge=pack.statement.judge, judge_prompt=pack.statement.judge_prompt, samples=found)


def _sessions(
    drawn: Sequence[tuple[str, int]], files: Sequence[LogFile], task_set: TaskSet
) -> list[tuple[Case, Attempt]]:
    """The drawn sessions as a judge takes them, in the order drawn."""
    held = {(str(one.id), one.epoch): file.path for file in files for one in read_eval_log_sample_summaries(file.path)}
    return [_session(read_eval_log_sample(held[case, epoch], id=case, epoch=epoch), task_set) for case, epoch in drawn]


def _session(sample: EvalSample, task_set: TaskSet) -> tuple[Case, Attempt]:
    """Case and attempt; the case's text is what the agent was given, records and pages included."""
    case = task_set.case(str(sample.id)).model_copy(update={"prompt": str(sample.input)})
    return case, Attempt(sample.output.completion, tool_calls(sample.messages))


def rerun(pack: Pack, whole: Sequence[FullLog], files: Sequence[LogFile], evidence: RunEvidence) -> Reproduction:
    """The scores of an independent rerun of a submission.

    Args:
        pack: the submission.
        whole: the rerun's logs, read whole.
        files: the same logs.
        evidence: the same logs as the board reads them.

    Raises:
        SubmissionError: another model, agent, setting or judge ran, or samples are the submission's own.
    """
    runs = evidence.runs[evidence.runs["judge"] == pack.statement.judge]
    if runs.empty:
        raise SubmissionError(f"the rerun was not judged by {pack.statement.judge}, as the submission was")
    wanted = run_row(pack)
    for row in runs.to_dict("records"):
        for name in IDENTITY:
            if row[name] != wanted[name]:
                raise SubmissionError(
                    f"the rerun has another {name.replace('_', ' ')} than the submission: {_short(row[name])}, "
                    f"submitted {_short(wanted[name])}; run it again as the statement says"
                )
    own = {str(row["uuid"]) for row in pack.samples}
    if any(sample.uuid in own for log in whole for sample in log.samples):
        raise SubmissionError("the rerun holds samples of the submission itself (equal uuids); run it anew")
    table = evidence.outcomes[evidence.outcomes["run"].isin(runs["run"]) & (evidence.outcomes["kind"] == "chain")]
    samples = [
        SampleScore(case=row["case"], epoch=row["epoch"], score=None if pd.isna(row["score"]) else row["score"])
        for row in table.sort_values(["case", "epoch"]).to_dict("records")
    ]
    logs = [Log(**fingerprint(Path(file.path))) for file in files]
    return Reproduction(logs=logs, samples=samples)


def _short(value: Any) -> str:
    return repr(str(value)[:60])
