"""Settled charge by data frames: the ledger is sorted and grouped as a table, ticket by ticket.

Written by one person with the reference, in another method: pandas over the file, no row objects.
"""

from __future__ import annotations

import io

import pandas as pd


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the settled charge and the flagged entities."""
    (text,) = files.values()
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).drop_duplicates()
    table["rev"] = table["rev"].astype(int)
    keys = ["booked", "rev"] if clauses["revision"] == "latest" else ["rev"]
    ordered = table.sort_values(keys, ascending=clauses["revision"] != "lowest", kind="stable")
    held = ordered.groupby("ticket", sort=False).tail(1).set_index("ticket")
    start, end = str(params["period_start"]), str(params["period_end"])
    days = held[{"own": ["date"], "booked": ["booked"], "timely": ["date", "booked"]}[clauses["day"]]]
    low = days > start if clauses["ends"] == "after" else days >= start
    high = days < end if clauses["ends"] == "open" else days <= end
    held = held[(low & high).all(axis=1)].copy()
    number = pd.to_numeric(held["quantity"].str.replace(",", "."), errors="coerce")
    bad = held["quantity"].isin(["-999", "9999", "n/a"])
    if clauses["failed"] == "zeros":
        bad |= number == 0
    pack = float(params["pack_size"]) * (1 if clauses["packs"] == "plain" else 1 - 1 / 20)
    held["amount"] = number.where(held["unit"] == "u", number * pack)
    held["bad"] = bad

    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, demand in quantities["demand"].items():
        own = held[held["code"] == code]
        readings = own.loc[~own["bad"], "amount"]
        failures = int(own["bad"].sum())
        base = demand / 7
        if clauses["fill"] == "half" and len(readings):
            base = (base + readings.mean()) / 2
        weight = float(failures)
        if clauses["fill"] == "run":
            weight = min(failures, 1) + 0.5 * max(failures - 1, 0)
        filling = weight * base * float(params["fill_share"])
        if code in exceptions:
            filling = {"none": 0.0, "double": 2 * filling, "flat": failures * float(params["flat_fill"])}[
                clauses["exception"]
            ]
        quantity = readings.sum() + filling
        if clauses["price"] == "tier":
            limit = float(params["tier_quantity"])
            quantity = quantity if quantity <= limit else limit + (quantity - limit) * float(params["tier_rate"])
        result[code] = quantity * quantities["unit_cost"][code]
        late = own["bad"] & (own["date"] >= str(params["late_from"]))
        flags = {"count": failures > int(params["failed_limit"]), "late": bool(late.any())}
        if flags[clauses["flag"]]:
            flagged.add(code)
    return result, flagged
