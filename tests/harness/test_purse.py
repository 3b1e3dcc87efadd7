"""The purse: what acts cost, what is refused, and what a perfect worker would spend."""

from __future__ import annotations

import asyncio

import pytest

from skillbench.compose.worker import purse_of, queries
from skillbench.core.errors import SelectionError
from skillbench.core.library import Library
from skillbench.core.purse import Act, Prices, Purse
from skillbench.core.taskset import TaskSet
from skillbench.harness.purse import Allowance, Till, parse_purse

PURSE = Purse(prices=Prices(search=1, page=2, program=3, reading=1), worth=10)


def sold(till: Till, act: Act, *results: str) -> list[str]:
    """What a till shows of these results, asked for all at once."""

    async def give(result: str) -> str:
        return result

    async def all_at_once() -> list[str]:
        return list(await asyncio.gather(*[till.sell(act, lambda one=one: give(one)) for one in results]))

    return asyncio.run(all_at_once())


@pytest.mark.parametrize(
    ("given", "spelling", "points"),
    [("none", "none", None), (2, "2", 20), ("1.4", "1.4", 14), ("1.05", "1.05", 11), ("7points", "7points", 7)],
)
def test_a_purse_is_a_multiple_or_a_sum(small_set: TaskSet, given: str | float, spelling: str, points: int) -> None:
    """A multiple counts the perfect worker's spending, rounded up; a sum is a sum; both are spelled one way."""
    case = small_set.cases[0].model_copy(update={"purse": PURSE})
    allowance = parse_purse(given)
    assert str(allowance) == spelling
    assert allowance.of(case) == points
    assert bool(allowance) == (points is not None)


@pytest.mark.parametrize("given", ["", "x2", "-1", "0", "1e3", "101", "nan", "2.5points", "0points", "9" * 30])
def test_other_words_are_no_purse(given: str) -> None:
    """The refusal says what can be given."""
    with pytest.raises(SelectionError, match="none"):
        parse_purse(given)


def test_a_case_without_prices_takes_no_purse(small_set: TaskSet) -> None:
    """A set that says nothing of prices is refused before it is run."""
    case = small_set.cases[0].model_copy(update={"purse": None})
    with pytest.raises(SelectionError, match="no prices"):
        Allowance(multiple=2).of(case)


def test_every_act_is_paid_before_it_is_done_and_reading_as_it_is_shown() -> None:
    """Searching costs its price and a point for each thousand characters begun; every reply says what is left."""
    till = Till(PURSE, 10)
    (shown,) = sold(till, Act.SEARCH, "x" * 1001)
    assert shown == "x" * 1001 + "\n[purse: 7 of 10 points left]"
    assert till.spent == {"search": 3}


def test_calls_made_together_are_paid_one_by_one() -> None:
    """Parallel calls save no points: the one that the purse cannot pay any more is refused and does nothing."""
    till = Till(PURSE, 7)
    shown = sold(till, Act.PAGE, "one", "two", "three")
    assert [text.splitlines()[-1] for text in shown] == [f"[purse: {left} of 7 points left]" for left in (4, 1, 1)]
    assert shown[2].startswith("Refused: this page costs 2, and the purse holds 1.")
    assert till.refused == 1


def test_a_result_is_shown_as_far_as_it_can_be_paid() -> None:
    """Reading that the purse cannot pay is left out, and how much that was is said."""
    till = Till(PURSE, 4)
    (shown,) = sold(till, Act.PROGRAM, "y" * 2500)
    assert shown == "y" * 1000 + "\n[1,500 more characters could not be paid]\n[purse: 0 of 4 points left]"


def test_without_a_purse_nothing_is_said_of_one() -> None:
    """A run without a purse shows results as they are."""
    assert sold(Till(), Act.SEARCH, "found") == ["found"]


def test_the_perfect_worker_pays_for_every_needed_page_and_no_other(small_set: TaskSet) -> None:
    """Its spending is at least that of the needed pages, and at most that of all searches a reader would make."""
    for case in small_set.cases:
        pages = {page.id: page for page in small_set.handbook(case)}
        library, prices = Library(list(pages.values())), Prices()
        opened = sum(prices.total(Act.PAGE, len(pages[one].text)) for one in case.needed_pages)
        searched = sum(prices.total(Act.SEARCH, 2_000) for query in queries(case) if library.search(query))
        worth = purse_of(case, library).worth
        assert opened + prices.program < worth < opened + searched + prices.total(Act.PROGRAM, 10_000)
        assert case.purse is None or case.purse.worth == worth


def test_more_skills_cost_more(small_set: TaskSet) -> None:
    """Along a chain the perfect worker's spending rises with k."""
    first = small_set.cases[0].chain
    prefixes = sorted((c for c in small_set.cases if c.chain == first and c.kind == "chain"), key=lambda c: c.k)
    spent = [purse_of(case, Library(small_set.handbook(case))).worth for case in prefixes]
    assert spent == sorted(set(spent))
