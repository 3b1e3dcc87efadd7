"""Stock costs by stretches between deliveries: within one, stock, orders and costs have closed forms.

Written by one person with the reference, in another method: the run is cut at deliveries only, and each stretch is
settled by formula (when the shelf runs dry, when the position meets the level, areas of triangles and rectangles).
"""

from __future__ import annotations

import json
import statistics

EPS = 1e-9
Params = dict[str, float]


def read_cards(text: str) -> dict[str, dict[str, str]]:
    """Cards by code; a key that stands twice keeps its later line."""
    cards: dict[str, dict[str, str]] = {}
    for part in text.split("---\n"):
        card = {}
        for line in part.splitlines():
            key, _, value = line.split("#")[0].partition(":")
            card[key.strip()] = value.strip()
        if "code" in card:
            cards[card["code"]] = card
    return cards


def daily_issue(card: dict[str, str], params: Params, clauses: dict[str, str]) -> float:
    """Daily issue in items."""
    short = set(json.loads(card["empty"]))
    counted: list[float] = []
    for day in range(15 if clauses["issue"] == "recent" else 1, 29):
        issued = json.loads(card[f"week_{(day + 6) // 7}"])[(day - 1) % 7]
        if issued is None or (day in short and clauses["empty"] == "left_out"):
            continue
        counted.append(issued * (params["empty_factor"] if day in short and clauses["empty"] == "scaled" else 1))
    if not counted:
        return 0.0
    middle = statistics.median(counted) if clauses["issue"] == "median" else statistics.mean(counted)
    return float(middle) * (int(card["pack"]) if card["issues_in"] == "packs" else 1)


class Stock:
    """One entity's stock over the horizon."""

    def __init__(self, on_shelf: float, due: list[tuple[float, float]], *, owes: bool) -> None:
        """``due`` holds arrival and quantity of what is on order; ``owes`` where unmet demand is served later."""
        self.now, self.level, self.due, self.owes = 0.0, on_shelf, sorted(due), owes
        self.orders = [(0.0, when, quantity) for when, quantity in due]
        self.shelf_area = 0.0
        self.dry: list[tuple[float, float]] = []

    def position(self) -> float:
        """Stock and orders less what is owed."""
        return self.level + sum(quantity for _, quantity in self.due)

    def order(self, when: float, quantity: float) -> None:
        """Put an order on its way."""
        self.due = sorted([*self.due, (when, quantity)])
        self.orders.append((self.now, when, quantity))

    def pass_to(self, then: float, rate: float) -> None:
        """Let the time pass without deliveries or orders."""
        span = then - self.now
        wet = min(span, max(self.level, 0.0) / rate)
        self.shelf_area += wet * self.level - rate * wet**2 / 2 if wet > 0 else 0.0
        if span - wet > 0:
            self.dry.append((self.now + wet, then))
        self.level -= rate * (span if self.owes else wet)
        self.now = then

    def meets(self, low: float, rate: float) -> float:
        """When the position falls to a level if nothing is ordered before; infinity if it never does."""
        wait = (self.position() - low) / rate
        if not self.owes and wait > max(self.level, 0.0) / rate + EPS:
            return float("inf")
        return self.now + wait


def run(stock: Stock, rate: float, low: float, lot: tuple[float, bool], lead: float, horizon: float) -> None:
    """Serve, order and receive until the horizon ends; ``lot`` is a quantity and whether orders lift beyond ``low``."""
    size, lifts = lot
    while True:
        while stock.position() <= low + 1e-7 and size > 0:
            stock.order(stock.now + lead, size + (low - stock.position() if lifts else 0))
        arrival = stock.due[0][0] if stock.due else float("inf")
        then = min(arrival, horizon, stock.meets(low, rate) if size > 0 else horizon)
        stock.pass_to(then, rate)
        if then >= horizon:
            return
        if then >= arrival:
            stock.level += stock.due.pop(0)[1]


def total(spells: list[tuple[float, float]]) -> float:
    """Days of the spells together."""
    return sum(end - start for start, end in spells)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the stock costs and the flagged entities."""
    number = {name: float(value) for name, value in params.items()}
    cards = read_cards(files["stock_cards.yaml"])
    horizon = number["horizon_days"]
    costs, flagged = {}, set()
    for code, demand in quantities["demand"].items():
        card, special = cards[code], clauses["exception"] if code in exceptions else ""
        pack = int(card["pack"])
        amount, unit = card["shelf"].split()
        delay = number["late_days"] if clauses["due"] == "late" else 0
        due = [(day + delay, float(packs * pack)) for day, packs in json.loads(card["open_orders"])]
        stock = Stock(int(amount) * (pack if unit == "packs" else 1), due, owes=clauses["unmet"] == "backlog")

        issue = daily_issue(card, number, clauses)
        lead = quantities["lead_time"][code] * (number["express_factor"] if special == "express" else 1)
        days = number["cover_days"] if clauses["reorder"] == "cover" else number["safety_days"] + lead
        size = number["order_days"] * (issue if clauses["lot"] == "upto" else demand / 7)
        rate = demand / 7 * (number["surge_factor"] if special == "surge" else 1)
        run(stock, rate, days * issue, (size if issue else 0.0, clauses["lot"] == "upto"), lead, horizon)

        held = stock.shelf_area
        if clauses["holding"] == "position":
            held += sum(q * (min(when, horizon) - placed) for placed, when, q in stock.orders)
        charge = number["holding_rate"] * (number["consigned_share"] if special == "consigned" else 1)
        unmet = rate * total(stock.dry)
        costs[code] = quantities["unit_cost"][code] * (charge * held + number["unmet_share"] * unmet)
        if {
            "empty": total(stock.dry) > number["empty_limit"] * horizon,
            "end": max(stock.level, 0.0) < number["end_days"] * issue,
            "heavy": stock.shelf_area / horizon > number["heavy_days"] * issue,
        }[clauses["flag"]]:
            flagged.add(code)
    return costs, flagged
