"""SQL Querying: net spend per entity from a dump of orders, lines, returns and payments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NamedTuple

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

DUMP = "purchasing.sql"
FIRST_DAY = date(2026, 4, 1)
TABLES = {
    "orders": "order_id INTEGER, code TEXT, placed_at TEXT, delivered_at TEXT, status TEXT, discount_pct INTEGER",
    "lines": "order_id INTEGER, line_no INTEGER, quantity INTEGER, unit_price NUMERIC",
    "returns": "return_id INTEGER, order_id INTEGER, line_no INTEGER, quantity INTEGER, accepted INTEGER",
    "payments": "payment_id INTEGER, order_id INTEGER, amount NUMERIC",
}
CANCELLED = "cancelled"

Row = tuple[object, ...]


@dataclass(frozen=True)
class Order:
    """One order, ``loads`` times in the dump; ``status`` is None while it is open."""

    number: int
    code: str
    placed_at: datetime
    delivered_at: datetime | None
    status: str | None
    discount: int | None
    loads: int


@dataclass(frozen=True)
class Line:
    """One line of an order; quantity and price are None where standing terms apply."""

    order: int
    line: int
    quantity: int | None
    price: Decimal | None


@dataclass(frozen=True)
class Return:
    """One return of a line; ``accepted`` is None while it is undecided."""

    order: int
    line: int
    quantity: int
    accepted: bool | None


@dataclass(frozen=True)
class Payment:
    """One payment to an order, None where it bounced."""

    order: int
    amount: Decimal | None


@dataclass(frozen=True)
class Purchases:
    """The purchasing database."""

    orders: tuple[Order, ...]
    lines: tuple[Line, ...]
    returns: tuple[Return, ...]
    payments: tuple[Payment, ...]


class Amounts(NamedTuple):
    """What one order adds: its net amount, that of lines without a quantity, and list values ordered and returned."""

    net: float
    standing: float
    ordered: float
    returned: float


class Slip(StrEnum):
    """Usual mistakes with a database."""

    FAN_OUT = "fan-out"
    NULL_DROPPED = "null-dropped"
    OPEN_MISREAD = "open-misread"
    CANCELLED_COUNTED = "cancelled-counted"
    REPEATS_KEPT = "repeats-kept"


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
    signal = "its purchases look unsound, as the rules define it"
    exception = "it buys on special terms"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "a line without a quantity stands for a share of the {{ demand }}",
        Quantity.UNIT_COST: "a line without a price is priced from the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=True, reason="a {{ entity }} that buys a lot expects a lot of work"),
        Quantity.EXPOSURE: Drive(raises=True, reason="high spending shows how many people a {{ entity }} looks after"),
        Quantity.UNIT_COST: Drive(raises=False, reason="large buyers negotiate better rates for everything else"),
        Quantity.LEAD_TIME: Drive(raises=False, reason="suppliers serve the accounts with the highest turnover first"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading a purchasing dump: orders and periods",
            {
                "layout": {
                    "": """
                        << The net spend rests on the purchasing dump with its tables `orders`, `lines`, `returns` and
                        `payments`. An order belongs to the {{ entity }} whose code stands in `orders.code`; codes are
                        compared without regard to case and to blanks around them. The loading job ran twice for some
                        orders: rows of `orders` with the same `order_id` are one order, and they agree in every column.
                        Nothing else was loaded twice: two lines of an order, two returns of a line and two payments of
                        an order are two, even where they look alike.
                        || The purchasing dump, with the tables `orders`, `lines`, `returns` and `payments`, is what the
                        net spend is drawn from. Whose order it is says the code in `orders.code`, where blanks around
                        it and capitals make no difference. Part of the orders was loaded twice: rows of `orders` that
                        share an `order_id` are the same in every column and are one order. In the other tables nothing
                        was loaded twice, so two lines of an order, two returns of a line or two payments of an order
                        that look alike are still two. >>
                    """,
                },
                "period": {
                    "placed": """
                        An order belongs to the period when the day of its `placed_at` lies from `period_start` to
                        `period_end`, both days included whatever the time of day. When it was delivered does not
                        matter.
                    """,
                    "delivered": """
                        An order belongs to the period when the day of its `delivered_at` lies from `period_start` to
                        `period_end`, both days included whatever the time of day; while `delivered_at` is NULL, the
                        day of its `placed_at` decides instead.
                    """,
                },
                "status": {
                    "open": """
                        An order of the period counts unless its status is `cancelled`, read without regard to case. An
                        order without a status (NULL) is open and counts.
                    """,
                    "settled": """
                        An order of the period counts unless its status is `cancelled`, read without regard to case, or
                        is missing: an order without a status (NULL) is open and does not count yet.
                    """,
                    "charged": """
                        Every order of the period counts, with a status or without (NULL). An order whose status is
                        `cancelled`, read without regard to case, counts with `cancel_share` of the amount of each of
                        its lines.
                    """,
                },
                "fee": {
                    "none": """
                        The net spend of a {{ entity }} is the sum of the amounts of all lines of its orders that
                        count. Ordering itself costs nothing, and nothing is rounded.
                    """,
                    "each": """
                        The net spend of a {{ entity }} is the sum of the amounts of all lines of its orders that
                        count, and `order_fee` for each of these orders, never discounted or shortened. Nothing is
                        rounded.
                    """,
                },
            },
        ),
        Sheet(
            "Standing terms, returns, discounts and payments",
            {
                "standing": {
                    "share": """
                        A line without a quantity (NULL) is a standing order: its quantity is `standing_share` times
                        the {{ entity }}'s {{ demand }}.
                    """,
                    "mean": """
                        A line without a quantity (NULL) is a standing order: its quantity is the mean of two figures,
                        `standing_share` times the {{ entity }}'s {{ demand }}, and the mean of the quantities that
                        other lines of the same order state; where none states one, it is the first alone.
                    """,
                },
                "price": {
                    "cost": """
                        A line without a price (NULL) is priced at the {{ entity }}'s {{ unit_cost }}. A line may lack
                        both, quantity and price.
                    """,
                    "surcharge": """
                        A line without a price (NULL) is priced at `list_factor` times the {{ entity }}'s {{ unit_cost
                        }}. A line may lack both, quantity and price.
                    """,
                    "blend": """
                        A line without a price (NULL) is priced at the mean of two figures, the {{ entity }}'s {{
                        unit_cost }} and the highest price that another line of the same order states; where none
                        states one, at the {{ unit_cost }}. A line may lack both, quantity and price.
                    """,
                },
                "returns": {
                    "accepted": """
                        A return takes its quantity off the line that it names by `order_id` and `line_no` when
                        `accepted` is 1; one that is refused (0) or undecided (NULL) changes nothing. Returns of one
                        line are added up.
                    """,
                    "undecided": """
                        A return takes its quantity off the line that it names by `order_id` and `line_no` unless it is
                        refused (`accepted` is 0): one that is undecided (NULL) counts as accepted. Returns of one line
                        are added up.
                    """,
                    "half": """
                        A return takes its quantity off the line that it names by `order_id` and `line_no` when
                        `accepted` is 1, and half its quantity while that is undecided (NULL); one that is refused (0)
                        changes nothing. Returns of one line are added up.
                    """,
                },
                "discount": {
                    "all": """
                        What is left of a line's quantity after returns, but never less than 0, times its price, is the
                        line's amount. It is reduced by the order's `discount_pct`, in per cent; an order without one
                        (NULL) has no discount.
                    """,
                    "stated": """
                        What is left of a line's quantity after returns, but never less than 0, times its price, is the
                        line's amount. Where the line states both, quantity and price, it is reduced by the order's
                        `discount_pct`, in per cent; other lines, and orders without one (NULL), have no discount.
                    """,
                },
                "exception": {
                    "full": """
                        A {{ entity }} under exception buys at full price: no line of its orders is reduced by a
                        discount.
                    """,
                    "kept": """
                        A {{ entity }} under exception has no right of return: no return is taken off the lines of its
                        orders.
                    """,
                    "rebate": """
                        A {{ entity }} under exception gets `rebate_pct` per cent off the amount of every line of its
                        orders, after any discount.
                    """,
                },
                "flag": {
                    "cover": """
                        Add up the payments to the orders that count; a payment without an amount (NULL) has bounced
                        and counts as nothing. Flag a {{ entity }} when its payments are less than `cover_share` times
                        its net spend; one without orders that count is not flagged.
                    """,
                    "returned": """
                        Flag a {{ entity }} when, over the orders that count, the quantities that returns take off,
                        but no more than the line's own, each times its line's price, are more than `return_limit` of
                        the quantities before returns, each times its line's price, all without discounts and
                        regardless of any exception or cancellation; one without orders that count is not flagged.
                    """,
                    "standing": """
                        Flag a {{ entity }} when the amounts of lines without a quantity of their own are more than
                        `standing_limit` of its net spend, both as they enter the net spend; one without orders that
                        count is not flagged.
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.FAN_OUT: "a line with two returns is joined to both and counted twice",
        Slip.NULL_DROPPED: "lines without a quantity or a price are left out of the sum",
        Slip.OPEN_MISREAD: "orders without a status are dropped where they count, and the other way round",
        Slip.CANCELLED_COUNTED: "cancelled orders are counted in full",
        Slip.REPEATS_KEPT: "orders that were loaded twice are counted twice",
    }
    kind = Purchases

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Period, standing terms, charges, special terms, and the flag's limits."""
        start = FIRST_DAY + timedelta(days=stream.integer(2, 6))
        return {
            "period_start": start.isoformat(),
            "period_end": (start + timedelta(days=stream.integer(16, 20))).isoformat(),
            "cancel_share": stream.number("0.20", "0.45", 2),
            "order_fee": stream.integer(25, 60),
            "standing_share": stream.number("0.030", "0.070", 3),
            "list_factor": stream.number("1.10", "1.40", 2),
            "rebate_pct": stream.integer(8, 20),
            "cover_share": stream.number("0.50", "0.70", 2),
            "return_limit": stream.number("0.05", "0.10", 3),
            "standing_limit": stream.number("0.28", "0.42", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Purchases:
        """Four orders per entity, one more per level above 1; quantities and prices lie near its base figures."""
        parts = []
        number = stream.integer(2100, 6900)
        for entity in world.everyone:
            demand, cost = (world.figures[name][entity.code] for name in (Quantity.DEMAND, Quantity.UNIT_COST))
            for nth in range(3 + level):
                number += stream.integer(1, 9)
                parts.append(self._order(stream, (number, nth, entity.code), demand, cost))
        return Purchases(
            tuple(row for part in parts for row in part.orders),
            tuple(row for part in parts for row in part.lines),
            tuple(row for part in parts for row in part.returns),
            tuple(row for part in parts for row in part.payments),
        )

    @staticmethod
    def _order(stream: Stream, name: tuple[int, int, str], demand: Decimal, cost: Decimal) -> Purchases:
        """One order with everything that hangs on it; the first two of an entity are placed within any period."""
        number, nth, code = name
        day = FIRST_DAY + timedelta(days=stream.integer(7, 14) if nth < 2 else stream.integer(0, 27))
        placed = datetime.combine(day, time(stream.integer(6, 21), stream.integer(0, 59)))
        status = stream.choice(("shipped", "paid", "shipped", None) + ((CANCELLED, CANCELLED) if nth > 1 else ()))
        delivered = placed + timedelta(days=stream.integer(1, 8), minutes=stream.integer(-90, 90))
        discount = stream.integer(2, 9) * 3 if nth == 0 or stream.chance(2, 3) else None
        here = delivered if status in {"shipped", "paid"} else None
        order = Order(number, code, placed, here, status, discount, 2 if stream.chance(1, 6) else 1)
        lines, returns, worth = [], [], Decimal(0)
        for line in range(1, stream.integer(1, 3) + 1):
            quantity = max(4, round(demand * stream.integer(30, 80) / 1000))
            price = round(cost * stream.integer(70, 135) / 100, 2)
            worth += quantity * price
            standing = (nth == 0 and line == 1) or stream.chance(1, 5)
            unpriced = (nth == 1 and line == 1) or stream.chance(1, 4)
            lines.append(Line(number, line, None if standing else quantity, None if unpriced else price))
            for _ in range(0 if standing or stream.chance(1, 2) else stream.integer(1, 2)):
                verdict = stream.choice((True, True, True, False, None))
                returns.append(Return(number, line, stream.integer(1, quantity // 3), verdict))
        payments = [
            Payment(number, None if stream.chance(1, 8) else round(worth * stream.integer(20, 70) / 100, 2))
            for _ in range(stream.integer(1, 2))
        ]
        return Purchases((order,), tuple(lines), tuple(returns), tuple(payments))

    def render(self, stream: Stream, records: Purchases) -> dict[str, str]:
        """The dump: every table in shuffled rows, codes and statuses spelled in several ways."""
        orders: list[Row] = []
        for row in records.orders:
            code = row.code
            written = stream.choice((code, code, code.lower(), f" {code}", f"{code} "))
            status = row.status.upper() if row.status == CANCELLED and stream.chance(1, 2) else row.status
            orders += [(row.number, written, row.placed_at, row.delivered_at, status, row.discount)] * row.loads
        tables: dict[str, list[Row]] = {
            "orders": orders,
            "lines": [(row.order, row.line, row.quantity, row.price) for row in records.lines],
            "returns": [
                (nth, row.order, row.line, row.quantity, None if row.accepted is None else int(row.accepted))
                for nth, row in enumerate(records.returns, 301)
            ],
            "payments": [(nth, row.order, row.amount) for nth, row in enumerate(records.payments, 801)],
        }
        return {DUMP: "".join(_insert(name, TABLES[name], stream.shuffled(rows)) for name, rows in tables.items())}

    def facts(self, records: Purchases) -> Sequence[Fact]:
        """Stated quantities, prices, and payments."""
        orders = {order.number: order for order in records.orders}
        cells: list[tuple[str, int, str, object, int, str]] = []
        for place, line in enumerate(records.lines):
            noun = f"of line {line.line} of order {line.order}"
            cells.append(("lines", place, "quantity", line.quantity, line.order, f"the quantity {noun}"))
            cells.append(("lines", place, "price", line.price, line.order, f"the price {noun}"))
        for place, paid in enumerate(records.payments):
            cells.append(("payments", place, "amount", paid.amount, paid.order, f"a payment to order {paid.order}"))
        return [
            Fact(table, place, name, value, orders[number].code, orders[number].placed_at.date(), noun)
            for table, place, name, value, number, noun in cells
            if value is not None
        ]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Gather what hangs on each order, then sum the orders that count."""
        margins, rows = margins or Margins(), block.records
        lines: dict[int, list[Line]] = {}
        returns: dict[tuple[int, int], list[Return]] = {}
        paid: dict[int, float] = {}
        for line in rows.lines:
            lines.setdefault(line.order, []).append(line)
        for back in rows.returns:
            returns.setdefault((back.order, back.line), []).append(back)
        for payment in rows.payments:
            paid[payment.order] = paid.get(payment.order, 0.0) + float(payment.amount or 0)
        orders: dict[str, list[Order]] = {code: [] for code in dials.entities}
        for order in rows.orders:
            if order.code in orders:
                orders[order.code] += [order] * (order.loads if slip is Slip.REPEATS_KEPT else 1)
        values, flagged = {}, set()
        for code in dials.entities:
            terms = block.terms.at(code)
            counting = [order for order in orders[code] if self._counts(order, terms, slip)]
            sums = [self._amounts(order, lines[order.number], returns, terms, dials, slip) for order in counting]
            fees = terms.number("order_fee") * len(counting) if terms.says("fee", "each") else 0.0
            values[code] = math.fsum(one.net for one in sums) + fees
            payments = math.fsum(paid.get(order.number, 0.0) for order in counting)
            if sums and self._unsound(code, values[code], payments, sums, terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _counts(order: Order, terms: Terms, slip: StrEnum | None) -> bool:
        day = order.placed_at.date()
        if terms.says("period", "delivered") and order.delivered_at is not None:
            day = order.delivered_at.date()
        if not str(terms.params["period_start"]) <= day.isoformat() <= str(terms.params["period_end"]):
            return False
        if order.status is None:
            return terms.says("status", "settled") is (slip is Slip.OPEN_MISREAD)
        return order.status != CANCELLED or slip is Slip.CANCELLED_COUNTED or terms.says("status", "charged")

    def _amounts(
        self,
        order: Order,
        lines: Sequence[Line],
        returns: Mapping[tuple[int, int], list[Return]],
        terms: Terms,
        dials: Dials,
        slip: StrEnum | None,
    ) -> Amounts:
        special = terms.clauses["exception"] if order.code in dials.exceptions else ""
        share = 1.0 - (terms.number("rebate_pct") / 100 if special == "rebate" else 0.0)
        if order.status == CANCELLED and terms.says("status", "charged") and slip is not Slip.CANCELLED_COUNTED:
            share *= terms.number("cancel_share")
        demand = dials.quantities[Quantity.DEMAND][order.code]
        cost = dials.quantities[Quantity.UNIT_COST][order.code]
        quantity, price = self._standing(lines, demand, terms), self._list_price(lines, cost, terms)
        net = standing = ordered = returned = 0.0
        for line in lines:
            stated = line.quantity is not None and line.price is not None
            if slip is Slip.NULL_DROPPED and not stated:
                continue
            asked = quantity if line.quantity is None else float(line.quantity)
            each = price if line.price is None else float(line.price)
            taken = [
                weight * back.quantity
                for back in returns.get((line.order, line.line), [])
                if (weight := self._weight(back, terms))
            ]
            counted = [] if special == "kept" else taken
            parts = counted if counted and slip is Slip.FAN_OUT else [math.fsum(counted)]
            amount = math.fsum(max(asked - part, 0.0) for part in parts) * each * share
            if special != "full" and (stated or terms.says("discount", "all")):
                amount *= 1 - (order.discount or 0) / 100
            net += amount
            standing += amount if line.quantity is None else 0.0
            ordered += asked * each
            returned += min(math.fsum(taken), asked) * each
        return Amounts(net, standing, ordered, returned)

    @staticmethod
    def _standing(lines: Iterable[Line], demand: float, terms: Terms) -> float:
        """The quantity of a line that states none."""
        usual = terms.number("standing_share") * demand
        stated = [line.quantity for line in lines if line.quantity is not None]
        if terms.says("standing", "share") or not stated:
            return usual
        return (usual + sum(stated) / len(stated)) / 2

    @staticmethod
    def _list_price(lines: Iterable[Line], cost: float, terms: Terms) -> float:
        """The price of a line that states none."""
        if terms.says("price", "surcharge"):
            return cost * terms.number("list_factor")
        stated = [float(line.price) for line in lines if line.price is not None]
        return (cost + max(stated)) / 2 if stated and terms.says("price", "blend") else cost

    @staticmethod
    def _weight(back: Return, terms: Terms) -> float:
        """The share of a return's quantity that is taken off."""
        if back.accepted is None:
            return {"accepted": 0.0, "undecided": 1.0, "half": 0.5}[terms.clauses["returns"]]
        return 1.0 if back.accepted else 0.0

    @staticmethod
    def _unsound(code: str, spend: float, paid: float, sums: Sequence[Amounts], terms: Terms, margins: Margins) -> bool:
        if terms.says("flag", "cover"):
            return margins.above(f"cover of {code}", terms.number("cover_share") * spend, paid)
        if terms.says("flag", "returned"):
            limit = terms.number("return_limit") * math.fsum(one.ordered for one in sums)
            return margins.above(f"returns of {code}", math.fsum(one.returned for one in sums), limit)
        limit = terms.number("standing_limit") * spend
        return margins.above(f"standing orders of {code}", math.fsum(one.standing for one in sums), limit)


def _insert(table: str, columns: str, rows: Iterable[Row]) -> str:
    """A table's definition and its rows as one INSERT."""
    body = ",\n".join("(" + ", ".join(_literal(cell) for cell in row) + ")" for row in rows)
    return f"CREATE TABLE {table} ({columns});\nINSERT INTO {table} VALUES\n{body};\n"


def _literal(cell: object) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, datetime):
        return f"'{cell:%Y-%m-%d %H:%M}'"
    return f"'{cell}'" if isinstance(cell, str) else str(cell)
