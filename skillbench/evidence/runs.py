"""From many logs to one table of outcomes: shards and epochs merged by rule, duplicates refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from skillbench.core.errors import LogError
from skillbench.evidence.overlap import settle
from skillbench.evidence.tally import KEYED, missing_samples, right_shares

IDENTITY: Final = (
    *("model", "model_args", "config", "agent", "agent_args", "tools", "context", "purse"),
    *("judge", "judge_prompt", "digest"),
)
"""What makes a run: logs that agree in all of these are shards or epochs of one."""

SOURCE: Final = "source"
"""Which submission a run comes from, empty for logs: what two people submit is never one run."""

NO_JUDGE: Final = "unjudged"

PLAIN_CONTEXT: Final = "own"
"""The context of a usual run: a case's own records; it needs no mention."""

NO_PURSE: Final = "none"
"""The purse of a run in which nothing has a price; it needs no mention."""

_USUAL: Final = {"context": PLAIN_CONTEXT, "purse": NO_PURSE}


@dataclass(frozen=True)
class LogRows:
    """What the board takes from one log: a row of the runs table and its samples' rows, one per judge."""

    run: dict[str, Any]
    samples: list[dict[str, Any]]


@dataclass(frozen=True)
class RunEvidence:
    """Everything the board is made from.

    Attributes:
        outcomes: one row per (run, case, epoch), in the contract of :mod:`skillbench.stats`, with more columns.
        runs: one row per run and log file.
        missing: one row per (run, case, epoch) that was to be run and no log holds.
        refused: why a log was left out, by file (only where the caller asked to go on).
        superseded: why a log counts for nothing, or not for all it holds, by file.
        carried: the runs of each log of which a retry carries all that it finished, by file.
    """

    outcomes: pd.DataFrame
    runs: pd.DataFrame
    missing: pd.DataFrame
    refused: Mapping[str, str]
    superseded: Mapping[str, str]
    carried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def merge(
    logs: Sequence[Mapping[str, Any]],
    samples: Sequence[Mapping[str, Any]],
    refused: Mapping[str, str],
    *,
    skip_bad: bool = False,
) -> RunEvidence:
    """One table from the rows of all logs.

    Where several logs hold the same (run, case, epoch), :func:`skillbench.evidence.overlap.settle` says which
    counts; averaging a second attempt in silence would let a run choose its luck.

    Args:
        logs: rows of the runs table.
        samples: rows of samples.
        refused: logs already refused, by file.
        skip_bad: leave out logs of a second task set, and second runs of the same samples, instead of refusing.

    Raises:
        LogError: nothing is left, two task sets, or two whole runs of the same samples.
    """
    refusals = dict(refused)
    every = [{**log, SOURCE: log.get(SOURCE, ""), "track": log.get("track", KEYED)} for log in logs]
    kept = _one_task_set(every, refusals, skip_bad=skip_bad)
    if not kept:
        raise LogError("no log is left to report; " + "; ".join(refusals.values()))
    files = {log["file"]: log for log in kept}
    table = pd.DataFrame([row for row in samples if row["file"] in files])
    if table.empty:
        raise LogError(f"{next(iter(files))}: no sample has been finished yet; wait for the run, or leave it out")
    # A sample that failed before any judge saw it belongs to every judge of its log.
    judges = {file: sorted(set(found) - {""}) or [NO_JUDGE] for file, found in table.groupby("file")["judge"]}
    table["judge"] = [
        judges[file] if judge == "" else [judge] for file, judge in zip(table["file"], table["judge"], strict=True)
    ]
    table = table.explode("judge", ignore_index=True)
    runs = _runs(table, files)
    table = table.drop(columns="judge_prompt")
    names = {(row["file"], row["judge"]): row["run"] for row in runs.to_dict("records")}
    table.insert(0, "run", [names[pair] for pair in zip(table["file"], table["judge"], strict=True)])
    settled = settle(table, files, skip_bad=skip_bad)
    table = settled.table.reset_index(drop=True)
    held = set(zip(table["run"], table["file"], strict=True))
    runs = runs[[pair in held for pair in zip(runs["run"], runs["file"], strict=True)]].reset_index(drop=True)
    table["position"] = _positions(table)
    table["right"] = right_shares(table)
    order = ["run", "kind", "k", "chain", "position", "epoch"]
    missing = missing_samples(table, runs)
    table = table.sort_values(order, ignore_index=True)
    return RunEvidence(table, runs, missing, {**refusals, **settled.refused}, settled.superseded, settled.carried)


