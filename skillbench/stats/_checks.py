"""What a table of outcomes must satisfy before any estimator sees it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from skillbench.core.errors import InputError

K_MAX: Final = 16  # the depth of headroom chains; 2 to 7 is canonical

_LABELS: Final = ("run", "case", "chain", "kind", "skill")
_INTEGERS: Final = ("k", "epoch")
_RANGES: Final = {
    "score": (0.0, 10.0),
    "score_no_bonus": (0.0, 10.0),
    "solve": (0.0, 1.0),
    "coverage": (0.0, 1.0),
    "tokens": (0.0, np.inf),
    "cost": (0.0, np.inf),
}
_OPTIONAL: Final = {"right": (0.0, 1.0)}
COLUMNS: Final = (*_LABELS, *_INTEGERS, *_RANGES)


def check_columns(table: pd.DataFrame) -> None:
    """Refuse a frame without rows, with missing columns, empty labels or columns that are not numbers."""
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise InputError(f"outcomes lack the columns {missing}; required are {list(COLUMNS)}")
    if table.empty:
        raise InputError("outcomes hold no rows; give at least one (run, case, epoch)")
    for name in _LABELS:
        _refuse(table, table[name].isna() | (table[name].astype(str) == ""), f"{name} is empty", "label it")
    for name in (*_INTEGERS, *_RANGES, *(one for one in _OPTIONAL if one in table.columns)):
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise InputError(
                f"column {name!r} has dtype {table[name].dtype}; it must be numeric; convert it with pd.to_numeric"
            )


def check_rows(table: pd.DataFrame) -> None:
    """Refuse values out of range, repeated rows, and cases or chains that contradict themselves."""
    for name in _INTEGERS:
        column = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
        _refuse(table, ~(np.isfinite(column) & (column == np.round(column))), f"{name} is not an integer", "")
    for name, (low, high) in (_RANGES | {one: ends for one, ends in _OPTIONAL.items() if one in table.columns}).items():
        column = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
        outside = ~np.isnan(column) & ~((column >= low) & (column <= high) & np.isfinite(column))
        _refuse(table, outside, f"{name} is outside {low:g}..{high:g}", "leave NaN where it is unknown")
    solve = table["solve"].to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse(table, ~np.isnan(solve) & (solve != 0) & (solve != 1), "solve is neither 0 nor 1", "give one row per epoch")
    twin = (table["kind"] == "twin").to_numpy(dtype=np.bool_)
    chain = (table["kind"] == "chain").to_numpy(dtype=np.bool_)
    k = table["k"].to_numpy(dtype=np.int64)
    _refuse(table, ~twin & ~chain, "kind is neither 'chain' nor 'twin'", "")
    _refuse(table, twin & (k != 1), "a twin has k other than 1", "a twin is one skill alone")
    _refuse(table, chain & ((k < 2) | (k > K_MAX)), f"k is outside 2..{K_MAX}", "one skill alone is a twin")
    _refuse(
        table,
        table.duplicated(["run", "case", "epoch"]).to_numpy(dtype=np.bool_),
        "(run, case, epoch) occurs twice",
        "number repeats as epochs, or drop the duplicate log",
    )
    _check_identity(table)
    if "position" in table.columns:
        _check_positions(table.loc[twin])


def _check_identity(table: pd.DataFrame) -> None:
    cases = table[["case", "chain", "kind", "k", "skill"]].drop_duplicates()
    _refuse(
        cases, cases.duplicated("case").to_numpy(dtype=np.bool_), "the case changes its chain, kind, k or skill", ""
    )
    place = ["chain", "kind", "k", "skill"]
    _refuse(
        cases,
        cases.duplicated(place).to_numpy(dtype=np.bool_),
        "two cases stand at one place of a chain",
        "keep task versions and variants in separate tables",
    )
    prefixes = cases.loc[cases["kind"] == "chain", ["chain", "k", "skill"]].drop_duplicates()
    _refuse(
        prefixes,
        prefixes.duplicated(["chain", "k"]).to_numpy(dtype=np.bool_),
        "the chain adds two skills at one k",
        "label different chains differently",
    )
    _refuse(
        prefixes,
        prefixes.duplicated(["chain", "skill"]).to_numpy(dtype=np.bool_),
        "the chain adds the same skill twice",
        "",
    )


def _check_positions(twins: pd.DataFrame) -> None:
    place = pd.to_numeric(twins["position"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    inside = (place >= 1) & (place <= K_MAX) & (place == np.round(place))
    _refuse(twins, ~inside, f"a twin's position is not an integer in 1..{K_MAX}", "")
    pairs = twins[["chain", "skill", "position"]].drop_duplicates()
    for column, fault in (
        ("skill", "a twin's skill stands at two positions"),
        ("position", "two skills share a position"),
    ):
        _refuse(pairs, pairs.duplicated(["chain", column]).to_numpy(dtype=np.bool_), f"{fault} of one chain", "")


def _refuse(table: pd.DataFrame, bad: pd.Series | np.ndarray, fault: str, remedy: str) -> None:
    wrong = np.asarray(bad, dtype=np.bool_)
    if not wrong.any():
        return
    shown = [name for name in ("run", "case", "chain", "kind", "k", "skill", "epoch") if name in table.columns]
    first = table.loc[wrong, shown].iloc[0].to_dict()
    place = ", ".join(f"{name}={value!r}" for name, value in first.items())
    advice = f"; {remedy}" if remedy else ""
    raise InputError(f"outcomes: {fault} in {int(wrong.sum())} row(s), first at {place}{advice}")
