"""A language model, or a panel of them, as Inspect scorer: it fills observations, code does the rest."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inspect_ai.log import transcript as log_transcript
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    ContentText,
    GenerateConfig,
    Model,
    ModelOutput,
    ResponseSchema,
    get_model,
    model_roles,
)
from inspect_ai.scorer import (
    Metric,
    Score,
    Scorer,
    Target,
    grouped,
    mean,
    scorer,
)
from inspect_ai.solver import TaskState
from inspect_ai.util import LimitExceededError, collect, json_schema

from skillbench.core.errors import JudgeError, SelectionError
from skillbench.harness.boundary import plain_errors
from skillbench.harness.hearing import Question, check_profile, hearing
from skillbench.harness.names import register_names
from skillbench.harness.panel_metric import panel
from skillbench.harness.scorer import audit_state, composed_mean, composed_stderr, tool_calls
from skillbench.harness.sets import opened, sets
from skillbench.judge.authored.assess import share_by_code
from skillbench.judge.evidence import Ruling
from skillbench.judge.observations import Report
from skillbench.judge.panel import Vote, readings
from skillbench.judge.profile import Profile, judge_digest, load_profile
from skillbench.judge.score import Scored
from skillbench.judge.transcript import Transcript

DEFAULT_PROFILE = "rubric-2026-11-21"
ROLE = "grader"
VALUES = ("score", "without_bonus", "judged", "as_zero")
STOPS = {
    "content_filter": "the judge refused",
    "max_tokens": "the verdict was cut at the judge's length limit",
    "model_length": "the prompt does not fit the judge's context",
}


@dataclass(frozen=True)
class Asked:
    """What one judge gave.

    Attributes:
        vote: its observations; None when there are none.
        attempts: how often it was asked.
        reason: why there are none, ``""`` otherwise.
    """

    vote: Vote[Report] | None
    attempts: int
    reason: str = ""


def rubric_metrics() -> dict[str, list[Metric]]:
    """Per value: the mean over composed cases, its chain-clustered error, and the mean of every k.

    In ``score``, the headline, the audit's score stands in where no judge gave a verdict; ``judged`` leaves such
    samples out and ``as_zero`` counts them as 0, so that a judge that fails more often on some answers shows.
    """
    by_k = grouped(mean(), "group", all=False, name_template="{group_name}")
    shown: dict[str, list[Metric]] = {name: [composed_mean(), composed_stderr(), by_k] for name in VALUES}
    shown["score"].append(panel())
    return shown


def graders() -> list[Model]:
    """The models of the ``grader`` role, in the order given; empty without one."""
    given = model_roles().get(ROLE, [])
    return given if isinstance(given, list) else [given]


def rubric_scorers(
    tasks: str, profile: str = DEFAULT_PROFILE, allow_self: str | None = None, *, authored: bool = False
) -> list[Scorer]:
    """The judge of a run that reads: one scorer when a grader or a profile with its own model was given, else none.

    Call it in the task's body, so that a wrong choice costs nothing.

    Raises:
        InputError: no such profile, or one of the other track.
        SelectionError: a grader is the model under test, or one model is given twice; answers that must be read have
            no grader although the audit alone was not asked for.
    """
    named = load_profile(profile)
    check_profile(named, authored=authored)
    judges = [str(model) for model in graders()] or ([named.model] if named.model else [])
    if named.kind == "audit":
        judges = []
    elif authored and not judges:
        raise SelectionError(
            f"answers of the authored track must be read: give a grader (--model-role {ROLE}=<model>), or "
            f"-T judge=audit for what code alone decides: {_decided(tasks)} of the criteria's weight in {tasks}"
        )
    if not judges:
        return []
    check_graders(str(get_model()), judges, allow_self)
    return [rubric(tasks, profile, allow_self)]


def _decided(tasks: str) -> str:
    shares = [share_by_code(case.authored) for case in opened(tasks).cases if case.authored]
    return f"{math.fsum(shares) / max(1, len(shares)):.0%}"


def check_graders(under_test: str, judges: Sequence[str], allow_self: str | None) -> None:
    """Refuse a judge that would grade itself, before any money is spent.

    The same model behind another provider's address (``openai/x`` and ``azureai/openai/x``) is the same judge.

    Raises:
        SelectionError: see above; ``allow_self`` lets one model through by its name.
    """
    for judge in judges:
        same = judge.rsplit("/", 1)[-1] == under_test.rsplit("/", 1)[-1]
        if same and allow_self != judge:
            raise SelectionError(
                f"the grader {judge} is the model under test ({under_test}): judges prefer their own answers. "
                f"Give another with --model-role {ROLE}=..., or allow it by name: -T allow_self_grading={judge}"
            )
    if len(set(judges)) < len(judges):
        raise SelectionError(f"--model-role {ROLE}={','.join(judges)}: a panel is made of different models")


@scorer(metrics=rubric_metrics())
def rubric(tasks: str | None = None, profile: str = DEFAULT_PROFILE, allow_self: str | None = None) -> Scorer:
    """Score with a language model's observations on the audit's ground (DESIGN section 8).

    Args:
        tasks: the task set, by path or name; without it, the one that the sample's log was made with.
        profile: a judge of ``judges/profiles``.
        allow_self: name of a model that may grade its own answers.
    """
    set_of = sets(tasks)
    with plain_errors():
        judge = load_profile(profile)

    async def score(state: TaskState, target: Target) -> Score:
        del target
        models = graders() or ([get_model(judge.model)] if judge.model else [])
        with plain_errors():
            if not models:
                raise SelectionError(f"the judge {judge.name} needs a model: --model-role {ROLE}=<model>")
            check_graders(str(state.model), [str(model) for model in models], allow_self)
        task_set = set_of(state)
        case = task_set.case(str(state.sample_id))
        verdict = await audit_state(task_set, state)
        session = Transcript(tool_calls(state.messages), state.output.completion, state.input_text)
        with plain_errors():
            heard = hearing(task_set, case, session, verdict, judge, secrets.token_hex(8))
        asked = list(await collect(*[ask(model, heard.question, judge) for model in models]))
        votes = [one.vote for one in asked if one.vote]
        facts = _facts(judge, models, asked) | {"audit": float(verdict.score)}
        if 2 * len(votes) <= len(models):
            return _unscored(asked, facts, heard.stand_in)
        ruling = heard.rule(votes)
        log_transcript().info(_event(ruling, votes), source="skillbench rubric")
        return _scored(ruling, facts | {"votes": readings(votes)}, state)

    return score


register_names(rubric)


async def ask(model: Model, question: Question, profile: Profile) -> Asked:
    """Ask one judge until it gives a readable verdict, at most ``profile.attempts`` times, never from a cache.

    The last attempt, and any after a context overflow, shows the question's bare form.
    """
    reason = ""
    for attempt in range(1, profile.attempts + 1):
        last = attempt == profile.attempts > 1
        shown = question.bare if last or reason == STOPS["model_length"] else question.user
        messages: list[ChatMessage] = [ChatMessageSystem(content=question.system), ChatMessageUser(content=shown)]
        try:
            output = await model.generate(messages, config=_config(model, profile, question.kind), cache=False)
            vote = Vote(str(model), family(str(model)), _observed(output, question))
        except LimitExceededError:
            raise
        except JudgeError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  a broken wire costs this judge's vote, never the sample
            reason = f"{type(error).__name__}: {str(error)[:200]}"
        else:
            return Asked(vote, attempt)
    return Asked(None, attempt, reason)


def family(model: str) -> str:
    """Who made a model: ``gpt``, ``claude``, … from its name, whoever serves it."""
    name = re.sub(r"^[a-z]+\.(?=[a-z])", "", model.rsplit("/", 1)[-1].casefold())
    return name.split("-")[0].rstrip("0123456789.")


def _observed(output: ModelOutput, question: Question) -> Report:
    """The observations in an output; what is no verdict is recognised before parsing."""
    if output.error:
        raise JudgeError(f"the judge's provider reports: {output.error[:200]}")
    if output.stop_reason in STOPS:
        raise JudgeError(STOPS[output.stop_reason])
    content = output.message.content
    if not isinstance(content, str) and any(isinstance(part, ContentText) and part.refusal for part in content):
        raise JudgeError(STOPS["content_filter"])
    if not output.completion.strip():
        raise JudgeError("the judge said nothing")
    return question.read(output.completion)


def _config(model: Model, profile: Profile, kind: type[Report]) -> GenerateConfig:
    """Structured output, and bounded patience where the person set none."""
    config = GenerateConfig(response_schema=_schema(kind))
    config.temperature = profile.temperature if model.config.temperature is None else model.config.temperature
    config.max_retries = 4 if model.config.max_retries is None else model.config.max_retries
    config.attempt_timeout = 300 if model.config.attempt_timeout is None else model.config.attempt_timeout
    return config


@cache
def _schema(kind: type[Report]) -> ResponseSchema:
    return ResponseSchema(name="observations", json_schema=json_schema(kind))


def _facts(judge: Profile, models: Sequence[Model], asked: Sequence[Asked]) -> dict[str, Any]:
    return {
        "profile": judge.name,
        "judge_digest": judge_digest(judge.name),
        "judges": [str(model) for model in models],
        "attempts": [one.attempts for one in asked],
        "failures": [one.reason[:150] for one in asked if one.reason],
    }


def _unscored(asked: Sequence[Asked], facts: dict[str, Any], code_alone: Scored) -> Score:
    """No verdict: the headline takes what code alone can vouch for, and says so."""
    reason = next(one.reason for one in asked if one.reason)
    stand_in = float(code_alone.score)
    numbers = (stand_in, float(code_alone.without_bonus), math.nan, 0.0)
    return Score(
        value=dict(zip(VALUES, numbers, strict=True)),
        explanation=f"no verdict: {reason}; the audit's {stand_in} stands in",
        metadata=facts | {"unscored": reason[:300]},
    )


def _scored(ruling: Ruling, facts: dict[str, Any], state: TaskState) -> Score:
    points = float(ruling.scored.score)
    numbers = (points, float(ruling.scored.without_bonus), points, points)
    return Score(
        value=dict(zip(VALUES, numbers, strict=True)),
        answer=state.output.completion[:2000],
        explanation=f"{points} ({ruling.scored.band}), {len(ruling.upheld)} claims upheld, {ruling.inert} inert",
        metadata=facts
        | {
            "unscored": None,
            "band": ruling.scored.band,
            "status": {tag: str(status) for tag, status in ruling.evidence.skills.items()},
            "upheld": [claim[:120] for claim in ruling.upheld[:6]],
            "inert": ruling.inert,
            "candour": ruling.candour,
            "agreement": ruling.agreement,
        },
    )


def _event(ruling: Ruling, votes: Sequence[Vote[Report]]) -> dict[str, Any]:
    """Everything for a person to read: ledger, upheld claims and each judge's words."""
    return {
        "score": str(ruling.scored.score),
        "ledger": [f"{entry.rule}: {entry.points} ({entry.reason})" for entry in ruling.scored.ledger],
        "upheld": list(ruling.upheld),
        "votes": {vote.judge: vote.observations.model_dump(mode="json") for vote in votes},
    }
