"""The perfect worker: knows which pages a case needs, finds them with the agent's own search, and buys no other.

What it spends is the yardstick of every purse. Gate 5 walks the same searches without knowing what is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from skillbench.core.library import Library, snippet
from skillbench.core.purse import Act, Prices, Purse
from skillbench.core.schema import Case, Page
from skillbench.deliverables.base.registry import product_of

PAGE_ID = re.compile(r"HB-\d{4}")
USUAL = Prices()

CIRCULARS = ("", "amended", "repealed no longer in force", "in place of the sheet with effect from")
"""What a reader adds who looks for circulars on a measure."""


def queries(case: Case) -> list[str]:
    """What a person who has read the brief would search for, measure by measure."""
    house = f"{case.organisation} in force since"
    out = ["scope register columns status active in scope", "how findings act standing raises lowers exceptions"]
    product = product_of(case)
    out += [f"{product.sought} {house}"] if product else []
    for point in case.checkpoints:
        out += [point.title, f"{point.title} {house}", f"these findings act on the measure {point.title} {house}"]
        out += [f"the {point.title} rests on {house}", meaning(case, point.key)]
        out += [f"circular {said} {point.title}" for said in CIRCULARS] if case.dials.complications else []
    return out


def meaning(case: Case, key: str) -> str:
    """What the brief says a measure is good for: the last cell of its row."""
    row = next(line for line in case.prompt.splitlines() if line.startswith(f"| `{key}` |"))
    return row.rstrip(" |").rpartition("|")[2].strip()


def purse_of(case: Case, library: Library, prices: Prices = USUAL) -> Purse:
    """The case's purse: the prices, and what the perfect worker spends at these.

    Args:
        case: the case; its own purse is not looked at.
        library: its handbook, as the agent searches it.
        prices: what acts cost.
    """
    needed = {one: page for one in case.needed_pages if (page := library.open(one))}
    searches = _searches(case, library, needed, prices)
    opened = sum(prices.total(Act.PAGE, len(page.text)) for page in needed.values())
    return Purse(prices=prices, worth=searches + opened + prices.total(Act.PROGRAM, len(_printed(case))))


def _searches(case: Case, library: Library, needed: Mapping[str, Page], prices: Prices) -> int:
    """Points for searches that lead to all needed pages: the one that leads to most per point, again and again."""
    leads: dict[str, frozenset[str]] = {}
    costs: dict[str, int] = {}
    for query in queries(case):
        hits = library.search(query)
        leads[query] = _led_to(frozenset(page.id for page in hits), needed)
        costs[query] = prices.total(Act.SEARCH, len("\n".join(snippet(page) for page in hits)))
    missing, spent = frozenset(needed), 0
    while missing:
        best = max(leads, key=lambda query: len(leads[query] & missing) / costs[query])  # the first of equal ones
        if not leads[best] & missing:
            break  # gate 5 refuses such a case, by the pages' names
        spent += costs[best]
        missing -= leads[best]
    return spent


def _led_to(start: frozenset[str], needed: Mapping[str, Page]) -> frozenset[str]:
    """The needed pages among these, and those whose number stands on one that was reached."""
    reached: set[str] = set()
    waiting = [one for one in sorted(start) if one in needed]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [one for one in PAGE_ID.findall(needed[page].text) if one in needed]
    return frozenset(reached)


def _printed(case: Case) -> str:
    """What the worker's one program prints: every value and flag of the key."""
    return json.dumps(
        {
            point.key: {
                "values": {code: round(value, point.digits) for code, value in point.values.items()},
                "flagged": point.flagged,
            }
            for point in case.checkpoints
        }
    )
