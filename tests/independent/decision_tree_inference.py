"""Predicted fault cost by tables: every leaf is a list of conditions, and exact shares are read off per condition.

Written by one person with the reference, in another method: the tree file is flattened into paths, each path's
weight is a product of exact fractions, and survey rows come from a pandas table.
"""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

FACTORS = {"y": Fraction(12), "mo": Fraction(1), "km": Fraction(1000), "m": Fraction(1), "%": Fraction(1, 100)}
FEATURES = ["age", "distance", "usage", "score", "complaints"]


class Step(NamedTuple):
    """One node on the way to a leaf and the branch taken there."""

    node: dict[str, Any]
    branch: str


class Path(NamedTuple):
    """A leaf with all that lies before it."""

    steps: tuple[Step, ...]
    leaf: dict[str, Any]


def amount(cell: str) -> Fraction:
    """A number with or without a unit, exactly, in the common unit."""
    number, *unit = cell.split()
    return Fraction(number) * (FACTORS[unit[0]] if unit else 1)


def paths(tree: dict[str, Any]) -> list[Path]:
    """Every leaf of the tree; a stack instead of a recursion."""
    found, waiting = [], [Path((), tree)]
    while waiting:
        steps, node = waiting.pop()
        if "feature" not in node:
            found.append(Path(steps, node))
            continue
        waiting += [Path((*steps, Step(node, branch)), node[branch]) for branch in ("yes", "no")]
    return found


def mean_rate(branch: dict[str, Any]) -> Fraction:
    """Mean of the rates of the leaves in a branch, weighted with their cases."""
    leaves = [path.leaf for path in paths(branch)]
    return sum(leaf["rate"] * leaf["cases"] for leaf in leaves) / sum(leaf["cases"] for leaf in leaves)


def share_of_yes(
    node: dict[str, Any], cell: str | None, params: dict[str, Fraction], clauses: dict[str, str], contested: bool
) -> Fraction:
    """The part of a node's weight that takes the yes branch."""
    yes, no = (int(part) for part in node["cases"].split("/"))
    by_cases = Fraction(yes, yes + no)
    if contested and node["feature"] == "score":
        worse = Fraction(9, 10) if mean_rate(node["yes"]) >= mean_rate(node["no"]) else Fraction(1, 10)
        return {"both": by_cases, "even": Fraction(1, 2), "worse": worse}[clauses["exception"]]
    if cell is None:
        entry = {"yes": Fraction(1), "no": Fraction(0), "split": by_cases}[node["missing"]]
        return {"node": entry, "split": by_cases, "larger": Fraction(int(yes >= no))}[clauses["missing"]]
    value, threshold = amount(cell), amount(node["at"])
    if clauses["test"] == "near":
        if abs(value - threshold) <= params["near_share"] * threshold:
            return by_cases
        return Fraction(int(value < threshold))
    return Fraction(int(value <= threshold if node["test"] == "<=" else value < threshold))


def surveyed(text: str, clause: str) -> dict[str, dict[str, str | None]]:
    """The cells that count for every code; None where a value is missing."""
    table = pd.read_csv(io.StringIO(text), sep="\t", dtype=str, na_values=["NA", "?", ""], keep_default_na=False)
    table["surveyed"] = pd.to_datetime(table["surveyed"], format="%d.%m.%Y")
    table = table.sort_values("surveyed", ascending=clause == "first")
    own: dict[str, dict[str, str | None]] = {}
    for code, rows in table.groupby("code"):
        # A grouped ``first`` takes the first value that is there; ``head`` takes the row as it is.
        cells = rows.bfill().iloc[0] if clause == "filled" else rows.iloc[0]
        own[str(code)] = {name: None if pd.isna(cells[name]) else str(cells[name]) for name in FEATURES}
    return own


def charged(hours: float, lead_time: float, params: dict[str, Fraction], clause: str) -> float:
    """Charged hours of a fault."""
    daily = float(params["open_day_hours"])
    beyond = lead_time - float(params["free_days"])
    return {
        "daily": hours + daily * lead_time,
        "free": hours + (2 * daily * beyond if beyond > 0 else 0),
        "grows": hours + hours * float(params["open_share"]) * lead_time,
    }[clause]


def people(exposure: float, params: dict[str, Fraction], clause: str) -> float:
    """How much of the exposure is taken."""
    limit = float(params["full_exposure"])
    return (limit + exposure) / 2 if clause == "half" and exposure > limit else exposure


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the predicted fault cost and the flagged entities."""
    number = {name: Fraction(str(value)) for name, value in params.items()}
    ways = paths(json.loads(files["fault_tree.json"], parse_float=Fraction))
    rows = surveyed(files["survey.tsv"], clauses["row"])
    result: dict[str, float] = {}
    rates: dict[str, Fraction] = {}
    high: dict[str, Fraction] = {}
    for code, exposure in quantities["exposure"].items():
        weights = []
        for way in ways:
            weight = Fraction(1)
            for node, branch in way.steps:
                yes = share_of_yes(node, rows[code][node["feature"]], number, clauses, code in exceptions)
                weight *= yes if branch == "yes" else 1 - yes
            weights.append(weight)
        reached = [(weight, way.leaf) for weight, way in zip(weights, ways, strict=True) if weight]
        rates[code] = sum((weight * leaf["rate"] for weight, leaf in reached), Fraction(0))
        high[code] = sum((weight for weight, leaf in reached if leaf["rate"] > number["high_rate"]), Fraction(0))
        per_rate = people(exposure, number, clauses["exposure"]) / 100 * quantities["unit_cost"][code]
        lead = quantities["lead_time"][code]
        costs = [
            float(leaf["rate"]) * per_rate * charged(float(leaf["hours"]), lead, number, clauses["open"])
            for _, leaf in reached
        ]
        mean = sum(float(weight) * cost for (weight, _), cost in zip(reached, costs, strict=True))
        hours = float(sum(weight * leaf["hours"] for weight, leaf in reached))
        result[code] = {
            "costs": mean,
            "careful": 0.5 * mean + 0.5 * max(costs),
            "apart": float(rates[code]) * per_rate * charged(hours, lead, number, clauses["open"]),
        }[clauses["mean"]]
    limit = float(number["cost_share"]) * sum(result.values()) / len(result)
    flags = {
        "rate": {code for code in result if rates[code] > number["watch_rate"]},
        "weight": {code for code in result if high[code] > number["high_weight"]},
        "cost": {code for code in result if result[code] > limit},
    }
    return result, flags[clauses["flag"]]
