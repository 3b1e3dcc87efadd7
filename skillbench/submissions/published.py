"""Submissions as evidence: packed runs join the board with the tier that was verified for their bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillbench.core.errors import SubmissionError
from skillbench.report.board import DEFAULT_AGENT
from skillbench.submissions.pack import STATEMENT, Pack, read_pack
from skillbench.submissions.schema import Submission, Tier
from skillbench.submissions.signing import SIGNERS, read_signers
from skillbench.submissions.verification import verified_tier


@dataclass(frozen=True)
class Submitted:
    """One submission as rows: of the runs table, of its samples, and its tier."""

    run: Mapping[str, Any]
    samples: Sequence[Mapping[str, Any]]
    tier: Tier


def read_submissions(results: Path) -> list[Submitted]:
    """Every submission below a folder, in order of its path.

    Where ``signers.pub`` stands in the folder, every record must be signed by one of its keys.

    Raises:
        SubmissionError: one is malformed, altered, reached by a link, or its check belongs to other bytes or has no
            signature where one is asked for.
    """
    folders = sorted(path.parent for path in results.rglob(STATEMENT))
    inner = {one for folder in folders for one in (folder, *folder.parents) if results in one.parents}
    if linked := sorted(one for one in inner if one.is_symlink()):
        raise SubmissionError(f"{linked[0]} is a link; a submission is a folder of its own")
    signers = read_signers(results / SIGNERS) if (results / SIGNERS).is_file() else None
    return [_submitted(read_pack(folder), signers) for folder in folders]


def _submitted(pack: Pack, signers: Mapping[str, Any] | None) -> Submitted:
    run = run_row(pack)
    samples = [_sample(str(run["file"]), pack.statement, row) for row in pack.samples]
    return Submitted(run, samples, verified_tier(pack, signers))


def run_row(pack: Pack) -> dict[str, Any]:
    """A submission as a row of the runs table, as if its logs had been read."""
    stated, file = pack.statement, pack.folder.name
    return {
        "file": file,
        "source": file,
        "task_id": file,
        "eval_id": file,
        "status": "success",
        "model": stated.model,
        "model_args": _canonical(stated.model_args),
        "config": _canonical(stated.generation),
        "agent": "" if stated.agent == DEFAULT_AGENT else stated.agent,
        "agent_args": _canonical(stated.agent_args),
        "tools": stated.tools,
        "context": stated.context,
        "purse": stated.purse,
        "judge": stated.judge,
        "judge_prompt": stated.judge_prompt or "",
        "sandbox": "",
        "limits": "{}",
        "task_set": stated.task_set,
        "digest": stated.benchmark,
        "salted": False,
        "task_version": stated.task_version,
        "package": "",
        "inspect": "",
        "epochs": stated.epochs,
        "cases": json.dumps(sorted({str(row["case"]) for row in pack.samples})),
        "created": str(stated.started),
        "completed": str(stated.finished),
        "updated": False,
    }


def _sample(file: str, stated: Submission, row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = ("score", "score_no_bonus", "solve", "coverage", "tokens", "cost", "seconds")
    skills = json.loads(row["skills"])
    error = row["reason"] if row["state"] == "error" else ""
    return {
        **row,
        **{name: math.nan if row[name] is None else float(row[name]) for name in numbers},
        "file": file,
        "judge": stated.judge,
        "judge_prompt": stated.judge_prompt or "",
        "skill": skills[0] if row["kind"] == "twin" else skills[-1],
        "domain": "",
        "limit": "",
        "error": error,
    }


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
