"""Several attempts at one sample: which one counts, by content and never by an id that anyone can copy.

A retry carries the finished samples of the log it retries; a short trial is followed by the whole run; a run
crashes and is started anew. In each the samples that count follow without regard to their scores. Two whole
runs of the same samples are another matter: which of them counts would be a choice of luck.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pandas as pd

from skillbench.core.errors import LogError

KEY: Final = ["run", "case", "epoch"]


SAME: Final = ["uuid", "score", "solve", "tokens", "seconds"]
"""Two rows that agree in these tell of one sample, carried from log to log; an id alone can be copied."""


@dataclass(frozen=True)
class Overlap:
    """What is left where logs overlap.

    Attributes:
        table: one row per (run, case, epoch).
        superseded: why a log counts for nothing, or not for all it holds, by file.
        carried: the runs of each log of which another carries all that it finished, by file.
        refused: why a second whole run was left out, by file (only where the caller asked to go on).
    """

    table: pd.DataFrame
    superseded: Mapping[str, str]
    carried: Mapping[str, tuple[str, ...]]
    refused: Mapping[str, str]


def settle(table: pd.DataFrame, logs: Mapping[str, Mapping[str, Any]], *, skip_bad: bool) -> Overlap:
    """One attempt for each (run, case, epoch).

    A scored attempt goes before one that failed; then the log that set out to do more, that has more scored
    samples, that is older.

    Args:
        table: rows of samples, labelled with their run.
        logs: rows of the runs table by file.
        skip_bad: of two whole runs keep the older instead of refusing both.

    Raises:
        LogError: two whole runs hold the same samples; every such pair is named.
    """
    if not table.duplicated(KEY).any():
        return Overlap(table, {}, {}, {})
    refused = _second_runs(table, logs)
    if refused and not skip_bad:
        raise LogError("\n".join(refused.values()))
    left = table[~table["file"].isin(refused)]
    scored = left.groupby("file")["state"].agg(lambda states: int((states == "scored").sum()))
    order = sorted(scored.index, key=lambda file: (-_size(logs[file]), -scored[file], logs[file]["created"], file))
    place = {file: at for at, file in enumerate(order)}
    ranked = left.assign(_failed=left["state"] != "scored", _place=left["file"].map(place))
    ranked = ranked.sort_values(["_failed", "_place"], kind="stable")
    counted = ranked.drop_duplicates(KEY).sort_index().drop(columns=["_failed", "_place"])
    return Overlap(counted, dict(_told(left, counted, logs)), _carried(left, counted), refused)


def _second_runs(table: pd.DataFrame, logs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Every log that is a second whole run of samples another log scored, the older of two being the first.

    A log that set out to do less than the other is a trial, and no second run.
    """
    scored = table[(table["state"] == "scored") & table.duplicated(KEY, keep=False)]
    wholes = {file: _plan(logs[file]) for file in set(scored["file"]) if logs[file]["status"] == "success"}
    apart = {
        (one, two)
        for one, two in combinations(sorted(wholes), 2)
        if not (wholes[one] < wholes[two] or wholes[two] < wholes[one])
    }
    pairs: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for _, same in scored.groupby(KEY, sort=True):
        held = same.drop_duplicates(SAME).sort_values("file")
        first = held.iloc[0]
        for pair in combinations(held["file"], 2):
            if pair in apart:
                pairs.setdefault(pair, []).append((str(first["run"]), str(first["case"]), int(first["epoch"])))
    found: dict[str, str] = {}
    for files, places in pairs.items():
        older, newer = sorted(files, key=lambda file: (logs[file]["created"], file))
        run, case, epoch = places[0]
        text = (
            f"{older} and {newer} both hold {run}, case {case}, epoch {epoch} ({len(set(places))} such in all). "
            "A repeat is an epoch (`inspect eval --epochs 2`), not a second log: give only one of the two, or pass "
            "--skip-bad to count the older"
        )
        found[newer] = "\n".join(filter(None, (found.get(newer), text)))
    return found


def _plan(log: Mapping[str, Any]) -> frozenset[tuple[str, int]]:
    epochs = range(1, int(log["epochs"]) + 1)
    return frozenset((case, epoch) for case in json.loads(log["cases"]) for epoch in epochs)


def _size(log: Mapping[str, Any]) -> int:
    return len(json.loads(log["cases"])) * int(log["epochs"])


def _told(
    held: pd.DataFrame, counted: pd.DataFrame, logs: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Every log of which samples do not count, and where those stand that do."""
    holder = {tuple(row[name] for name in KEY): row for row in counted.to_dict("records")}
    lost = held.drop(counted.index)
    for file, mine in lost.groupby("file", sort=True):
        rows = mine.to_dict("records")
        winners = [holder[tuple(row[name] for name in KEY)] for row in rows]
        names = _names([str(winner["file"]) for winner in winners])
        carried = all(
            repr(row[name]) == repr(one[name]) for row, one in zip(rows, winners, strict=True) for name in SAME
        )
        why = "carries them" if carried else "is the longer or more complete run"
        samples = mine[["case", "epoch"]].drop_duplicates()
        total = len(held.loc[held["file"] == file, ["case", "epoch"]].drop_duplicates())
        part = "all of its" if len(samples) == total else f"{len(samples)} of its {total}"
        ended = "" if logs[str(file)]["status"] == "success" else f" (it ended as {logs[str(file)]['status']})"
        yield str(file), f"{file}{ended}: {part} samples are left out for those of {names}, which {why}"


def _carried(held: pd.DataFrame, counted: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Logs all of whose scored samples stand in another log with the same values."""
    kept = {repr([row[name] for name in (*KEY, *SAME)]) for row in counted.to_dict("records")}
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(set(held["file"]) - set(counted["file"])):
        mine = held[(held["file"] == file) & (held["state"] == "scored")]
        if all(repr([row[name] for name in (*KEY, *SAME)]) in kept for row in mine.to_dict("records")):
            found[file] = tuple(sorted(set(held.loc[held["file"] == file, "run"])))
    return found


def _names(files: Sequence[str]) -> str:
    shown = sorted(set(files))
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
