"""A log's header held against the task set, the journal of its own run, and its samples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from skillbench.core.taskset import TaskSet
from skillbench.evidence.session import Head
from skillbench.submissions.transcripts import added, close

STEPS: Final = {"", "desk", "analyst"}
"""Solvers of the task; the first runs before any agent, the second is its own."""

UNSAFE: Final = {"", "none", "local"}
"""Sandboxes that are none: code in them reads whatever the machine holds."""


@dataclass(frozen=True)
class Tally:
    """What the samples of a log add up to.

    Attributes:
        places: (case, epoch) of each; ``carried`` how many of them an earlier log began.
        usage, role_usage: summed over samples.
        means: over composed cases, of each value of the audit.
        finished: samples without an error.
    """

    places: Sequence[tuple[str, int]]
    carried: int
    usage: Sequence[tuple[str, Mapping[str, float]]]
    role_usage: Sequence[tuple[str, Mapping[str, float]]]
    means: Mapping[str, float]
    finished: int


def of_head(head: Head, task_set: TaskSet, allowed: Mapping[str, int | None], tally: Tally) -> Iterator[str]:
    """Every reason in a log's header to refuse it, each a clause."""
    yield from _of_task(head, task_set, allowed)
    if head.updated:
        yield f"was changed after the run ({', '.join(head.updated)})"
    if head.began_as:
        yield f"its journal began with another {', '.join(head.began_as)} (forged header)"
    if head.strangers:
        yield f"its archive holds samples that it does not name, first {head.strangers[0]} (hidden sample)"
    if strangers := sorted(set(tally.places) - {(case, n) for case in head.cases for n in range(1, head.epochs + 1)}):
        case, epoch = strangers[0]
        yield f"holds case {case}, epoch {epoch}, which it was not to run (foreign sample)"
    if head.completed and head.completed < head.created:
        yield "ended before it began"
    # A log that was cut off counts what no sample of it tells; it is handed in only for the retry that follows it.
    if head.status == "success":
        yield from _of_sums(head, tally)


def _of_task(head: Head, task_set: TaskSet, allowed: Mapping[str, int | None]) -> Iterator[str]:
    manifest, stated = task_set.manifest, head.metadata
    digest = str(stated.get("task_set_digest", ""))
    if digest != manifest.digest:
        yield f"ran task set {digest[:12]}, expected {manifest.digest[:12]}"
    elif head.version != manifest.version or stated.get("task_set") != manifest.name:
        yield f"says version {head.version} of {stated.get('task_set')}; it is {manifest.version} of {manifest.name}"
    for name, most in allowed.items():
        given = head.limits.get(name)
        if most is not None and (given is None or given > most):
            yield f"{name} is {given or 'off'}, the task allows {most}"
    if not head.agent and not set(head.steps) <= STEPS:
        yield f"names no agent, but ran {', '.join(sorted(set(head.steps) - STEPS))} (hidden agent)"
    if head.agent and "analyst" in head.steps:
        yield f"names the agent {head.agent}, but ran the task's own (forged agent)"
    sandbox = stated.get("sandbox")
    kind = str(sandbox.get("type", "")) if isinstance(sandbox, Mapping) else str(sandbox or "")
    if "code" in str(stated.get("tools", "")) and (head.sandbox in UNSAFE or kind in UNSAFE):
        yield f"its code ran in the sandbox {head.sandbox or kind or 'none'}, which keeps nothing from it"
    elif head.sandbox != kind and not (head.sandbox in UNSAFE and kind in UNSAFE):
        yield f"says the sandbox is {kind}, Inspect says {head.sandbox}"


def _of_sums(head: Head, tally: Tally) -> Iterator[str]:
    if head.total != len(head.cases) * head.epochs:
        yield f"counts {head.total} samples, its header asks for {len(head.cases)} by {head.epochs} (dropped samples)"
    if head.finished != tally.finished:
        yield f"counts {head.finished} finished samples, it holds {tally.finished} (dropped samples)"
    # A log that carries samples counts all that the run spent before, of which it holds only what was finished.
    if not tally.carried:
        for what, stated, parts in (
            ("models", head.usage, tally.usage),
            ("roles", head.role_usage, tally.role_usage),
        ):
            if not close(stated, added(parts)):
                yield f"its usage of {what} is not the sum of its samples' (dropped or foreign samples)"
    for name, stated_mean in head.means.items():
        mean = tally.means.get(name, math.nan)
        if not math.isclose(mean, stated_mean, rel_tol=0, abs_tol=1e-6) and not (
            math.isnan(mean) and math.isnan(stated_mean)
        ):
            yield f"states a mean {name} of {stated_mean:.6f}, its samples give {mean:.6f} (stale metrics)"
