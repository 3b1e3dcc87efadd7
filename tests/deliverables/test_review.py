"""The review: its sheet gives no measure away, and what a reviewer must find follows from it."""

from __future__ import annotations

import copy

import pytest
from small import DIALS, NAMES, RECIPES

from skillbench.compose.freeze import build_chain
from skillbench.core.schema import Case
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.review import FOLLOWS, RIGHT, UNKNOWN, Review
from skillbench.skills.formats import csv_rows


@pytest.fixture(scope="module", params=range(3))
def case(request: pytest.FixtureRequest) -> Case:
    """A Skill@3 case that hands in a review."""
    dials = DIALS.model_copy(update={"deliverables": ["review"]})
    built = build_chain(0, RECIPES[1], (*NAMES, f"a review {request.param}"), dials)
    return next(case for case in built.cases if case.k == 3)


@pytest.fixture
def review(case: Case) -> Review:
    """Its review."""
    found = product_of(case)
    assert isinstance(found, Review)
    return found


def test_copying_the_sheet_reports_nothing(case: Case, review: Review) -> None:
    """No figure of the sheet is the right figure of a measure."""
    for point in case.checkpoints:
        sheet = review.columns[point.key].sheet
        assert not [
            code for code, value in point.values.items() if value and point.tolerance.covers(value, sheet[code])
        ]


def test_the_sheet_is_wrong_where_the_key_says(case: Case, review: Review) -> None:
    """An index times its base's figure is the right figure but for those called wrong, or open."""
    rows = {row["code"]: row for row in csv_rows(next(iter(review.files().values())))}
    for point in case.checkpoints:
        column = review.columns[point.key]
        unit = point.values[column.base] / 100
        off = {
            code for code, value in point.values.items()
            if abs(float(rows[code][point.key]) * unit - value) > 2 * point.tolerance.at(value)
        }  # fmt: skip
        assert off - set(column.open) == set(column.wrong)


def test_one_mistake_was_made(review: Review) -> None:
    """One measure has a listed cause of its own; the others are right, follow from it, or hold one mistyped figure."""
    made = [key for key, column in review.columns.items() if column.cause in review.causes]
    assert len(made) == 1
    assert review.causes[review.columns[made[0]].cause][0] == made[0]
    for column in review.columns.values():
        assert column.cause in {RIGHT, FOLLOWS, UNKNOWN, *review.causes}
        assert (column.cause == RIGHT) == (not column.wrong)
        assert column.cause != UNKNOWN or len(column.wrong) == 1


def test_calling_everything_right_shows_no_work(review: Review) -> None:
    """Verdicts that find nothing, with the colleague's own amounts, count as not handed in."""
    fields = copy.deepcopy(review.perfect())
    fields["review"]["verdicts"] = {key: {"cause": RIGHT, "wrong": []} for key in review.columns}
    fields["review"]["amounts"] = review.amounts
    assert not review.compare(review.read(fields), None).worked
