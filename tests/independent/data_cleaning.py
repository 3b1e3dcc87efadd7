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
    first = table.sort_values("rev").groupby("ticket").head(1).set_index("ticket")
    day = (first["date"] if clauses["day"] == "first" else held["date"]).reindex(held.index)
    start, end = str(params["period_start"]), str(params["period_end"])
    inside = {
        "both": (day >= start) & (day <= end),
        "open": (day >= start) & (day < end),
        "after": (day > start) & (day <= end),
    }[clauses["ends"]]
    held = held[inside].copy()
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
            weight = min(failures, 2) + 0.5 * max(failures - 2, 0)
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
        limit = params["failed_limit"] if clauses["flag"] == "count" else float(params["failed_share"]) * len(own)
        if failures > limit:
            flagged.add(code)
    return result, flagged
