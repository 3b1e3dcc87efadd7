"""SQL Querying: net spend per entity from a dump of orders, lines, returns and payments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

DUMP = "purchasing.sql"
FIRST_DAY = date(2026, 4, 1)
TABLES = {
    "orders": "order_id INTEGER, code TEXT, placed_at TEXT, status TEXT, discount_pct INTEGER",
    "lines": "order_id INTEGER, line_no INTEGER, quantity INTEGER, unit_price NUMERIC",
    "returns": "return_id INTEGER, order_id INTEGER, line_no INTEGER, quantity INTEGER, accepted INTEGER",
    "payments": "payment_id INTEGER, order_id INTEGER, amount NUMERIC",
}
REGISTER = "CREATE TABLE register (code TEXT, demand REAL, unit_cost REAL, full_price INTEGER)"
NET_SPEND = """
WITH counted AS (
    SELECT order_id, upper(trim(code)) AS code, coalesce(discount_pct, 0) / 100.0 AS discount
    FROM orders
    WHERE date(placed_at) BETWEEN :period_start AND :period_end
      AND (lower(status) <> 'cancelled' OR :slip = 'cancelled-counted'
           OR (status IS NULL AND :slip <> 'open-dropped'))
    GROUP BY order_id, CASE WHEN :slip = 'repeats-kept' THEN rowid END
),
returned AS (
    SELECT order_id, line_no, sum(quantity) AS quantity
    FROM returns
    WHERE accepted = 1
    GROUP BY order_id, line_no, CASE WHEN :slip = 'fan-out' THEN rowid END
),
priced AS (
    SELECT counted.code,
           (coalesce(lines.quantity, :standing_share * register.demand) - coalesce(returned.quantity, 0))
           * coalesce(lines.unit_price, register.unit_cost)
           * (1 - CASE WHEN register.full_price THEN 0 ELSE counted.discount END) AS amount
    FROM counted
    JOIN register ON upper(trim(register.code)) = counted.code
    JOIN lines USING (order_id)
    LEFT JOIN returned USING (order_id, line_no)
    WHERE :slip <> 'null-dropped' OR (lines.quantity IS NOT NULL AND lines.unit_price IS NOT NULL)
)
SELECT register.code,
       (SELECT total(amount) FROM priced WHERE priced.code = upper(trim(register.code))),
       (SELECT total(amount) FROM counted JOIN payments USING (order_id)
        WHERE counted.code = upper(trim(register.code)))
FROM register
"""

Row = tuple[object, ...]


class SqlQuerying(Skill):
    """Query a purchasing dump: NULLs with a meaning, one-to-many joins, repeated and cancelled orders.

    Orders have several lines, lines several returns, orders several payments. Quantities and prices are
    missing where standing terms apply, some orders have no status yet and some were loaded twice. The net
    spend is one aggregate over all of it.
    """

    tag = "SQL Querying"
    measure = Measure(
        key="net_spend",
        title="Net spend",
        unit="{{ currency }}",
        digits=2,
        meaning="what each {{ entity }} has bought in the period, net of discounts and returns",
    )
    signal = "the payments cover less than `cover_share` of the {{ entity }}'s net spend"
    exception = "it buys at full price: the discounts of its orders are not granted"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "a line without a quantity stands for a share of the {{ demand }}",
        Quantity.UNIT_COST: "a line without a price is priced at the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=True, reason="a {{ entity }} that buys a lot expects a lot of work"),
        Quantity.EXPOSURE: Drive(raises=True, reason="high spending shows how many people a {{ entity }} looks after"),
        Quantity.UNIT_COST: Drive(raises=False, reason="large buyers negotiate better rates for everything else"),
        Quantity.LEAD_TIME: Drive(raises=False, reason="suppliers serve the accounts with the highest turnover first"),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "Net spend: which orders count": """
The purchasing dump holds the tables `orders`, `lines`, `returns` and `payments`. An order belongs to the
{{ entity }} whose code stands in `orders.code`; codes are compared without regard to case and to blanks around
them. The loading job ran twice for some orders: rows of `orders` with the same `order_id` are one order, and they
agree in every column. Nothing else was loaded twice: two lines of an order, two returns of a line and two payments
of an order are two, even where they look alike.

An order counts when the day of `placed_at` lies from `period_start` to `period_end`, both days included whatever
the time of day, and its status is not `cancelled`. Status is read without regard to case. An order without a status
(NULL) is an open order and counts.
""",
        "Net spend: amounts, discounts, returns and flag": """
A line without a quantity (NULL) is a standing order: its quantity is `standing_share` times the {{ entity }}'s
{{ demand }}. A line without a price (NULL) is priced at the {{ entity }}'s {{ unit_cost }}. Both may be missing at
once.

