"""Net spends by SQL: the dump is loaded into SQLite and every clause is an expression of one query.

Written by one person with the reference, in another method: joins and aggregates over the tables, no row objects.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

DAY = {
    "placed": "date(placed_at)",
    "delivered": "date(coalesce(delivered_at, placed_at))",
}
COUNTS = {
    "open": "coalesce(lower(status), '') <> 'cancelled'",
    "settled": "lower(status) <> 'cancelled'",
    "charged": "1",
}
WEIGHT = {
    "accepted": "CASE accepted WHEN 1 THEN 1.0 ELSE 0 END",
    "undecided": "CASE accepted WHEN 0 THEN 0 ELSE 1.0 END",
    "half": "CASE accepted WHEN 1 THEN 1.0 WHEN 0 THEN 0 ELSE 0.5 END",
}
STANDING = {
    "share": ":standing_share * demand",
    "mean": """(:standing_share * demand + coalesce(
        (SELECT avg(quantity) FROM lines AS l WHERE l.order_id = lines.order_id), :standing_share * demand)) / 2""",
}
PRICE = {
    "cost": "unit_cost",
    "surcharge": ":list_factor * unit_cost",
    "blend": """(unit_cost + coalesce(
        (SELECT max(unit_price) FROM lines AS l WHERE l.order_id = lines.order_id), unit_cost)) / 2""",
}
DISCOUNTED = {
    "all": "1",
    "stated": "lines.quantity IS NOT NULL AND lines.unit_price IS NOT NULL",
}
FLAG = {
    "cover": "paid < :cover_share * spend",
    "returned": "back > :return_limit * listed",
    "standing": "standing > :standing_limit * spend",
}
QUERY = """
WITH counted AS (
    SELECT DISTINCT order_id, upper(trim(code)) AS code, coalesce(discount_pct, 0) / 100.0 AS discount,
           CASE WHEN lower(status) = 'cancelled' THEN :cancel_share ELSE 1 END AS charged
    FROM orders
    WHERE {day} BETWEEN :period_start AND :period_end AND {counts}
),
taken AS (
    SELECT order_id, line_no, sum(quantity * {weight}) AS quantity FROM returns GROUP BY order_id, line_no
),
listed AS (
    SELECT counted.code, counted.charged, counted.discount, register.special, lines.quantity IS NULL AS standing,
           {discounted} AS discounted,
           coalesce(lines.quantity, {standing}) AS quantity,
           coalesce(lines.unit_price, {price}) AS price,
           coalesce(taken.quantity, 0) AS back
    FROM counted
    JOIN register USING (code)
    JOIN lines USING (order_id)
    LEFT JOIN taken USING (order_id, line_no)
),
priced AS (
    SELECT code, standing, quantity * price AS listed, min(back, quantity) * price AS back,
           max(quantity - CASE special WHEN 'kept' THEN 0 ELSE back END, 0) * price * charged
           * (1 - CASE WHEN special <> 'full' AND discounted THEN discount ELSE 0 END)
           * (1 - CASE special WHEN 'rebate' THEN :rebate_pct / 100.0 ELSE 0 END) AS amount
    FROM listed
),
summed AS (
    SELECT code, (SELECT count(*) FROM counted WHERE counted.code = register.code) AS orders,
           (SELECT total(amount) FROM priced WHERE priced.code = register.code) AS amount,
           (SELECT total(amount) FROM priced WHERE priced.code = register.code AND standing) AS standing,
           (SELECT total(listed) FROM priced WHERE priced.code = register.code) AS listed,
           (SELECT total(back) FROM priced WHERE priced.code = register.code) AS back,
           (SELECT total(amount) FROM counted JOIN payments USING (order_id) WHERE counted.code = register.code) AS paid
    FROM register
),
spent AS (SELECT *, amount + :fee * orders AS spend FROM summed)
SELECT code, spend, orders > 0 AND {flag} FROM spent
"""


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the net spends and the flagged entities."""
    query = QUERY.format(
        day=DAY[clauses["period"]],
        counts=COUNTS[clauses["status"]],
        weight=WEIGHT[clauses["returns"]],
        discounted=DISCOUNTED[clauses["discount"]],
        standing=STANDING[clauses["standing"]],
        price=PRICE[clauses["price"]],
        flag=FLAG[clauses["flag"]],
    )
    fee = params["order_fee"] if clauses["fee"] == "each" else 0
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(files["purchasing.sql"])
        base.execute("CREATE TABLE register (code TEXT, demand REAL, unit_cost REAL, special TEXT)")
        base.executemany(
            "INSERT INTO register VALUES (?, ?, ?, ?)",
            [
                (code, demand, quantities["unit_cost"][code], clauses["exception"] if code in exceptions else "")
                for code, demand in quantities["demand"].items()
            ],
        )
        found = base.execute(query, {**params, "fee": fee}).fetchall()
    return {code: spend for code, spend, _ in found}, {code for code, _, flagged in found if flagged}
