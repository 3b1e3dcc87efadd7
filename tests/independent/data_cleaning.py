"""Settled charge from a delivery ledger with revisions and failed days, solved from the rules text alone."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction

FAILED = {"-999", "9999", "n/a"}
ML_PER_UNIT = {"u": 1, "dz": 12}


def lines_that_count(text: str) -> list[dict[str, str]]:
    """Return the line with the highest revision of every ticket."""
    best: dict[str, dict[str, str]] = {}
    for raw in csv.DictReader(io.StringIO(text)):
        line = {key.strip(): value.strip() for key, value in raw.items()}
        held = best.get(line["ticket"])
        if held is None or int(line["rev"]) > int(held["rev"]):
            best[line["ticket"]] = line
    return list(best.values())


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the settled charge and the flagged pumping stations."""
    (text,) = files.values()
    first, last = date.fromisoformat(str(params["period_start"])), date.fromisoformat(str(params["period_end"]))
    readings: dict[str, Fraction] = dict.fromkeys(quantities["demand"], Fraction(0))
    failed: dict[str, int] = dict.fromkeys(quantities["demand"], 0)
    for line in lines_that_count(text):
        code = line["code"]
        if code not in readings or not first <= date.fromisoformat(line["date"]) <= last:
            continue
        if line["quantity"].lower() in FAILED:
            failed[code] += 1
        else:
            readings[code] += Fraction(line["quantity"].replace(",", ".")) * ML_PER_UNIT[line["unit"]]

    result: dict[str, float] = {}
    for code, demand in quantities["demand"].items():
        filling = 0.0 if code in exceptions else failed[code] * float(params["fill_share"]) * demand / 7
        result[code] = (float(readings[code]) + filling) * quantities["unit_cost"][code]
    return result, {code for code, days in failed.items() if days > float(params["failed_days_limit"])}
