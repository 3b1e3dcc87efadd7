"""Checks of whole logs: what an honest run cannot show and an altered one does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skillbench.core.taskset import TaskSet
from skillbench.evidence.graded import AUDIT
from skillbench.evidence.log_files import LogFile
from skillbench.evidence.reader import read_header
from skillbench.evidence.session import Head, WholeSample
from skillbench.evidence.whole import read_head, read_samples
from skillbench.submissions.again import judge_again
from skillbench.submissions.expected import Book
from skillbench.submissions.headers import Tally, of_head
from skillbench.submissions.transcripts import config_faults, of_sample


@dataclass(frozen=True)
class FullSample:
    """One sample read whole, judged again and held against its events: what is kept of it.

    Attributes:
        case, epoch, uuid: as in the log.
        faults: every reason to refuse it, each a clause.
        recomputed: what judging the transcript again finds; None where the sample has no score.
        ids: of its messages; ``clock`` of its model calls, which no other sample shares.
        started, completed: times, ISO.
        failed: it ended in an error.
    """

    case: str
    epoch: int
    uuid: str
    faults: tuple[str, ...]
    recomputed: Mapping[str, float] | None
    ids: tuple[str, ...]
    clock: tuple[float, ...]
    started: str
    completed: str
    failed: bool


@dataclass(frozen=True)
class FullLog:
    """One log read whole: its header, every reason in it to refuse the log, and its samples."""

    head: Head
    faults: tuple[str, ...]
    samples: tuple[FullSample, ...]


def read_whole(
    file: LogFile, task_set: TaskSet, allowed: Mapping[str, int | None], note: Callable[[], None] = lambda: None
) -> FullLog:
    """One log with every sample judged again and held against its events; memory holds one sample at a time.

    Args:
        file: a local log.
        task_set: the task set it says it ran.
        allowed: the task's own limits by name.
        note: called after each sample.

    Raises:
        LogError: unreadable or oversized.
    """
    header, parts = read_header(file)
    head = read_head(file, header, parts)
    book = Book(task_set, head)
    found: list[FullSample] = []
    usage: list[tuple[str, Mapping[str, float]]] = []
    role_usage: list[tuple[str, Mapping[str, float]]] = []
    values: dict[str, list[float]] = {}
    for sample in read_samples(file):
        found.append(_full(head, sample, book))
        usage += sample.usage.items()
        role_usage += sample.role_usage.items()
        if sample.metadata.get("kind") == "chain":
            for name, value in _values(sample).items():
                values.setdefault(name, []).append(value)
        note()
    tally = Tally(
        places=[(one.case, one.epoch) for one in found],
        carried=sum(_carried(head, one) for one in found),
        usage=usage,
        role_usage=role_usage,
        means={name: math.fsum(mine) / len(mine) for name, mine in values.items()},
        finished=sum(not one.failed for one in found),
    )
    return FullLog(head, tuple(of_head(head, task_set, allowed, tally)), tuple(found))


def _full(head: Head, sample: WholeSample, book: Book) -> FullSample:
    expected = book.of(sample.case)
    recomputed: Mapping[str, float] | None = None
    if expected is None:
        wrong = ["the task set has no such case"]
    else:
        again = judge_again(sample, book.task_set, book.task_set.case(sample.case))
        recomputed = again.values
        wrong = [*of_sample(head, sample, expected), *config_faults(head, sample), *again.faults]
        names = {*sample.metadata, *expected.metadata}
        if odd := sorted(n for n in names if sample.metadata.get(n) != expected.metadata.get(n)):
            wrong.append(f"{', '.join(odd)} differs from the task set (relabelled)")
    asked = [one for one in sample.session.generations if not one.scoring]
    return FullSample(
        case=sample.case,
        epoch=sample.epoch,
        uuid=sample.uuid,
        faults=tuple(wrong),
        recomputed=recomputed,
        ids=tuple(one.id for one in sample.messages if one.role in {"assistant", "tool"} and one.id),
        clock=tuple(one.seconds for one in asked if one.seconds),
        started=sample.started,
        completed=sample.completed,
        failed=bool(sample.error),
    )


def _values(sample: WholeSample) -> dict[str, float]:
    stated = sample.scores.get(AUDIT)
    value = stated["value"] if stated else None
    numbers = value.items() if isinstance(value, Mapping) else ()
    return {name: float(one) for name, one in numbers if isinstance(one, int | float) and not math.isnan(one)}


def _carried(head: Head, sample: FullSample) -> bool:
    """Whether a sample began before its log, as one that a retry carries does."""
    return bool(sample.started) and sample.started[:19] < head.created[:19]


def faults(logs: Sequence[FullLog], expected: frozenset[str], epochs: int) -> list[str]:
    """Every reason to refuse these logs, each a sentence; empty when there is none.

    Args:
        logs: all logs of the submission.
        expected: ids of the cases that must be there.
        epochs: repeats of each.
    """
    found = [f"{log.head.name}: {fault}" for log in logs for fault in log.faults]
    for log in logs:
        if log.head.status != "success" and not any(log in _before(other, logs) for other in logs):
            found.append(f"{log.head.name}: ended as {log.head.status} and no later log finishes it (unfinished run)")
        for sample in log.samples:
            place = f"{log.head.name}: case {sample.case}, epoch {sample.epoch}"
            found += [f"{place}: {fault}" for fault in (*sample.faults, *_of_time(log, sample, logs))]
    return found + list(_over_all(logs, expected, epochs))


def _of_time(log: FullLog, sample: FullSample, logs: Sequence[FullLog]) -> Iterator[str]:
    """A sample ran within its log, or within an earlier log of the same run that is handed in as well."""
    if log.head.completed and sample.completed[:19] > log.head.completed[:19]:
        yield "ran outside of its log's time (merged retry)"
    elif _carried(log.head, sample) and not any(
        _same(sample, one) for other in _before(log, logs) for one in other.samples
    ):
        yield "ran outside of its log's time, and no earlier log of the run holds it (merged retry)"


def _before(log: FullLog, logs: Sequence[FullLog]) -> list[FullLog]:
    mine = log.head
    return [one for one in logs if one.head.task_id == mine.task_id and one.head.created < mine.created]


def _same(one: FullSample, other: FullSample) -> bool:
    return (one.case, one.epoch, one.uuid, one.clock) == (other.case, other.epoch, other.uuid, other.clock)


def _counting(logs: Sequence[FullLog]) -> list[FullSample]:
    """Samples without those that a later log of the same run carries, or ran again because they had failed."""
    found = []
    for log in logs:
        later = [one for other in logs if log in _before(other, logs) for one in other.samples]
        found += [
            sample
            for sample in log.samples
            if not any(
                _same(sample, one) or (sample.failed and (sample.case, sample.epoch) == (one.case, one.epoch))
                for one in later
            )
        ]
    return found


def _over_all(logs: Sequence[FullLog], expected: frozenset[str], epochs: int) -> Iterator[str]:
    samples = _counting(logs)
    count = Counter((sample.case, sample.epoch) for sample in samples)
    for case in sorted(expected):
        for epoch in range(1, epochs + 1):
            if (case, epoch) not in count:
                yield f"case {case}, epoch {epoch} is missing"
    for (case, epoch), times in sorted(count.items()):
        if times > 1:
            yield f"case {case}, epoch {epoch} is there {times} times"
        if epoch > epochs:
            yield f"case {case}, epoch {epoch} is one more than the {epochs} stated"
    yield from _copies(samples)
    models = sorted({log.head.model for log in logs})
    if len(models) > 1:
        yield f"its logs name {len(models)} models: {', '.join(models)}"


def _copies(samples: Sequence[FullSample]) -> Iterator[str]:
    """Samples that are another one again: a uuid, a message or the times of calls that are not their own."""
    uuids = Counter(sample.uuid for sample in samples)
    holder: dict[str, tuple[str, int]] = {}
    clocks: dict[tuple[float, ...], tuple[str, int]] = {}
    for sample in samples:
        mine = (sample.case, sample.epoch)
        if not sample.uuid or uuids[sample.uuid] > 1:
            yield f"case {sample.case}, epoch {sample.epoch}: its uuid {sample.uuid!r} is not its own (copied sample)"
        first = next((one for message in sample.ids if (one := holder.setdefault(message, mine)) != mine), mine)
        if first != mine:
            yield f"case {sample.case}, epoch {sample.epoch}: repeats a message of {first[0]}, epoch {first[1]}"
        if sample.clock and (other := clocks.setdefault(sample.clock, mine)) != mine:
            yield (
                f"case {sample.case}, epoch {sample.epoch}: its calls took as long as those of {other[0]}, epoch "
                f"{other[1]}, to the last digit (copied sample)"
            )
