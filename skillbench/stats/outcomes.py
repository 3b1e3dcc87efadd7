"""The table of outcomes: what every estimator reads, checked once and laid out as chains by k.

One row is one (run, case, epoch). Estimators take the frame itself or the :class:`Outcomes` that
:func:`validate_outcomes` made of it; who calls several should validate once.

========================  =====================================================================
column                    content
========================  =====================================================================
run                       label of model, agent, judge and version
case, chain, epoch        case id; the chain it belongs to (the cluster); repeat number
kind                      ``chain`` (a composed case) or ``twin`` (one skill alone, same data)
k                         1 for twins, 2 to 7 (at most 16) for chain prefixes
skill                     twin: its tag; chain: the tag of the skill added at this k
score, score_no_bonus     0 to 10, NaN = unscored
solve                     0 or 1, NaN = unscored
coverage                  0 to 1
tokens, cost              NaN = unknown, never 0
right (optional)          share of the case's checkpoints that agree with the key, NaN = unknown
tool_used (optional)      whether a tool's result reached the answer; without it, taken as never
position (optional)       twin: its place in the chain; needed only where some k were not run
========================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillbench.core.errors import SelectionError
from skillbench.stats._checks import check_columns, check_rows

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Unscored: TypeAlias = Literal["exclude", "zero"]

MEASURES: Final = ("score", "score_no_bonus", "solve", "right", "coverage", "tokens", "cost")
TOOLED: Final = "tooled"
"""Column of :class:`RunRows`: solved, and by a tool's result (0 or 1)."""

_GRADED: Final = ("score", "score_no_bonus", "solve", "right", "coverage", TOOLED)


@dataclass(frozen=True)
class RunRows:
    """One run's rows as aligned arrays; ``names`` are case ids, ``chain`` is a code, ``position`` 0 is unknown."""

    names: NDArray[np.object_]
    chain: Ints
    k: Ints
    position: Ints
    twin: NDArray[np.bool_]
    columns: Mapping[str, Floats]


@dataclass(frozen=True)
class Outcomes:
    """Validated outcomes: run labels, sorted chain labels, and each run's rows."""

    runs: tuple[str, ...]
    chains: tuple[str, ...]
    rows: Mapping[str, RunRows]

    def only(self, run: str | None) -> str:
        """``run`` checked, or the single run there is.

        Raises:
            SelectionError: the run is unknown, or none was named and there are several.
        """
        if run is None and len(self.runs) == 1:
            return self.runs[0]
        if run is None or run not in self.rows:
            given = "no run was named" if run is None else f"run {run!r} is unknown"
            raise SelectionError(f"{given}; the outcomes hold {list(self.runs)}; name one of them")
        return run


@dataclass(frozen=True)
class Panel:
    """One measure of one run: ``means[c, j]`` is chain ``c``'s mean at ``ks[j]``, NaN where absent."""

    run: str
    measure: str
    ks: tuple[int, ...]
    means: Floats

    @property
    def present(self) -> Floats:
        """The rows of the chains that have any value."""
        return self.means[~np.isnan(self.means).all(axis=1)]


Table: TypeAlias = pd.DataFrame | Outcomes


