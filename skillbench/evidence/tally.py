"""What became of every sample that was to be run: scored, unscored, failed or missing, never blurred."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

TWINS: Final = 1
"""The k under which twins are counted."""

KEYED, AUTHORED = "keyed", "authored"
"""The tracks; rows that name none are of the first."""

COLUMNS: Final = ("run", "case", "epoch", "chain", "kind", "k")

_ID = re.compile(r"^(?P<chain>.+)-(?P<kind>[kt])(?P<place>\d{1,2})-[0-9a-f]+$")
"""A case's id as the builder writes it: chain, then k or the twin's place, then a hash."""


@dataclass(frozen=True)
class Counts:
    """How many (sample, epoch) were expected, and what became of them; only the scored ones carry the score.

    Attributes:
        expected: of the selection that the logs say was to be run.
        scored, unscored, errors, missing: what became of them; they add up to ``expected``.
        reasons: why samples are unscored or failed, and how many.
    """

    expected: int
    scored: int
    unscored: int
    errors: int
    missing: int
    reasons: Mapping[str, int]

    @property
    def whole(self) -> bool:
        """Every expected sample was scored."""
        return self.scored == self.expected


def missing_samples(table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Every (case, epoch) that a log of a run was to hold and none of its logs does.

    Args:
        table: outcomes, labelled.
        runs: one row per run and log, with ``cases`` and ``epochs``.

    Returns:
        Columns :data:`COLUMNS`. Chain and k come from other rows of the case, else from its id; a case that
        neither tells has k 0, and counts in the run's total only.
    """
    known = {
        str(row["case"]): (str(row["chain"]), str(row["kind"]), int(row["k"]))
        for row in table.drop_duplicates("case").to_dict("records")
    }
    found: dict[str, set[tuple[str, int]]] = {}
    for run, case, epoch in zip(table["run"], table["case"], table["epoch"], strict=True):
        found.setdefault(run, set()).add((case, epoch))
    expected: dict[str, set[tuple[str, int]]] = {}
    for run, cases, epochs in zip(runs["run"], runs["cases"], runs["epochs"], strict=True):
        expected.setdefault(run, set()).update(_expected(cases, int(epochs)))
    rows = []
    for run, pairs in sorted(expected.items()):
        for case, epoch in sorted(pairs - found.get(run, set())):
            chain, kind, k = known.get(case) or _from_id(case)
            rows.append((run, case, epoch, chain, kind, k))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"epoch": "int64", "k": "int64"})


def _expected(cases: str, epochs: int) -> Iterator[tuple[str, int]]:
    for case in json.loads(cases):
        for epoch in range(1, epochs + 1):
            yield case, epoch


def _from_id(case: str) -> tuple[str, str, int]:
    named = _ID.match(case)
    if named is None:
        return case, "", 0
    return (named["chain"], "chain", int(named["place"])) if named["kind"] == "k" else (named["chain"], "twin", TWINS)


def right_shares(table: pd.DataFrame) -> list[float]:
    """Of each row's skills, the share whose checkpoint agrees with the key; NaN where no verdict names them.

    Of a written task those skills count whose figures code can check; the others have no checkpoint to be right.
    """
    verdicts = [json.loads(text) for text in table["correct"]]
    skills = [json.loads(text) for text in table["skills"]]
    tracks = table["track"] if "track" in table.columns else [KEYED] * len(table)
    return [
        sum(map(bool, verdict.values())) / (len(verdict) if track == AUTHORED else max(len(tags), len(verdict)))
        if verdict and state == "scored"
        else math.nan
        for verdict, tags, state, track in zip(verdicts, skills, table["state"], tracks, strict=True)
    ]


def count(held: pd.DataFrame, lacking: pd.DataFrame) -> Counts:
    """The counts of some rows of one run and of its missing samples."""
    states = Counter(held["state"])
    lost = held[held["state"] != "scored"]
    reasons = Counter(" ".join(str(reason).split())[:80] for reason in lost["reason"])
    return Counts(
        expected=len(held) + len(lacking),
        scored=states["scored"],
        unscored=states["unscored"],
        errors=states["error"],
        missing=len(lacking),
        reasons=dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )


def count_by_k(held: pd.DataFrame, lacking: pd.DataFrame) -> dict[int, Counts]:
    """The same for each k, twins as :data:`TWINS`; samples of unknown k are left to the total."""
    ks = sorted({*held["k"], *lacking["k"]} - {0})
    return {int(k): count(held[held["k"] == k], lacking[lacking["k"] == k]) for k in ks}


def total(counts: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    held = list(counts)
    reasons: Counter[str] = Counter()
    for one in held:
        reasons.update(one.reasons)
    expected, scored, unscored, errors, missing = (
        sum(getattr(one, name) for one in held) for name in ("expected", "scored", "unscored", "errors", "missing")
    )
    return Counts(expected, scored, unscored, errors, missing, dict(reasons))


def shortfall(counts: Counts) -> str:
    """What is behind an estimate and what it leaves out: ``10 of 13 scored (1 error, 2 missing)``.

    Example:
        >>> shortfall(Counts(13, 10, 0, 1, 2, {}))
        '10 of 13 scored (1 error, 2 missing)'
    """
    lost = lost_told(counts)
    return f"{counts.scored} of {counts.expected} scored" + (f" ({lost})" if lost else "")


def lost_told(counts: Counts) -> str:
    """Samples without a score by what became of them; empty where there is none."""
    lost = [
        f"{n} {name}"
        for name, n in (
            ("unscored", counts.unscored),
            ("error" if counts.errors == 1 else "errors", counts.errors),
            ("missing", counts.missing),
        )
        if n
    ]
    return ", ".join(lost)


def padded(held: pd.DataFrame, lacking: pd.DataFrame) -> pd.DataFrame:
    """The composed rows of one run with a row without a score for each that is missing, to count it as 0."""
    skills = dict(zip(held["case"], held["skill"], strict=True))
    lost = lacking[lacking["kind"] == "chain"].copy()
    lost["skill"] = [skills.get(case, case) for case in lost["case"]]
    return pd.concat([held[held["kind"] == "chain"], lost], ignore_index=True)
