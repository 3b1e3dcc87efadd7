"""What a submission states about itself; every field is checked, unknown fields are refused."""

from __future__ import annotations

import datetime as dt
import json
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skillbench.core.plain import plain_values

"""Characters of a part of a folder's name; longer ones end in a hash, so that two never become one."""

DIGEST: Final = r"^[0-9a-f]{64}$"

Digest = Annotated[str, Field(pattern=DIGEST)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class Tier(StrEnum):
    """How far a run has been verified; a mismatch is an error, never a lower tier."""

    SELF_REPORTED = "self-reported"
    LOG_CHECKED = "log-checked"
    RE_JUDGED = "re-judged"
    REPRODUCED = "reproduced"


class PrintableRecord(BaseModel):
    """Unknown fields are refused, instances are immutable, NaN is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """Text is what it looks like, in nested values as well."""
        if plain_values(value) != value:
            raise ValueError("holds characters that cannot be seen")
        return value


class Attestations(PrintableRecord):
    """What only the submitter can know; each must be true to be ranked.

    Attributes:
        one_run: every sample was run once per epoch; none was repeated because of its score.
        no_training: the model was not trained on this task set.
        no_leak: neither keys nor handbook notes reached the model except through its tools.
        same_agent: one agent, prompt and setting served every sample.
    """

    one_run: bool
    no_training: bool
    no_leak: bool
    same_agent: bool


class Submission(PrintableRecord):
    """``submission.yaml``.

    Attributes:
        format: version of this file.
        task_version: ``N-X`` of the benchmark.
        task_set: name of the task set.
        benchmark: digest of the task set.
        model: the model as Inspect names it.
        snapshot: the provider's name of the exact weights, or what is known of them.
        model_args: arguments of the model, secrets removed.
        agent: name of the agent; ``agent_args`` its arguments.
        tools: tools the agent was given.
        context: ``own`` records of a case, or ``matched``: all of its chain's.
        purse: what a case could spend: a multiple of the perfect worker's spending, a sum of points, or ``none``.
        generation: every generation setting that was given.
        epochs: repeats of each sample.
        judge: who scored; ``judge_prompt`` the digest of its profile, rules and prompts, None for the audit, which
            asks no model.
        started: day of the first sample; ``finished`` of the last.
        cost: US dollars in all; None where unknown.
        contact: whom to ask.
        attestations: what only the submitter can know.
        samples: sha256 of ``samples.jsonl`` unpacked; ``logs`` of ``logs.json``.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    task_version: Line
    task_set: Line
    benchmark: Digest
    model: Line
    snapshot: Line
    model_args: dict[str, Any]
    agent: Line
    agent_args: dict[str, Any]
    tools: Line
    context: Line
    purse: Line
    generation: dict[str, Any]
    epochs: Annotated[int, Field(ge=1, le=1000)]
    judge: Line
    judge_prompt: Digest | None
    started: dt.date
    finished: dt.date
    cost: Annotated[float, Field(ge=0)] | None
    contact: Line
    attestations: Attestations
    samples: Digest
    logs: Digest


class Log(PrintableRecord):
    """One log file behind a submission."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\\\\:]+\.(eval|json)$")]
    size: Annotated[int, Field(ge=1)]
    sha256: Digest


class Row(PrintableRecord):
    """One line of ``samples.jsonl``: a sample as the board reads it; the texts in JSON are checked as such."""

    case: Line
    epoch: Annotated[int, Field(ge=1, le=1000)]
    uuid: Annotated[str, Field(max_length=100)]
    chain: Line
    kind: Literal["chain", "twin"]
    k: Annotated[int, Field(ge=1, le=16)]
    skills: str
    state: Literal["scored", "unscored", "error"]
    reason: Annotated[str, Field(max_length=300)]
    score: Annotated[float, Field(ge=0, le=10)] | None
    score_no_bonus: Annotated[float, Field(ge=0, le=10)] | None
    solve: Annotated[float, Field(ge=0, le=1)] | None
    coverage: Annotated[float, Field(ge=0, le=1)] | None
    tokens: Annotated[float, Field(ge=0)] | None
    cost: Annotated[float, Field(ge=0)] | None
    seconds: Annotated[float, Field(ge=0)] | None
    tool_used: bool
    correct: str
    labels: str
    slips: str

    @model_validator(mode="after")
    def _coherent(self) -> Row:
        skills = json.loads(self.skills)
        if not isinstance(skills, list) or len(skills) != self.k or not all(isinstance(tag, str) for tag in skills):
            raise ValueError(f"k is {self.k}, so skills must be a list of as many names")
        objects = [json.loads(text) for text in (self.correct, self.labels, self.slips)]
        if not all(isinstance(value, dict) for value in objects):
            raise ValueError("correct, labels and slips must each be a JSON object")
        if plain_values([skills, objects]) != [skills, objects]:
            raise ValueError("skills, correct, labels or slips hold characters that cannot be seen")
        if (self.state == "scored") != (self.score is not None):
            raise ValueError(f"state is {self.state!r}, score {self.score}")
        return self
