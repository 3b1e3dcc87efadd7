"""Inventory Management: what a reorder policy costs when demand and lead time are not what they were."""

from __future__ import annotations

import heapq
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

CARDS = "stock_cards.yaml"
DAYS = 28
TINY = 1e-9


@dataclass(frozen=True)
class Card:
    """The head of a stock card: stock on day 0, and whether shelf and issues are counted in packs."""

    code: str
    start: date
    pack: int
    shelf: int
    shelf_in_packs: bool
    issues_in_packs: bool


@dataclass(frozen=True)
class Order:
    """An open order: due day of the horizon, and packs."""

    code: str
    due: int
    packs: int


@dataclass(frozen=True)
class Day:
    """What was issued on one day, None where nobody counted; a recount replaces the first count of its week."""

    code: str
    day: date
    issued: int | None
    empty: bool
    recount: bool


@dataclass(frozen=True)
class Cards:
    """The stock cards."""

    heads: tuple[Card, ...]
    orders: tuple[Order, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Policy:
    """When and how much is ordered, at least one ``lot``; ``lifts`` where an order lifts to reorder level and lot."""

    reorder: float
    lot: float
    lead: float
    lifts: bool


@dataclass
class Run:
    """What a run of the stock adds up: item-days on the shelf and on order, the last stock, spells without stock."""

    held: float = 0.0
    ordered: float = 0.0
    left: float = 0.0
    spells: tuple[tuple[float, float], ...] = ()

    def empty(self) -> float:
        """Days without stock."""
        return math.fsum(end - start for start, end in self.spells)


class Slip(StrEnum):
    """Usual mistakes with stock."""

    EMPTY_DAYS_KEPT = "empty-days-kept"
    NULL_AS_ZERO = "null-as-zero"
    PACKS_AS_ITEMS = "packs-as-items"
    OPEN_ORDERS_FORGOTTEN = "open-orders-forgotten"
    REORDER_WHEN_EMPTY = "reorder-when-empty"


class InventoryManagement(Skill):
    """Run a reorder policy forward and add up holding and unmet demand.

    Levels follow from the issues on each stock card, which has uncounted days, days on which the shelf was
    empty, recounts, and bookings in packs. The stock then runs down continuously against today's demand and
    lead time; what the shelf cannot serve is lost or served late.
    """

    tag = "Inventory Management"
    measure = Measure(
        key="stock_cost",
        title="Stock cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what holding stock and running out of it costs each {{ entity }} over the planning horizon",
    )
    signal = "its stock is out of balance, as the rules define it"
    exception = "its stock runs on special terms"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "a week takes one item from the stock for each unit of the {{ demand }}",
        Quantity.LEAD_TIME: "an order arrives after the {{ lead_time }}",
        Quantity.UNIT_COST: "holding and unmet demand are priced at the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=False, reason="people turn away from a {{ entity }} whose stock is run badly"),
        Quantity.EXPOSURE: Drive(raises=True, reason="money bound in stock, or missing from it, is money at risk"),
        Quantity.UNIT_COST: Drive(raises=True, reason="the cost of stock is laid on everything a {{ entity }} issues"),
        Quantity.LEAD_TIME: Drive(raises=True, reason="suppliers put {{ entities }} with poor stock keeping last"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading stock cards, and the levels that follow from them",
            {
                "layout": {
                    "": """
                        << The stock cost rests on the stock cards, one for each {{ entity }}, separated by `---`. Where
                        a key stands twice on a card, the later line is a recount and replaces the earlier one.
                        Quantities are in single items or in packs of `pack` items: `shelf` says which, `issues_in` says
                        it for all issues of the card, and open orders are always in packs.
                        || Stock cards are what the stock cost is worked out from: a card for each {{ entity }}, with
                        `---` between them. A key that comes a second time on a card is a recount, and the later line
                        holds in place of the earlier. Some quantities are single items, some are packs of `pack` items
                        each: for the shelf the word in `shelf` tells, for all issues of a card `issues_in` does, and
                        open orders always count packs. >>
                    """,
                },
                "weeks": {
                    "": """
                        << `week_1` to `week_4` list what was issued on days 1 to 7, 8 to 14, 15 to 21 and 22 to 28 of a
                        card, where `from` is the date of day 1. `null` means that nobody counted; such a day is left
                        out of the daily issue. A 0 is a count. `empty` lists, by the same numbers, the days on which
                        the shelf was empty for part of the day.
                        || Day 1 of a card has the date `from`, and what was issued on days 1 to 7, 8 to 14, 15 to 21
                        and 22 to 28 stands in `week_1` to `week_4`. On a day with `null` nobody counted, and the daily
                        issue leaves that day out. A day with 0 was counted. The days whose numbers stand in `empty` are
                        those on which the shelf was empty for part of the day. >>
                    """,
                },
                "empty": {
                    "left_out": """
                        << The days in `empty` are left out of the daily issue too, whatever was issued on them.
                        || A day in `empty` does not enter the daily issue, as if nobody had counted it, whatever was
                        issued. >>
                    """,
                    "scaled": """
                        << What was issued on a day in `empty` is multiplied by `empty_factor` before it enters the
                        daily issue, as more would have been issued from a full shelf.
                        || More would have been issued from a full shelf: for the daily issue, what was issued on a day
                        in `empty` is taken to be `empty_factor` times as much. >>
                    """,
                    "kept": """
                        << What was issued on a day in `empty` enters the daily issue as it was counted: an empty shelf
                        is part of the business.
                        || Empty shelves are part of the business, and a day in `empty` enters the daily issue with what
                        was counted on it. >>
                    """,
                },
                "issue": {
                    "mean": """
                        The daily issue of a {{ entity }} is the mean over all days of its card that are not left out,
                        days without issues (0) included. With no day left it is 0, and nothing is ever ordered.
                    """,
                    "recent": """
                        The daily issue of a {{ entity }} is the mean over days 15 to 28 of its card that are not left
                        out, days without issues (0) included. With no such day left it is 0, and nothing is ever
                        ordered.
                    """,
                    "median": """
                        The daily issue of a {{ entity }} is the median over all days of its card that are not left
                        out, days without issues (0) included; of an even number of days, the mean of the middle two.
                        With no day left it is 0, and nothing is ever ordered.
                    """,
                },
                "reorder": {
                    "cover": """
                        The reorder level is `cover_days` times the daily issue. Levels are not rounded, nor are
                        orders rounded to packs.
                    """,
                    "lead": """
                        The reorder level is the daily issue times the sum of `safety_days` and the days that an order
                        of the {{ entity }} placed in the horizon takes to arrive. Levels are not rounded, nor are
                        orders rounded to packs.
                    """,
                },
                "lot": {
                    "upto": """
                        An order lifts the position to the order-up-to level, which lies `order_days` times the daily
                        issue above the reorder level.
                    """,
                    "fixed": """
                        Every order is for `order_days` times one seventh of the {{ demand }}. Where the position is
                        still at or below the reorder level after an order, a further one is placed in the same
                        moment, until it is above.
                    """,
                },
            },
        ),
        Sheet(
            "Running the stock forward, and its price",
            {
                "horizon": {
                    "": """
                        << The horizon runs from day 0, the moment after day 28 of the cards, to `horizon_days`. Time
                        and stock are continuous. `shelf` is the stock on day 0. What a week takes from the stock
                        follows from the {{ demand }}: one item for each unit of the figure, evenly, one seventh a day.
                        The position is the stock on the shelf plus all that is on order, less what is still owed to
                        customers. Whenever the position is at or below the reorder level, within a billionth of an
                        item, day 0 included, an order is placed in that moment; several may be on their way, and orders
                        cost nothing by themselves.
                        || Day 0 is the moment after day 28 of the cards; from there the horizon runs to `horizon_days`.
                        Time and stock run continuously. On day 0 there is as much stock as `shelf` says. In a week
                        demand takes one item from the stock for each unit of the {{ demand }}, and every day a seventh
                        of that, evenly. The stock on the shelf and everything on order, less what customers are still
                        owed, make the position. From day 0 on, an order is placed at any moment at which the position
                        is at the reorder level or below it; a position within a billionth of an item of the level is at
                        it. Any number may be on their way, and placing one costs nothing. >>
                    """,
                },
                "unmet": {
                    "lost": """
                        << Demand that meets an empty shelf is lost and never made up: the stock stays at zero until the
                        next delivery. Such demand is called unmet.
                        || An empty shelf serves nobody: until the next delivery the stock stays at zero, and demand
                        that comes meanwhile is lost for good. It is called unmet. >>
                    """,
                    "backlog": """
                        << Demand that meets an empty shelf is owed to the customer and served first from the next
                        delivery, also when that does not suffice for all that is owed. Such demand is called unmet, and
                        as long as anything is owed the shelf is empty.
                        || An empty shelf lets customers wait: demand that comes meanwhile is owed to them and is served
                        before anything else from the next delivery, as far as that goes. It is called unmet, and the
                        shelf is empty as long as anything is owed. >>
                    """,
                },
                "due": {
                    "punctual": """
                        An order placed in the horizon arrives after the {{ entity }}'s {{ lead_time }}, in days.
                        `open_orders` lists orders placed before day 0 as pairs of due day in the horizon and packs;
                        each arrives on its due day.
                    """,
                    "late": """
                        An order placed in the horizon arrives after the {{ entity }}'s {{ lead_time }}, in days.
                        `open_orders` lists orders placed before day 0 as pairs of due day in the horizon and packs;
                        each arrives `late_days` days after its due day.
                    """,
                },
                "exception": {
                    "express": """
                        << For a {{ entity }} under exception, orders placed in the horizon come by express: they take
                        `express_factor` times the {{ lead_time }}. Its open orders come as they would otherwise.
                        || What a {{ entity }} under exception orders within the horizon comes by express and takes
                        `express_factor` times the {{ lead_time }}. Open orders come as they would for any other. >>
                    """,
                    "surge": """
                        << At a {{ entity }} under exception, demand comes and drains the stock `surge_factor` times as
                        fast over the whole horizon; the daily issue, the reorder level and the quantity of an order
                        follow the other rules as if it did not.
                        || Demand at a {{ entity }} under exception comes `surge_factor` times as fast, and so the stock
                        drains, over the whole horizon. The daily issue, the reorder level and what an order is for take
                        no notice of that. >>
                    """,
                    "consigned": """
                        << For a {{ entity }} under exception, the supplier owns most of the stock: the holding rate is
                        `consigned_share` times `holding_rate`.
                        || Most of the stock of a {{ entity }} under exception is the supplier's, and for the holding
                        rate `consigned_share` times `holding_rate` is taken. >>
                    """,
                },
                "holding": {
                    "shelf": """
                        The stock cost is the {{ unit_cost }} times the sum of two amounts: `holding_rate` per day and
                        item on the shelf, that is, times the integral of the stock on the shelf over the horizon; and
                        `unmet_share` times the items of demand that are unmet in the horizon.
                    """,
                    "position": """
                        Goods are paid for when they are ordered. The stock cost is the {{ unit_cost }} times the sum
                        of two amounts: `holding_rate` per day and item on the shelf or on order, that is, times the
                        integral of both over the horizon; and `unmet_share` times the items of demand that are unmet
                        in the horizon.
                    """,
                },
                "flag": {
                    "empty": """
                        << Flag a {{ entity }} when its shelf is empty for more than `empty_limit` of the horizon's
                        days, added up over all spells.
                        || A {{ entity }} gets a flag when all its spells with an empty shelf together take more than
                        `empty_limit` of the days of the horizon. >>
                    """,
                    "end": """
                        << Flag a {{ entity }} when the stock on its shelf at the end of the horizon is less than
                        `end_days` times its daily issue; while demand is unmet, that stock is zero.
                        || A {{ entity }} gets a flag when less than `end_days` times its daily issue is on its shelf
                        when the horizon ends; where demand is unmet at that moment, nothing is. >>
                    """,
                    "heavy": """
                        << Flag a {{ entity }} when its mean stock on the shelf, the integral over the horizon divided
                        by `horizon_days`, is more than `heavy_days` times its daily issue.
                        || A {{ entity }} gets a flag when its stock on the shelf is on average, as the integral over
                        the horizon divided by `horizon_days`, above `heavy_days` times its daily issue. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.EMPTY_DAYS_KEPT: "issues of days with an empty shelf enter the daily issue as they stand",
        Slip.NULL_AS_ZERO: "an uncounted day enters the daily issue as a day without issues",
        Slip.PACKS_AS_ITEMS: "packs are read as single items",
        Slip.OPEN_ORDERS_FORGOTTEN: "orders placed before day 0 are left out",
        Slip.REORDER_WHEN_EMPTY: "an order is placed only when the shelf is empty and nothing is on its way",
    }
    kind = Cards

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Days of cover, of order, of horizon, of delay; the prices, the special terms, the flag's limits."""
        return {
            "empty_factor": stream.number("2.0", "4.0", 1),
            "cover_days": stream.integer(11, 16),
            "safety_days": stream.integer(1, 4),
            "order_days": stream.integer(18, 25),
            "horizon_days": stream.integer(75, 100),
            "late_days": stream.integer(2, 6),
            "holding_rate": stream.number("0.0030", "0.0060", 4),
            "unmet_share": stream.number("0.10", "0.25", 2),
            "express_factor": stream.number("0.35", "0.65", 2),
            "surge_factor": stream.number("1.20", "1.50", 2),
            "consigned_share": stream.number("0.25", "0.50", 2),
            "empty_limit": stream.number("0.08", "0.18", 2),
            "end_days": stream.number("4.0", "9.0", 1),
            "heavy_days": stream.number("9.5", "11.5", 1),
        }

    def records(self, stream: Stream, world: World, level: int) -> Cards:
        """One card per entity for the last four weeks, issues near the weekly demand; level adds gaps and recounts."""
        heads, orders, days = [], [], []
        start = world.last - timedelta(days=DAYS - 1)
        for entity in world.everyone:
            code, mean = entity.code, round(world.figures[Quantity.DEMAND][entity.code] / 7)
            pack, in_packs, on_shelf = stream.choice((4, 6, 8, 12)), stream.chance(1, 3), stream.chance(1, 2)
            shelf = mean * stream.integer(6, 20) // (pack if on_shelf else 1)
            heads.append(Card(code, start, pack, shelf, on_shelf, in_packs))
            orders += [
                Order(code, stream.integer(2, 16), max(1, mean * stream.integer(4, 12) // pack))
                for _ in range(stream.integer(1, 2))
            ]
            empty = stream.sample(range(DAYS), stream.integer(2, 3 + level))
            spans = [(range(DAYS), False)]
            if stream.chance(level, 4):
                week = 7 * stream.integer(0, 3)
                spans.append((range(week, week + 7), True))
            for span, recount in spans:
                for at in span:
                    usual = mean * stream.integer(70, 130) // (400 if at in empty else 100)
                    issued = None if stream.chance(level, 10) else usual // (pack if in_packs else 1)
                    days.append(Day(code, start + timedelta(days=at), issued, at in empty, recount))
        return Cards(tuple(heads), tuple(orders), tuple(days))

    def render(self, stream: Stream, records: Cards) -> dict[str, str]:
        """One YAML document per card, in shuffled order."""
        return {CARDS: "---\n" + "---\n".join(_written(head, records) for head in stream.shuffled(records.heads))}

    def facts(self, records: Cards) -> Sequence[Fact]:
        """Every count, and the stock on every shelf."""
        cells = [
            Fact("heads", place, "shelf", head.shelf, head.code, None, "the stock on the shelf")
            for place, head in enumerate(records.heads)
        ]
        return cells + [
            Fact("days", place, "issued", day.issued, day.code, day.day, f"the issues of {day.day.day} {day.day:%B}")
            for place, day in enumerate(records.days)
            if day.issued is not None
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where the sheet keeps days with an empty shelf, keeping them is no mistake."""
        dead = {Slip.EMPTY_DAYS_KEPT} if terms.says("empty", "kept") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Levels from the cards, then one run of the stock per entity."""
        margins = margins or Margins()
        rows: Cards = block.records
        days: dict[str, dict[date, Day]] = {code: {} for code in dials.entities}
        for day in rows.days:
            if day.code in days and (day.recount or day.day not in days[day.code]):
                days[day.code][day.day] = day
        values, flagged = {}, set()
        for head in rows.heads:
            code = head.code
            if code not in days:
                continue
            terms, excepted = block.terms.at(code), code in dials.exceptions
            pack = 1 if slip is Slip.PACKS_AS_ITEMS else head.pack
            issue = self._issue(head, days[code].values(), terms, slip) * (pack if head.issues_in_packs else 1)
            special = terms.clauses["exception"] if excepted else ""
            daily = dials.quantities[Quantity.DEMAND][code] / 7
            daily *= terms.number("surge_factor") if special == "surge" else 1.0
            lead = dials.quantities[Quantity.LEAD_TIME][code]
            lead *= terms.number("express_factor") if special == "express" else 1.0
            late = terms.number("late_days") if terms.says("due", "late") else 0.0
            due = [(order.due + late, float(order.packs * pack)) for order in rows.orders if order.code == code]
            run = _run(
                head.shelf * (pack if head.shelf_in_packs else 1),
                [] if slip is Slip.OPEN_ORDERS_FORGOTTEN else due,
                self._policy(issue, dials.quantities[Quantity.DEMAND][code] / 7, lead, terms, slip),
                daily,
                terms,
            )
            rate = terms.number("holding_rate") * (terms.number("consigned_share") if special == "consigned" else 1)
            holding = run.held + (run.ordered if terms.says("holding", "position") else 0.0)
            unmet = daily * run.empty()
            price = dials.quantities[Quantity.UNIT_COST][code]
            values[code] = price * (rate * holding + terms.number("unmet_share") * unmet)
            if self._unbalanced(code, run, issue, terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _issue(head: Card, days: Iterable[Day], terms: Terms, slip: StrEnum | None) -> float:
        """The daily issue in the card's unit."""
        keep = slip is Slip.EMPTY_DAYS_KEPT or terms.says("empty", "kept")
        factor = 1.0 if keep else terms.number("empty_factor")
        middle = head.start + timedelta(days=DAYS // 2)
        counts: list[float] = []
        for day in days:
            if terms.says("issue", "recent") and day.day < middle:
                continue
            if day.empty and not keep and terms.says("empty", "left_out"):
                continue
            if day.issued is not None:
                counts.append(day.issued * (factor if day.empty else 1.0))
            elif slip is Slip.NULL_AS_ZERO:
                counts.append(0.0)
        if not counts:
            return 0.0
        return median(counts) if terms.says("issue", "median") else math.fsum(counts) / len(counts)

    @staticmethod
    def _policy(issue: float, forecast: float, lead: float, terms: Terms, slip: StrEnum | None) -> Policy:
        """Nothing is ever ordered where nothing was issued."""
        cover = lead + terms.number("safety_days") if terms.says("reorder", "lead") else terms.number("cover_days")
        daily = issue if terms.says("lot", "upto") or not issue else forecast
        reorder = 0.0 if slip is Slip.REORDER_WHEN_EMPTY else cover * issue
        return Policy(reorder, terms.number("order_days") * daily, lead, terms.says("lot", "upto"))

    @staticmethod
    def _unbalanced(code: str, run: Run, issue: float, terms: Terms, margins: Margins) -> bool:
        horizon = terms.number("horizon_days")
        if terms.says("flag", "empty"):
            return margins.above(f"empty days at {code}", run.empty(), terms.number("empty_limit") * horizon)
        if terms.says("flag", "end"):
            return margins.above(f"last stock at {code}", terms.number("end_days") * issue, run.left)
        return margins.above(f"mean stock at {code}", run.held / horizon, terms.number("heavy_days") * issue)


def _run(shelf: float, due: Sequence[tuple[float, float]], policy: Policy, daily: float, terms: Terms) -> Run:
    """The stock from day 0 to the end of the horizon, stepping from event to event; below zero it is owed."""
    horizon, backlog = terms.number("horizon_days"), terms.says("unmet", "backlog")
    run, pending, now, stock = Run(), list(due), 0.0, float(shelf)
    heapq.heapify(pending)
    coming = math.fsum(quantity for _, quantity in pending)
    while now < horizon:
        gap = stock + coming - policy.reorder
        if gap <= TINY and policy.lot > TINY:
            quantity = policy.lot - (gap if policy.lifts else 0.0)
            heapq.heappush(pending, (now + policy.lead, quantity))
            coming += quantity
            continue
        arrival = pending[0][0] if pending else math.inf
        until = min(horizon, arrival)
        falls = stock > 0 or backlog
        if falls:
            until = min(until, now + gap / daily if gap > TINY else until)
            until = min(until, now + stock / daily if stock > 0 else until)
        step = until - now
        if stock > 0:
            run.held += (stock - daily * step / 2) * step
        else:
            run.spells += ((now, until),)
        run.ordered += coming * step
        stock -= daily * step if falls else 0.0
        stock = 0.0 if abs(stock) <= TINY else stock
        now = until
        if arrival <= now:
            _, quantity = heapq.heappop(pending)
            stock, coming = stock + quantity, coming - quantity
    run.left = max(stock, 0.0)
    return run


def _written(head: Card, records: Cards) -> str:
    """One card as YAML."""
    own = [day for day in records.days if day.code == head.code]
    first = [day for day in own if not day.recount]
    again = [day for day in own if day.recount]
    orders = [[order.due, order.packs] for order in records.orders if order.code == head.code]
    lines = [
        f"code: {head.code}",
        f"from: {head.start}",
        f"pack: {head.pack}",
        f"shelf: {head.shelf} {'packs' if head.shelf_in_packs else 'items'}",
        f"open_orders: {json.dumps(orders)}",
        f"issues_in: {'packs' if head.issues_in_packs else 'items'}",
        f"empty: {json.dumps([at for at, day in enumerate(first, 1) if day.empty])}",
    ]
    lines += [_week(head, first[at : at + 7]) for at in range(0, DAYS, 7)]
    return "\n".join(lines + ([_week(head, again) + "  # recount"] if again else [])) + "\n"


def _week(head: Card, days: Sequence[Day]) -> str:
    number = (days[0].day - head.start).days // 7 + 1
    return f"week_{number}: {json.dumps([day.issued for day in days])}"
