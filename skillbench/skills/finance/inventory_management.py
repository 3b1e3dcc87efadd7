"""Inventory Management: what an (s, S) policy costs when demand and lead time are not what they were."""

from __future__ import annotations

import heapq
import json
import math
from collections.abc import Mapping
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

CARDS = "stock_cards.yaml"


class InventoryManagement(Skill):
    """Run a reorder policy forward and add up holding and lost demand.

    Levels follow from the issues on each stock card, which has uncounted days, days on which the shelf was
    empty, recounts, and bookings in packs. The stock then runs down continuously against today's demand and
    lead time; what the shelf cannot serve is lost.
    """

    tag = "Inventory Management"
    measure = Measure(
        key="stock_cost",
        title="Stock cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what holding stock and running out of it costs each {{ entity }} over the planning horizon",
    )
    signal = "the {{ entity }}'s shelf is empty for more than `empty_days_limit` days of the horizon"
    exception = "its deliveries come by express: orders take `express_factor` times the lead time"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "stock runs down by the {{ demand }}",
        Quantity.LEAD_TIME: "an order arrives after the {{ lead_time }}",
        Quantity.UNIT_COST: "holding and lost demand are priced at the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=False, reason="people turn away from a {{ entity }} whose stock is run badly"),
        Quantity.EXPOSURE: Drive(raises=True, reason="money bound in stock, or missing from it, is money at risk"),
        Quantity.UNIT_COST: Drive(raises=True, reason="the cost of stock is laid on everything a {{ entity }} issues"),
        Quantity.LEAD_TIME: Drive(raises=True, reason="suppliers put {{ entities }} with poor stock keeping last"),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "Stock cost: cards and levels": """
Stock cards are separated by `---`, one card for each {{ entity }}. Where a key stands twice on a card, the later
line is a recount and replaces the earlier one. Quantities are in single items or in packs of `pack` items: `shelf`
says which, `issues_in` says it for all issues of the card, and open orders are always in packs.

`week_1` to `week_4` list the items issued on days 1 to 7, 8 to 14, 15 to 21 and 22 to 28. `null` means that nobody
counted. On the days listed in `empty`, numbered alike, the shelf was empty for part of the day. Uncounted days and
the days in `empty` are left out; the daily issue is the mean over all other days, days without issues (0) included.

The reorder level is `cover_days` times the daily issue, and the order-up-to level is the sum of `cover_days` and
`order_days`, times the daily issue. Levels are not rounded, nor are orders rounded to packs.
""",
        "Stock cost: horizon, price and flag": """
The horizon runs from day 0 to `horizon_days`. Time and stock are continuous. The figure of {{ demand }} is for one
week, one item for each unit of it, and drains the shelf evenly, at one seventh a day, as long as there is stock;
demand that meets an empty shelf is lost and never made up. `shelf` is the stock on day 0. `open_orders` lists
orders placed before as pairs of due day and packs; each arrives on its due day.

The position is the stock on the shelf plus all that is on order. Whenever the position is at or below the reorder
level, day 0 included, an order is placed in that moment that lifts the position to the order-up-to level. It
arrives after the {{ entity }}'s {{ lead_time }} in days, for a {{ entity }} under exception after `express_factor`
times that; open orders keep their due days. Several orders may be on their way, and orders cost nothing by
themselves.

The stock cost is the {{ unit_cost }} times the sum of two amounts: `holding_rate` per item and day, that is, times
the integral of the stock on the shelf over the horizon; and `lost_share` times the items of demand lost in the
horizon.

Flag a {{ entity }} when its shelf is empty for more than `empty_days_limit` days in total.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "empty-days-kept": "issues of days with an empty shelf enter the mean",
        "null-as-zero": "an uncounted day enters the mean as a day without issues",
        "packs-as-items": "packs are read as single items",
        "open-orders-forgotten": "orders placed before day 0 are left out",
        "reorder-when-empty": "an order is placed only when the shelf is empty and nothing is on its way",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Days of cover, of order, of horizon, of grace; the two prices and the express factor."""
        return {
            "cover_days": stream.integer(11, 16),
            "order_days": stream.integer(18, 25),
            "horizon_days": stream.integer(75, 100),
            "holding_rate": stream.number("0.0030", "0.0060", 4),
            "lost_share": stream.number("0.10", "0.25", 2),
            "express_factor": stream.number("0.35", "0.65", 2),
            "empty_days_limit": stream.number("6.5", "14.5", 1),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """One card per entity with four weeks of issues; level adds gaps and recounts."""
        cards = [self._card(stream, entity.code, level) for entity in stream.shuffled(roster.everyone)]
        return Block({CARDS: "---\n" + "---\n".join(cards)}, self.draw_params(stream))

    @staticmethod
    def _card(stream: Stream, code: str, level: int) -> str:
        pack = stream.choice((4, 6, 8, 12))
        packs, mean = stream.chance(1, 3), stream.integer(36, 110)
        empty = sorted(stream.sample(range(1, 29), stream.integer(1, 3 + level)))

        def issued(day: int) -> int | None:
            if stream.chance(level, 10):
                return None
            number = mean * stream.integer(70, 130) // (400 if day in empty else 100)
            return number // pack if packs else number

        weeks = [[issued(7 * week + day) for day in range(1, 8)] for week in range(4)]
        lines = [f"week_{at + 1}: {json.dumps(week)}" for at, week in enumerate(weeks)]
        if stream.chance(level, 4):
            at = stream.integer(0, 3)
            lines.append(f"week_{at + 1}: {json.dumps([issued(7 * at + day) for day in range(1, 8)])}  # recount")
        shelf = mean * stream.integer(8, 22)
        orders = [[stream.integer(2, 16), mean * stream.integer(3, 12) // pack] for _ in range(stream.integer(0, 2))]
        head = [
            f"code: {code}",
            f"pack: {pack}",
            f"shelf: {shelf // pack} packs" if stream.chance(1, 2) else f"shelf: {shelf} items",
            f"open_orders: {json.dumps(orders)}",
            f"issues_in: {'packs' if packs else 'items'}",
            f"empty: {json.dumps(empty)}",
        ]
        return "\n".join([*head, *lines]) + "\n"

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Levels from the cards, then one run of the stock per entity."""
        margins = margins or Margins()
        params = {name: float(value) for name, value in block.params.items()}
        cards = {card["code"]: card for card in map(_card, block.files[CARDS].split("---\n")[1:])}
        values, flagged = {}, set()
        for code in dials.entities:
            opening = self._opening(cards[code], slip)
            levels = self._levels(cards[code], params, slip)
            lead = dials.quantities[Quantity.LEAD_TIME][code]
            lead *= params["express_factor"] if code in dials.exceptions else 1.0
            daily = dials.quantities[Quantity.DEMAND][code] / 7
            held, empty = self._run(opening, levels, daily, lead, params["horizon_days"])
            lost = daily * empty
            price = dials.quantities[Quantity.UNIT_COST][code]
            values[code] = price * (params["holding_rate"] * held + params["lost_share"] * lost)
            if margins.above(f"empty days at {code}", empty, params["empty_days_limit"]):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _opening(card: Mapping[str, Any], slip: str | None) -> tuple[float, list[tuple[float, float]]]:
        """Stock on day 0 and open orders as (due day, quantity), in single items."""
        pack = 1 if slip == "packs-as-items" else card["pack"]
        amount, unit = card["shelf"].split()
        orders = [] if slip == "open-orders-forgotten" else card["open_orders"]
        return int(amount) * (pack if unit == "packs" else 1), [(due, packs * pack) for due, packs in orders]

    @staticmethod
    def _levels(card: Mapping[str, Any], params: Mapping[str, float], slip: str | None) -> tuple[float, float]:
        """Reorder level and order-up-to level, in single items."""
        days = [issued for week in range(1, 5) for issued in card[f"week_{week}"]]
        if slip == "null-as-zero":
            days = [issued or 0 for issued in days]
        left_out = () if slip == "empty-days-kept" else card["empty"]
        counted = [issued for day, issued in enumerate(days, 1) if issued is not None and day not in left_out]
        in_packs = card["issues_in"] == "packs" and slip != "packs-as-items"
        daily = math.fsum(counted) / len(counted) * (card["pack"] if in_packs else 1)
        upto = (params["cover_days"] + params["order_days"]) * daily
        return (0.0 if slip == "reorder-when-empty" else params["cover_days"] * daily), upto

    @staticmethod
    def _run(
        opening: tuple[float, list[tuple[float, float]]],
        levels: tuple[float, float],
        daily: float,
        lead: float,
        horizon: float,
    ) -> tuple[float, float]:
        """Item-days held and days with an empty shelf, stepping from event to event."""
        (shelf, pending), (reorder, upto) = opening, levels
        heapq.heapify(pending)
        now = held = empty = 0.0
        while now < horizon:
            position = shelf + math.fsum(quantity for _, quantity in pending)
            if position <= reorder + 1e-9:
                heapq.heappush(pending, (now + lead, upto - position))
                continue
            due = pending[0][0] if pending else horizon
            step = min(horizon, due) - now
            if shelf > 0:
                step = min(step, shelf / daily)
                if position - shelf < reorder:
                    step = min(step, (position - reorder) / daily)
                held += (shelf - daily * step / 2) * step
                shelf -= daily * step
                shelf = shelf if shelf > 1e-9 else 0.0
            else:
                empty += step
            now += step
            if pending and pending[0][0] <= now:
                shelf += heapq.heappop(pending)[1]
        return held, empty


def _card(text: str) -> dict[str, Any]:
    """A card's keys; a later line replaces an earlier one."""
    card: dict[str, Any] = {}
    for line in text.splitlines():
        key, _, value = line.partition(": ")
        value = value.partition("  #")[0]
        card[key] = value if key in {"code", "shelf", "issues_in"} else json.loads(value)
    return card
