"""From many logs to one table of outcomes: shards and epochs merged by rule, duplicates refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from skillbench.core.errors import LogError
from skillbench.evidence.tally import missing_samples

IDENTITY: Final = (
    *("model", "model_args", "config", "agent", "agent_args", "tools", "context"),
    *("judge", "judge_prompt", "digest"),
)
"""What makes a run: logs that agree in all of these are shards or epochs of one."""

NO_JUDGE: Final = "unjudged"

PLAIN_CONTEXT: Final = "own"
"""The context of a usual run: a case's own records; it needs no mention."""


@dataclass(frozen=True)
class Evidence:
    """Everything the board is made from.

    Attributes:
        outcomes: one row per (run, case, epoch), in the contract of :mod:`skillbench.stats`, with more columns.
        runs: one row per run and log file.
        missing: one row per (run, case, epoch) that was to be run and no log holds.
        refused: why a log was left out, by file (only where the caller asked to go on).
        superseded: logs that a later retry of the same evaluation replaces.
    """

    outcomes: pd.DataFrame
    runs: pd.DataFrame
    missing: pd.DataFrame
    refused: Mapping[str, str]
    superseded: tuple[str, ...]


def merge(
    logs: Sequence[Mapping[str, Any]],
    samples: Sequence[Mapping[str, Any]],
    refused: Mapping[str, str],
    *,
    skip_bad: bool = False,
) -> Evidence:
    """One table from the rows of all logs.

    A retry carries the finished samples of the log it retries, so of logs with one ``task_id`` only the
    latest counts. Everything else that names the same (run, case, epoch) twice is refused: averaging a
    second attempt in silence would let a run choose its luck.

    Args:
        logs: rows of the runs table.
        samples: rows of samples.
        refused: logs already refused, by file.
        skip_bad: leave out logs of a second task set instead of refusing.

    Raises:
        LogError: nothing is left, two task sets, or a (run, case, epoch) twice.
    """
    refusals = dict(refused)
    latest: dict[str, Mapping[str, Any]] = {}
    for log in sorted(logs, key=lambda log: (log["created"], log["file"])):
        latest[log["task_id"]] = log
    superseded = sorted({log["file"] for log in logs} - {log["file"] for log in latest.values()})
    kept = _one_task_set(list(latest.values()), refusals, skip_bad=skip_bad)
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
    _refuse_duplicates(table)
    table["position"] = _positions(table)
    order = ["run", "kind", "k", "chain", "position", "epoch"]
    missing = missing_samples(table, runs)
    return Evidence(table.sort_values(order, ignore_index=True), runs, missing, refusals, tuple(superseded))


def _one_task_set(logs: list[Mapping[str, Any]], refused: dict[str, str], *, skip_bad: bool) -> list[Mapping[str, Any]]:
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
    rows = []
    for (name, judge), mine in table.groupby(["file", "judge"], sort=True):
        prompts = sorted(set(mine["judge_prompt"]) - {""})
        if len(prompts) > 1:
            raise LogError(
                f"{name} holds verdicts of {judge} with {len(prompts)} prompts; score it again with one "
                "(inspect score --action overwrite)"
            )
        rows.append({**files[str(name)], "judge": judge, "judge_prompt": "".join(prompts)})
    runs = pd.DataFrame(rows)
    runs.insert(0, "run", labels(runs))
    return runs.sort_values(["run", "file"], ignore_index=True)


def labels(runs: pd.DataFrame) -> list[str]:
    """A label per row: the model, then only what tells its runs apart.

    Rows that agree in :data:`IDENTITY` get one label; others never do.
    """
    marks: list[list[str]] = [[] for _ in range(len(runs))]
    for _, same in runs.reset_index(drop=True).groupby("model", sort=True):
        differing = [name for name in IDENTITY[1:] if len(set(same[name])) > 1]
        if same.groupby("judge")["judge_prompt"].nunique().max() == 1 and "judge_prompt" in differing:
            differing.remove("judge_prompt")  # each judge has one prompt, so its name says it all
        # Another context is another exam: a run that had one is never shown by its model's name alone.
        differing = sorted({*differing, "context"}, key=IDENTITY.index)
        for at, row in zip(same.index, same[differing].to_dict("records"), strict=True):
            marks[at] = [text for name in differing if (text := _mark(name, str(row[name])))]
    found = [
        f"{model} ({', '.join(mark)})" if mark else str(model) for model, mark in zip(runs["model"], marks, strict=True)
    ]
    identity = list(runs[list(IDENTITY)].itertuples(index=False, name=None))
    holders: dict[str, set[Any]] = {}
    for label, key in zip(found, identity, strict=True):
        holders.setdefault(label, set()).add(key)
    number = {key: f" #{at}" for keys in holders.values() if len(keys) > 1 for at, key in enumerate(sorted(keys), 1)}
    return [label + number.get(key, "") for label, key in zip(found, identity, strict=True)]


def _mark(name: str, value: str) -> str:
    """A differing field in a reader's words; the empty one is the plain run and needs none."""
    if name in {"model_args", "config", "agent_args"}:
        return ", ".join(f"{key}={_plain(item)}" for key, item in json.loads(value).items())
    if name == "context":
        return "" if value == PLAIN_CONTEXT else f"context {value}"
    if name == "tools":
        return f"tools {value or 'unknown'}"
    if name == "judge":
        return f"judge {value}"
    if name == "judge_prompt":
        return f"prompt {value[:8]}"
    return value[:12] if name == "digest" else value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _refuse_duplicates(table: pd.DataFrame) -> None:
    key = ["run", "case", "epoch"]
    twice = table[table.duplicated(key, keep=False)].sort_values([*key, "file"])
    if twice.empty:
        return
    first = twice[(twice[key] == twice[key].iloc[0]).all(axis=1)]
    raise LogError(
        f"{first['file'].iloc[0]} and {first['file'].iloc[-1]} both hold {first['run'].iloc[0]}, case "
        f"{first['case'].iloc[0]}, epoch {first['epoch'].iloc[0]} ({len(twice[key].drop_duplicates())} such in all). "
        "A repeat is an epoch (`inspect eval --epochs 2`), not a second log: give only one of the two"
    )


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
