"""Blind solver for the stock cost rules: stock cards, reorder simulation in continuous time."""

import json

EPS = 1e-9


def read_cards(text: str) -> list[dict[str, str]]:
    """Split the cards; a key that stands twice keeps its later line."""
    cards: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if line.startswith("---"):
            current = {}
            cards.append(current)
        elif ":" in line:
            if not cards:
                cards.append(current)
            key, value = line.split(":", 1)
            current[key.strip()] = value.strip()
    return cards


def mean_daily_issue(card: dict[str, str]) -> float:
    """Mean issue in items over the days that were counted and had stock all day."""
    skipped = set(json.loads(card.get("empty") or "[]"))
    counted: list[float] = []
    for week in range(4):
        for offset, issued in enumerate(json.loads(card[f"week_{week + 1}"])):
            day = 7 * week + offset + 1
            if issued is not None and day not in skipped:
                counted.append(issued)
    per_unit = int(card["pack"]) if card["issues_in"] == "packs" else 1
    return sum(counted) / len(counted) * per_unit if counted else 0.0


def simulate(
    stock: float, due: list[tuple[float, float]], rate: float, low: float, high: float, lead: float, horizon: float
) -> tuple[float, float]:
    """Return the integral of the stock (item-days) and the days with an empty shelf."""
    now, integral, empty_days = 0.0, 0.0, 0.0
    due = sorted(due)
    while True:
        while due and due[0][0] <= now + EPS:
            stock += due.pop(0)[1]
        position = stock + sum(quantity for _, quantity in due)
        if position <= low + EPS and high - position > EPS:
            due.append((now + lead, high - position))
            due.sort()
            continue
        if now >= horizon:
            return integral, empty_days
        until = min(horizon, due[0][0]) if due else horizon
        if stock > 0 and rate > 0:
            run_out = now + stock / rate
            until = min(until, run_out)
            if position > low:
                until = min(until, now + (position - low) / rate)
            left = 0.0 if until >= run_out else stock - rate * (until - now)
            integral += (stock + left) / 2 * (until - now)
            stock = left
            if stock < EPS:
                stock = 0.0
        elif stock > 0:
            integral += stock * (until - now)
        else:
            empty_days += until - now
        now = until


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the stock cost of every pumping station in scope and the flagged codes."""
    costs: dict[str, float] = {}
    flagged: set[str] = set()
    for card in read_cards(files["stock_cards.yaml"]):
        code = card.get("code", "")
        if code not in quantities["demand"]:
            continue
        pack = int(card["pack"])
        amount, unit = card["shelf"].split()
        stock = float(amount) * (pack if unit.startswith("pack") else 1)
        due = [(float(day), float(packs * pack)) for day, packs in json.loads(card.get("open_orders") or "[]")]
        issue = mean_daily_issue(card)
        low = params["cover_days"] * issue
        high = (params["cover_days"] + params["order_days"]) * issue
        lead = quantities["lead_time"][code] * (params["express_factor"] if code in exceptions else 1)
        rate = quantities["demand"][code] / 7
        integral, empty_days = simulate(stock, due, rate, low, high, lead, params["horizon_days"])
        lost = rate * empty_days
        costs[code] = quantities["unit_cost"][code] * (params["holding_rate"] * integral + params["lost_share"] * lost)
        if empty_days > params["empty_days_limit"]:
            flagged.add(code)
    return costs, flagged