def _one_task_set(
    logs: Sequence[Mapping[str, Any]], refused: dict[str, str], *, skip_bad: bool
) -> Sequence[Mapping[str, Any]]:
    """The logs of the task set most of them share; models are compared on the same cases or not at all."""
    count = Counter(log["digest"] for log in logs)
    if len(count) <= 1:
        return logs
    main = max(count, key=lambda digest: (count[digest], digest))
    for log in logs:
        if log["digest"] != main:
            message = (
                f"{log['file']} was run on another task set ({log['task_set']}, digest {log['digest'][:12]}) than most "
                f"({main[:12]}); scores on different cases are not comparable. Make one board per task set, "
                "or pass --skip-bad to leave these logs out"
            )
            if not skip_bad:
                raise LogError(message)
            refused[log["file"]] = message
    return [log for log in logs if log["digest"] == main]


def _runs(table: pd.DataFrame, files: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """One row per (log, judge), labelled.

    Raises:
        LogError: one judge's verdicts in one log come from two of its prompts.
    """
    told: dict[tuple[str, str], set[str]] = {}
    for name, judge, prompt in zip(table["file"], table["judge"], table["judge_prompt"], strict=True):
        told.setdefault((name, judge), set()).add(prompt)
    rows = []
    for (name, judge), found in sorted(told.items()):
        prompts = sorted(found - {""})
        if len(prompts) > 1:
            raise LogError(
                f"{name} holds verdicts of {judge} with {len(prompts)} prompts; score it again with one "
                "(inspect score --action overwrite)"
            )
        rows.append({**files[name], "judge": judge, "judge_prompt": "".join(prompts)})
    runs = pd.DataFrame(rows)
    runs.insert(0, "run", labels(runs))
    return runs.sort_values(["run", "file"], ignore_index=True)


def labels(runs: pd.DataFrame) -> list[str]:
    """A label per row: the model, then only what tells its runs apart.

    Rows that agree in :data:`IDENTITY` and :data:`SOURCE` get one label; others never do.
    """
    rows = runs.to_dict("records")
    models: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        models.setdefault(row["model"], []).append(at)
    found = [""] * len(rows)
    for model, places in models.items():
        differing = _differing([rows[at] for at in places])
        for at in places:
            mark = [text for name in differing if (text := _mark(name, str(rows[at][name])))]
            found[at] = f"{model} ({', '.join(mark)})" if mark else str(model)
    identity = list(runs[[*IDENTITY, SOURCE]].itertuples(index=False, name=None))
    holders: dict[str, set[Any]] = {}
    for label, key in zip(found, identity, strict=True):
        holders.setdefault(label, set()).add(key)
    number = {key: f" #{at}" for keys in holders.values() if len(keys) > 1 for at, key in enumerate(sorted(keys), 1)}
    return [label + number.get(key, "") for label, key in zip(found, identity, strict=True)]


def _differing(same: Sequence[Mapping[Any, Any]]) -> list[str]:
    """The fields that tell runs of one model apart, in their order."""
    found = {name for name in IDENTITY[1:] if len({row[name] for row in same}) > 1}
    if len({(row["judge"], row["judge_prompt"]) for row in same}) == len({row["judge"] for row in same}):
        found -= {"judge_prompt"}  # each judge has one prompt, so its name says it all
    # Another context or purse is another exam: a run that had one is never shown by its model's name alone.
    return sorted({*found, *_USUAL}, key=IDENTITY.index)


def _mark(name: str, value: str) -> str:
    """A differing field in a reader's words; the empty one is the plain run and needs none."""
    if name in {"model_args", "config", "agent_args"}:
        return ", ".join(f"{key}={_plain(item)}" for key, item in json.loads(value).items())
    if name in _USUAL:
        return "" if value == _USUAL[name] else f"{name} {value}"
    if name == "tools":
        return f"tools {value or 'unknown'}"
    if name == "judge":
        return f"judge {value}"
    if name == "judge_prompt":
        return f"prompt {value[:8]}"
    return value[:12] if name == "digest" else value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _positions(table: pd.DataFrame) -> list[int]:
    """Each row's place in its chain: a prefix stands at its k, a twin where its skill stands in the longest prefix.

    Twins beyond every prefix that was run come after it, in order of their names; no estimate asks for them.
    """
    order: dict[str, list[str]] = {}
    for chain, skills in zip(table["chain"], table["skills"], strict=True):
        tags = json.loads(skills)
        if len(tags) > len(order.get(chain, [])) and len(tags) > 1:
            order[chain] = tags
    twins = table[table["kind"] == "twin"]
    for chain, skill in sorted(set(zip(twins["chain"], twins["skill"], strict=True))):
        if skill not in order.setdefault(chain, []):
            order[chain].append(skill)
    place = {(chain, tag): at for chain, tags in order.items() for at, tag in enumerate(tags, 1)}
    return [place[pair] for pair in zip(table["chain"], table["skill"], strict=True)]
