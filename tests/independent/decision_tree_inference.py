"""Predicted fault cost from a fault tree and a survey, solved from the rules text alone."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

MISSING = {"", "NA", "?"}
FACTORS = {
    "age": {"mo": Fraction(1), "y": Fraction(12)},
    "distance": {"m": Fraction(1), "km": Fraction(1000)},
    "usage": {"": Fraction(1), "%": Fraction(1, 100)},
    "score": {"": Fraction(1)},
    "complaints": {"": Fraction(1)},
}


def value_of(feature: str, cell: str) -> Fraction | None:
    """Return a cell or threshold in the feature's common unit, exactly; None when it is missing."""
    cell = cell.strip()
    if cell in MISSING:
        return None
    match = re.fullmatch(r"(-?[\d.]+)\s*(\D*)", cell)
    if match is None:
        raise ValueError(f"not a quantity: {cell!r}")
    return Fraction(match.group(1)) * FACTORS[feature][match.group(2)]


def latest_rows(text: str) -> dict[str, dict[str, str]]:
    """Return the most recent survey row of every code."""
    latest: dict[str, tuple[date, dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", restval=""):
        day, month, year = (int(part) for part in row["surveyed"].strip().split("."))
        surveyed, code = date(year, month, day), row["code"].strip()
        if code not in latest or surveyed > latest[code][0]:
            latest[code] = (surveyed, row)
    return {code: row for code, (_, row) in latest.items()}


def leaves(
    node: dict[str, Any], values: dict[str, Fraction | None], weight: Fraction
) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Yield weight, rate and hours of every leaf that is reached."""
    if "feature" not in node:
        yield weight, node["rate"], node["hours"]
        return
    feature = node["feature"]
    value, threshold = values.get(feature), value_of(feature, str(node["at"]))
    if value is None:
        branch = node["missing"]
    else:
        holds = {"<=": value <= threshold, "<": value < threshold, ">": value > threshold, ">=": value >= threshold}
        branch = "yes" if holds[node["test"]] else "no"
    if branch == "split":
        to_yes, to_no = (int(part) for part in node["cases"].split("/"))
        yield from leaves(node["yes"], values, weight * Fraction(to_yes, to_yes + to_no))
        yield from leaves(node["no"], values, weight * Fraction(to_no, to_yes + to_no))
    else:
        yield from leaves(node[branch], values, weight)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the predicted fault cost and the flagged pumping stations."""
    (tree_text,) = (text for name, text in files.items() if name.endswith(".json"))
    (survey_text,) = (text for name, text in files.items() if name.endswith(".tsv"))
    tree = json.loads(tree_text, parse_float=Fraction, parse_int=Fraction)
    rows = latest_rows(survey_text)
    watch_rate = Fraction(str(params["watch_rate"]))

    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, households in quantities["exposure"].items():
        row = rows.get(code, {})
        values = {feature: value_of(feature, row.get(feature, "")) for feature in FACTORS}
        if code in exceptions:
            values["score"] = None
        extra_hours = float(params["open_day_hours"]) * quantities["lead_time"][code]
        cost, mean_rate = 0.0, Fraction(0)
        for weight, rate, hours in leaves(tree, values, Fraction(1)):
            price = quantities["unit_cost"][code] * (float(hours) + extra_hours)
            cost += float(weight) * float(rate) * households / 100 * price
            mean_rate += weight * rate
        result[code] = cost
        if mean_rate > watch_rate:
            flagged.add(code)
    return result, flagged
