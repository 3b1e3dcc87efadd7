"""Checks of whole logs: what an honest run cannot show and an altered one does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from skillbench.core.streams import stream

TOLERANCE: Final = 1e-9
SHARE: Final = 0.1
"""Of the samples, how many a re-judging draws."""


@dataclass(frozen=True)
class FullSample:
    """One sample read whole, and judged again.

    Attributes:
        case, epoch, uuid: as in the log.
        metadata: the sample's metadata; ``expected_metadata`` what the task set gives this case.
        task_matches: whether the agent was given exactly the task set's text for this case.
        values: what the log says the judge found; ``summary`` what the log's summary says.
        recomputed: what judging the transcript again finds; None where the sample has no answer to judge.
        opinions_match: whether the summary tells every other judge's values as the sample does.
        edited: a score was changed after the run; ``invalidated`` the sample was.
        models: models whose tokens were used, outside of roles.
        message_ids: ids of the agent's messages.
        started, completed: times, ISO.
        retries: how often the sample was started again.
        error: why it failed, or empty.
    """

    case: str
    epoch: int
    uuid: str
    metadata: Mapping[str, Any]
    expected_metadata: Mapping[str, Any] | None
    task_matches: bool
    values: Mapping[str, float] | None
    summary: Mapping[str, float] | None
    recomputed: Mapping[str, float] | None
    opinions_match: bool
    edited: bool
    invalidated: bool
    models: frozenset[str]
    message_ids: tuple[str, ...]
    started: str
    completed: str
    retries: int
    error: str


@dataclass(frozen=True)
class FullLog:
    """One log read whole.

    Attributes:
        name: file name.
        digest: of the task set it says it ran; ``expected_digest`` of the task set at hand.
        model: the model it says it ran.
        limits: message, token and time limits; ``allowed`` the task's own.
        metrics: mean of each value over composed cases as the log states it.
        updated: names of updates made after the run.
        created, completed: times, ISO.
        samples: every sample.
    """

    name: str
    digest: str
    expected_digest: str
    model: str
    limits: Mapping[str, int | None]
    allowed: Mapping[str, int | None]
    metrics: Mapping[str, float]
    updated: tuple[str, ...]
    created: str
    completed: str
    samples: tuple[FullSample, ...]


def faults(logs: Sequence[FullLog], expected: frozenset[str], epochs: int) -> list[str]:
    """Every reason to refuse these logs, each a sentence; empty when there is none.

    Args:
        logs: all logs of the submission.
        expected: ids of the cases that must be there.
        epochs: repeats of each.
    """
    found = [fault for log in logs for fault in _of_log(log)]
    found += [fault for log in logs for sample in log.samples for fault in _of_sample(log, sample)]
    return found + list(_over_all(logs, expected, epochs))


def _of_log(log: FullLog) -> Iterator[str]:
    if log.digest != log.expected_digest:
        yield f"{log.name}: ran task set {log.digest[:12]}, expected {log.expected_digest[:12]}"
    if log.updated:
        yield f"{log.name}: was changed after the run ({', '.join(log.updated)})"
    for name, allowed in log.allowed.items():
        given = log.limits.get(name)
        if allowed is not None and (given is None or given > allowed):
            yield f"{log.name}: {name} is {given or 'off'}, the task allows {allowed}"
    for name, stated in log.metrics.items():
        values = [
            sample.values[name]
            for sample in log.samples
            if sample.values and sample.metadata.get("kind") == "chain" and not math.isnan(sample.values[name])
        ]
        mean = sum(values) / len(values) if values else math.nan
        if not math.isclose(mean, stated, rel_tol=0, abs_tol=1e-6) and not (math.isnan(mean) and math.isnan(stated)):
            yield f"{log.name}: states a mean {name} of {stated:.6f}, its samples give {mean:.6f} (stale metrics)"


def _of_sample(log: FullLog, sample: FullSample) -> Iterator[str]:
    place = f"{log.name}: case {sample.case}, epoch {sample.epoch}"
    if sample.expected_metadata is None:
        yield f"{place}: the task set has no such case"
    elif dict(sample.metadata) != dict(sample.expected_metadata):
        wrong = sorted(
            name
            for name in {*sample.metadata, *sample.expected_metadata}
            if sample.metadata.get(name) != sample.expected_metadata.get(name)
        )
        yield f"{place}: {', '.join(wrong)} differs from the task set (relabelled)"
    if not sample.task_matches:
        yield f"{place}: the agent was given another text than the task set holds (swapped task file)"
    if not sample.opinions_match:
        yield f"{place}: the log's summary says another verdict of a judge than the sample (forged summary)"
    if sample.edited:
        yield f"{place}: its score was edited"
    if sample.invalidated:
        yield f"{place}: was marked invalid"
    if sample.retries:
        yield f"{place}: was started {sample.retries + 1} times"
    if sample.models - {log.model}:
        yield f"{place}: used {', '.join(sorted(sample.models - {log.model}))}, not {log.model} (foreign model)"
    if sample.started and (
        sample.started < log.created[:19] or (log.completed and sample.completed[:19] > log.completed)
    ):
        yield f"{place}: ran outside of its log's time (merged retry)"
    yield from _of_values(place, sample)


def _of_values(place: str, sample: FullSample) -> Iterator[str]:
    if sample.values is None:
        if not sample.error:
            yield f"{place}: has neither a score nor an error"
        return
    if any(math.isnan(value) for value in sample.values.values()):
        yield f"{place}: its score is not a number"
        return
    summary = sample.summary
    if summary is None or any(abs(summary[name] - value) > TOLERANCE for name, value in sample.values.items()):
        yield f"{place}: the log's summary says another score than the sample (forged summary)"
    if sample.recomputed is None:
        yield f"{place}: has a score but no answer that could be judged again"
        return
    for name, value in sample.values.items():
        if abs(sample.recomputed[name] - value) > TOLERANCE:
            yield f"{place}: {name} is {value:.6f} in the log, {sample.recomputed[name]:.6f} when judged again"


def _over_all(logs: Sequence[FullLog], expected: frozenset[str], epochs: int) -> Iterator[str]:
    samples = [sample for log in logs for sample in log.samples]
    count = Counter((sample.case, sample.epoch) for sample in samples)
    for case in sorted(expected):
        for epoch in range(1, epochs + 1):
            if (case, epoch) not in count:
                yield f"case {case}, epoch {epoch} is missing"
    for (case, epoch), times in sorted(count.items()):
        if times > 1:
            yield f"case {case}, epoch {epoch} is there {times} times"
    yield from _copies(samples)
    models = sorted({log.model for log in logs})
    if len(models) > 1:
        yield f"its logs name {len(models)} models: {', '.join(models)}"


def _copies(samples: Sequence[FullSample]) -> Iterator[str]:
    """Samples that are another one again: a uuid or a message that is not their own."""
    uuids = Counter(sample.uuid for sample in samples)
    holder: dict[str, tuple[str, int]] = {}
    for sample in samples:
        mine = (sample.case, sample.epoch)
        if not sample.uuid or uuids[sample.uuid] > 1:
            yield f"case {sample.case}, epoch {sample.epoch}: its uuid {sample.uuid!r} is not its own (copied sample)"
        first = next((one for message in sample.message_ids if (one := holder.setdefault(message, mine)) != mine), mine)
        if first != mine:
            yield f"case {sample.case}, epoch {sample.epoch}: repeats a message of {first[0]}, epoch {first[1]}"


def draw(rows: Sequence[Mapping[str, Any]], name: str, share: float = SHARE) -> list[tuple[str, int]]:
    """The samples to judge again: a share of each k, at least one, drawn by name; sorted.

    ``name`` is the hash of the packed samples, so nobody can choose the draw before packing.
    """
    strata: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        strata.setdefault(int(row["k"]), []).append((str(row["case"]), int(row["epoch"])))
    drawn = []
    for k, cases in sorted(strata.items()):
        order = stream("re-judge", name, str(k)).shuffled(sorted(cases))
        drawn += order[: math.ceil(share * len(order))]
    return sorted(drawn)
