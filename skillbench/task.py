"""The task that Inspect finds: ``inspect eval skillbench``, in a checkout or installed, from any directory."""

from __future__ import annotations

import sys
from inspect import signature
from pathlib import Path
from typing import Any

# Inspect loads this file by path with only its own folder on sys.path; a checkout that is not installed needs its root.
sys.path[:0] = [root for root in [str(Path(__file__).resolve().parent.parent)] if root not in sys.path]

from inspect_ai import Task, task
from inspect_ai.model._model import active_model  # get_model(), the public way, makes one where there is none
from inspect_ai.scorer import Scorer

from skillbench import __version__
from skillbench.core.errors import SelectionError
from skillbench.harness import planted  # noqa: F401  registers the planted agents
from skillbench.harness.agent import AUTHORED, KEYED, analyst, desk
from skillbench.harness.boundary import plain_errors
from skillbench.harness.dataset import parse_context, samples
from skillbench.harness.names import register_names
from skillbench.harness.purse import parse_purse
from skillbench.harness.rubric import rubric_scorers
from skillbench.harness.scorer import audit_scorer
from skillbench.harness.selection import (
    check_track,
    parse_tools,
    parse_track,
    refuse_mock,
    refuse_unknown,
    refuse_unrunnable,
    select,
)
from skillbench.judge.opening import open_task_set
from skillbench.sandbox.select import resolve_sandbox


@task
@plain_errors()
def skillbench(
    tasks: str | None = None,
    k: str | int | list[str | int] | None = None,
    chains: int | None = None,
    twins: bool = True,
    tools: str | list[str] | None = None,
    sandbox: str = "auto",
    context: str = "own",
    purse: str | float = "none",
    track: str = "keyed",
    judge: str | None = None,
    allow_self_grading: str | None = None,
    message_limit: int | None = 100,
    token_limit: int | None = 1_000_000,
    time_limit: int | None = 1800,
    **unknown: Any,
) -> Task:
    """How far does an agent fall as skills must be combined?

    Args:
        tasks: a shipped task set by name (``v0`` if not given, ``authored-v0`` on the authored track), or a folder made
            by ``skillbench build``.
        k: which Skill@k, for instance ``2-7``, ``3`` or ``2,4,7``; all that the set has, if not given.
        chains: only the first so many chains.
        twins: also run the Skill@1 twins, which the composition gap needs.
        tools: ``code,search`` (``code`` on the authored track, which has nothing to search), ``code``, ``search`` or
            ``none``.
        sandbox: ``auto``, ``docker``, ``bubblewrap``, ``k8s`` or another registered provider.
        context: ``own`` records only, or ``matched``: all records of the chain at every k (separates composition from
            context length).
        purse: what searches, pages, program runs and reading may cost: a multiple of what a perfect worker spends on
            the case (``4``, ``2``, ``1.4``, ``1``), a sum (``120points``), or ``none``.
        track: ``keyed``: composed cases, every answer held against a key; ``authored``: written tasks, whose answers a
            grader reads (``--model-role grader=…``, or ``-T judge=audit`` for what code alone decides).
        judge: profile of the judge that runs beside the audit when ``--model-role grader=…`` is given.
        allow_self_grading: name of a model that may grade its own answers.
        message_limit: messages a sample may take.
        token_limit: tokens a sample may take.
        time_limit: seconds a sample may take.
        unknown: any other option, which is refused: Inspect would drop it with a warning and run the whole set.

    Raises:
        PrerequisiteError: Inspect's, with the words of ours: an unknown option, nothing selected, an unknown tool, no
            limit at all, a grader that is the model under test or none where answers must be read, a task set that is
            missing, altered, or of another track or version, or no sandbox for code.
    """
    refuse_unknown(unknown, OPTIONS)
    if not (message_limit or token_limit or time_limit):
        raise SelectionError(
            "no limit is set: an agent that never submits would run for ever. "
            "Set at least one of message_limit, token_limit, time_limit (-T message_limit=100)."
        )
    if under_test := active_model():  # None where the task is made before a model is chosen
        refuse_mock(str(under_test), under_test.model_args)
    kind = parse_track(track)
    tasks, judge = tasks or kind.tasks, judge or kind.judge
    task_set = open_task_set(tasks)
    check_track(task_set.cases, kind, tasks)
    allowed, allowance = parse_tools(kind.tools if tools is None else tools), parse_purse(purse)
    cases = select(task_set.cases, k, chains, twins=twins)
    refuse_unrunnable(cases, allowed)
    home = resolve_sandbox(sandbox) if allowed.code else None
    opinions = rubric_scorers(tasks, judge, allow_self_grading, authored=kind.authored)
    scorers: list[Scorer] = [audit_scorer(tasks), *opinions]
    return Task(
        dataset=samples(task_set, cases, allowed, parse_context(context), allowance),
        setup=desk(task_set, allowed, tasks, allowance),
        solver=analyst(allowed, AUTHORED if kind.authored else KEYED),
        scorer=scorers,
        sandbox=home.spec if home else None,
        message_limit=message_limit,
        token_limit=token_limit,
        time_limit=time_limit,
        version=task_set.manifest.version,
        metadata={
            "skillbench": __version__,
            "task_set": task_set.manifest.name,
            "task_set_digest": task_set.manifest.digest,
            "salted": task_set.manifest.salted,
            "tools": str(allowed),
            "track": kind.name,
            "context": context,
            "purse": str(allowance),
            "sandbox": home.facts if home else {"type": "none"},
            "judge": f"audit, {judge}" if opinions else "audit",
        },
    )


OPTIONS = tuple(name for name in signature(skillbench).parameters if name != "unknown")
register_names(skillbench)
