"""Blind solver for the net spend rules: purchasing dump loaded into SQLite, summed in Python."""

import sqlite3


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the net spend of every pumping station in scope and the flagged codes."""
    database = sqlite3.connect(":memory:")
    database.executescript(files["purchasing.sql"])

    orders: dict[int, tuple[str, float]] = {}
    for order_id, raw_code, placed_at, status, discount in database.execute(
        "SELECT order_id, code, placed_at, status, discount_pct FROM orders"
    ):
        code = raw_code.strip().upper()
        in_period = str(params["period_start"]) <= placed_at.strip()[:10] <= str(params["period_end"])
        cancelled = status is not None and status.lower() == "cancelled"
        if code in quantities["demand"] and in_period and not cancelled:
            full_price = discount is None or code in exceptions
            orders[order_id] = (code, 1.0 if full_price else 1 - discount / 100)

    returned: dict[tuple[int, int], float] = {}
    for order_id, line_no, quantity in database.execute(
        "SELECT order_id, line_no, quantity FROM returns WHERE accepted = 1"
    ):
        returned[order_id, line_no] = returned.get((order_id, line_no), 0) + quantity

    spend = dict.fromkeys(quantities["demand"], 0.0)
    for order_id, line_no, quantity, price in database.execute(
        "SELECT order_id, line_no, quantity, unit_price FROM lines"
    ):
        if order_id not in orders:
            continue
        code, factor = orders[order_id]
        ordered = params["standing_share"] * quantities["demand"][code] if quantity is None else quantity
        each = quantities["unit_cost"][code] if price is None else price
        spend[code] += (ordered - returned.pop((order_id, line_no), 0)) * each * factor

    paid = dict.fromkeys(spend, 0.0)
    for order_id, amount in database.execute("SELECT order_id, amount FROM payments WHERE amount IS NOT NULL"):
        if order_id in orders:
            paid[orders[order_id][0]] += amount
    database.close()
    return spend, {code for code in spend if paid[code] < params["cover_share"] * spend[code]}