A return takes its quantity off the line that it names by `order_id` and `line_no` when `accepted` is 1; returns
that are refused (0) or undecided (NULL) change nothing. Several accepted returns of a line are added up. What is
left of the line's quantity, times its price, is the line's amount. It is reduced by the order's `discount_pct`, in
per cent; an order without one (NULL) has no discount. A {{ entity }} under exception buys at full price: no order
of it is discounted.

The net spend is the sum of the amounts of all lines of the {{ entity }}'s orders that count. Nothing is rounded.

Add up the payments to the same orders; a payment without an amount (NULL) has bounced and counts as nothing. Flag a
{{ entity }} when its payments are less than `cover_share` times its net spend.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "fan-out": "a line with two accepted returns is joined to both and counted twice",
        "null-dropped": "lines without a quantity or a price are left out of the sum",
        "open-dropped": "orders without a status fall out with the cancelled ones",
        "cancelled-counted": "cancelled orders are counted",
        "repeats-kept": "orders that were loaded twice are counted twice",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Period, share of demand in a standing order, and the flag's cover."""
        start = FIRST_DAY + timedelta(days=stream.integer(2, 6))
        return {
            "period_start": start.isoformat(),
            "period_end": (start + timedelta(days=stream.integer(16, 20))).isoformat(),
            "standing_share": stream.number("0.025", "0.060", 3),
            "cover_share": stream.number("0.50", "0.70", 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Four orders per entity, one more per level above 1; the first two always count."""
        rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        number = stream.integer(2100, 6900)
        for entity in roster.everyone:
            for nth in range(3 + level):
                number += stream.integer(1, 9)
                self._order(stream, rows, number, entity.code, nth)
        text = "".join(_insert(table, columns, stream.shuffled(rows[table])) for table, columns in TABLES.items())
        return Block({DUMP: text}, self.draw_params(stream))

    @staticmethod
    def _order(stream: Stream, rows: Mapping[str, list[Row]], number: int, code: str, nth: int) -> None:
        """One order with everything that hangs on it."""
        day = FIRST_DAY + timedelta(days=stream.integer(7, 17) if nth < 2 else stream.integer(0, 27))
        at = f"{day.isoformat()} {stream.integer(6, 21):02}:{stream.integer(0, 59):02}"
        status = stream.choice(("shipped", "paid", "shipped", None) + (("cancelled", "CANCELLED") if nth > 1 else ()))
        written = stream.choice((code, code, code.lower(), f" {code}", f"{code} "))
        order = (number, written, at, status, stream.integer(2, 9) * 3 if nth == 0 or stream.chance(2, 3) else None)
        rows["orders"] += [order] * (2 if stream.chance(1, 7) else 1)
        worth = Decimal(0)
        for line in range(1, stream.integer(1, 3) + 1):
            quantity, price = stream.integer(8, 40), stream.decimal("12.00", "70.00", 2)
            worth += quantity * price
            standing = (nth == 0 and line == 1) or stream.chance(1, 5)
            unpriced = (nth == 1 and line == 1) or stream.chance(1, 4)
            rows["lines"].append((number, line, None if standing else quantity, None if unpriced else price))
            for _ in range(0 if standing or stream.chance(1, 2) else stream.integer(1, 2)):
                taken = stream.integer(1, quantity // 3)
                verdict = stream.choice((1, 1, 1, 0, None))
                rows["returns"].append((len(rows["returns"]) + 301, number, line, taken, verdict))
        for _ in range(stream.integer(1, 2)):
            amount = None if stream.chance(1, 8) else (worth * stream.integer(20, 70) / 100).quantize(Decimal("0.01"))
            rows["payments"].append((len(rows["payments"]) + 801, number, amount))

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Load the dump into memory, set the register beside it, ask one query."""
        demand, cost = dials.quantities[Quantity.DEMAND], dials.quantities[Quantity.UNIT_COST]
        with closing(sqlite3.connect(":memory:")) as base:
            base.executescript(block.files[DUMP])
            base.execute(REGISTER)
            terms = [(code, demand[code], cost[code], code in dials.exceptions) for code in dials.entities]
            base.executemany("INSERT INTO register VALUES (?, ?, ?, ?)", terms)
            found = base.execute(NET_SPEND, {**block.params, "slip": slip or ""}).fetchall()
        share, margins = float(block.params["cover_share"]), margins or Margins()
        short = {code for code, spend, paid in found if margins.above(f"cover of {code}", share * spend, paid)}
        return Findings({code: spend for code, spend, _ in found}, frozenset(short))


def _insert(table: str, columns: str, rows: Iterable[Row]) -> str:
    """A table's definition and its rows as one INSERT."""
    body = ",\n".join("(" + ", ".join(_literal(cell) for cell in row) + ")" for row in rows)
    return f"CREATE TABLE {table} ({columns});\nINSERT INTO {table} VALUES\n{body};\n"


def _literal(cell: object) -> str:
    if cell is None:
        return "NULL"
    return f"'{cell}'" if isinstance(cell, str) else str(cell)
