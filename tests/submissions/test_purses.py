"""The purse of a submitted sample: an honest one adds up, and each way round it is named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from skillbench.core.purse import Prices, Purse
from skillbench.evidence.session import Use, WholeSample
from skillbench.submissions.purses import of_purse

PURSE = Purse(prices=Prices(search=1, page=2, program=3, reading=1), worth=20)


def sample(*results: tuple[str, str], failed: bool = False) -> WholeSample:
    """A sample whose tools gave these results, the last one as an error if asked."""
    uses = [
        Use(str(at), function, "{}", result, failed and at == len(results) - 1, str(at))
        for at, (function, result) in enumerate(results)
    ]
    return cast("WholeSample", SimpleNamespace(session=SimpleNamespace(uses=tuple(uses))))


HONEST = (
    ("search", "x" * 1500 + "\n[purse: 7 of 10 points left]"),
    ("open", "page\n[purse: 4 of 10 points left]"),
    ("python", "y" * 1000 + "\n[1,200 more characters could not be paid]\n[purse: 0 of 10 points left]"),
    ("bash", "Refused: this program costs 3, and the purse holds 0. Nothing refills it.\n[purse: 0 of 10 points left]"),
    ("submit", "{}"),
)


def test_an_honest_sample_adds_up() -> None:
    """Acts, characters shown and refusals give what the last line says."""
    assert list(of_purse(sample(*HONEST), PURSE, 10)) == []


def test_an_act_that_failed_was_paid_too() -> None:
    """A program that ended in an error shows no line, and still costs its run."""
    paid = (("open", "page\n[purse: 7 of 10 points left]"), ("python", "timed out"))
    assert list(of_purse(sample(*paid, failed=True), PURSE, 10)) == []
    after = (*paid[:1], ("python", "timed out"), ("search", "none\n[purse: 2 of 10 points left]"))
    uses: Any = sample(*after)
    failed = SimpleNamespace(
        session=SimpleNamespace(
            uses=tuple(
                Use(u.id, u.function, u.arguments, u.result, u.result == "timed out", u.message)
                for u in uses.session.uses
            )
        )
    )
    assert list(of_purse(cast("WholeSample", failed), PURSE, 10)) == []


@pytest.mark.parametrize(
    ("results", "given", "reason"),
    [
        ((("search", "found"),), 10, "without the purse's line"),
        ((("search", "found\n[purse: 9 of 10 points left]"),), 10, "8 points left by its calls and 9"),
        ((("search", "found\n[purse: 98 of 100 points left]"),), 10, "another purse than 10 points"),
        ((("search", "found\n[purse: 8 of 10 points left]"),), None, "does not name"),
    ],
)
def test_a_way_round_the_purse_is_named(results: tuple[tuple[str, str], ...], given: int | None, reason: str) -> None:
    """A result without its line, a wrong sum, a richer purse and one that the log does not name are refused."""
    assert reason in " ".join(of_purse(sample(*results), PURSE, given))