def validate_outcomes(table: Table) -> Outcomes:
    """Check a frame against the contract above and lay it out for the estimators.

    Raises:
        InputError: a column is missing, a label empty, a value out of range, a (run, case, epoch)
            repeated, a case that changes its chain, kind, k or skill, two cases at one place of a chain,
            or two skills at one k.

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> found = validate_outcomes(simulate([PlantedAgent("demo", (0.1,) * 7)], chains=3, epochs=2, name="docs"))
        >>> found.runs, found.chains
        (('demo',), ('chain-0000', 'chain-0001', 'chain-0002'))
    """
    if isinstance(table, Outcomes):
        return table
    check_columns(table)
    check_rows(table)
    chain, labels = pd.factorize(table["chain"].astype(str).to_numpy(dtype=object), sort=True)
    names = table["case"].astype(str).to_numpy(dtype=object)
    run, runs = pd.factorize(table["run"].astype(str).to_numpy(dtype=object))
    k = table["k"].to_numpy(dtype=np.int64)
    twin = table["kind"].to_numpy(dtype=object) == "twin"
    position = _positions(table, k, twin)
    columns = {name: _numbers(table, name) for name in MEASURES}
    columns[TOOLED] = columns["solve"] * np.nan_to_num(_numbers(table, "tool_used"))
    rows = {}
    for code, label in enumerate(runs):
        mine = np.flatnonzero(run == code)
        rows[str(label)] = RunRows(
            names=names[mine],
            chain=chain[mine].astype(np.int64),
            k=k[mine],
            position=position[mine],
            twin=twin[mine],
            columns={name: column[mine] for name, column in columns.items()},
        )
    return Outcomes(tuple(map(str, runs)), tuple(map(str, labels)), rows)


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    """A column as floats; NaN where an optional one is not there."""
    if name not in table.columns:
        return np.full(len(table), np.nan)
    return table[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _positions(table: pd.DataFrame, k: Ints, twin: NDArray[np.bool_]) -> Ints:
    """Each twin's place in its chain: given, or read off the tags that the prefixes add (0 = unknown).

    A prefix names the skill it adds, so the first skill is the one tag that no prefix adds. It is only
    inferred when the chain's prefixes run 2, 3, ... without a hole.
    """
    if "position" in table.columns:
        given = table["position"].to_numpy(dtype=np.float64, na_value=0)
        return np.where(twin, np.nan_to_num(given), 0).astype(np.int64)
    chain = table["chain"].to_numpy(dtype=object)
    skill = table["skill"].to_numpy(dtype=object)
    place: dict[tuple[object, object], int] = {}
    added: dict[object, set[int]] = {}
    for label, tag, at in set(zip(chain[~twin], skill[~twin], k[~twin].tolist(), strict=True)):
        place[label, tag] = at
        added.setdefault(label, set()).add(at)
    left: dict[object, set[object]] = {}
    for label, tag in set(zip(chain[twin], skill[twin], strict=True)) - place.keys():
        left.setdefault(label, set()).add(tag)
    for label, tags in left.items():
        places = added.get(label, set())
        if len(tags) == 1 and places == set(range(2, len(places) + 2)):
            place[label, tags.pop()] = 1
    pairs = zip(chain, skill, strict=True)
    return np.where(twin, np.array([place.get(pair, 0) for pair in pairs], dtype=np.int64), 0)


def _grid(codes: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """Means over the epochs of each case, one case per cell."""
    scored = ~np.isnan(values)
    size = shape[0] * shape[1]
    count = np.bincount(codes[scored], minlength=size)
    total = np.bincount(codes[scored], weights=values[scored], minlength=size)
    means = np.full(size, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means.reshape(shape)


def _column(rows: RunRows, measure: str, unscored: Unscored) -> Floats:
    if measure not in rows.columns:
        raise SelectionError(f"measure {measure!r} is unknown; choose one of {list(MEASURES)}")
    values = rows.columns[measure]
    if unscored != "zero" or measure not in _GRADED:
        return values
    # A scored row may leave its checkpoints unknown, as where no key exists: unknown is not 0.
    lost = np.isnan(rows.columns["score"]) if measure == "right" else np.isnan(values)
    return np.where(lost, 0.0, values)


def composed(outcomes: Outcomes, run: str, measure: str = "score", unscored: Unscored = "exclude") -> Panel:
    """The chain prefixes of one run: an array of all chains by the k that were run.

    Args:
        outcomes: validated outcomes.
        run: the run's label.
        measure: a column of the table.
        unscored: leave unscored rows out, or count them as 0 (graded measures only).

    Example:
        >>> from skillbench.stats import PlantedAgent, simulate
        >>> outcomes = validate_outcomes(simulate([PlantedAgent("demo", (0.0,) * 7)], chains=3, epochs=2, name="docs"))
        >>> panel = composed(outcomes, "demo")
        >>> panel.ks, panel.means.shape, float(panel.means.min())
        ((2, 3, 4, 5, 6, 7), (3, 6), 10.0)
    """
    rows = outcomes.rows[run]
    mine = ~rows.twin
    ks, column = np.unique(rows.k[mine], return_inverse=True)
    codes = rows.chain[mine] * len(ks) + column
    values = _column(rows, measure, unscored)[mine]
    grid = _grid(codes, values, (len(outcomes.chains), len(ks)))
    return Panel(run, measure, tuple(int(k) for k in ks), grid)


def composed_rows(
    outcomes: Outcomes, run: str, measure: str = "score", unscored: Unscored = "exclude"
) -> tuple[Ints, Ints, Floats]:
    """Chain code, k and value of every scored row of the chain prefixes of one run, epochs apart."""
    rows = outcomes.rows[run]
    values = _column(rows, measure, unscored)
    use = ~rows.twin & ~np.isnan(values)
    return rows.chain[use], rows.k[use], values[use]


def atoms(
    outcomes: Outcomes, run: str, depth: int, unscored: Unscored = "exclude", column: str = "solve"
) -> tuple[Floats, Floats]:
    """Each chain's twins in chain order: mean of a column and number of repeats, both chains by ``depth``."""
    rows = outcomes.rows[run]
    mine = rows.twin & (rows.position > 0) & (rows.position <= depth)
    codes = rows.chain[mine] * depth + rows.position[mine] - 1
    values = _column(rows, column, unscored)[mine]
    shape = (len(outcomes.chains), depth)
    repeats = np.bincount(codes[~np.isnan(values)], minlength=shape[0] * depth).reshape(shape)
    return _grid(codes, values, shape), repeats.astype(np.float64)
