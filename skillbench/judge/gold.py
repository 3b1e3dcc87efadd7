"""The answer the key calls perfect: ground of gates, gold sets and attacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from skillbench.core.schema import Case
from skillbench.deliverables.base.registry import product_of
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import by_measure, key_findings

NOTE = "The fund is shared by compound claim. The largest amount goes where the measures below leave the greatest need."


def perfect_answer(
    case: Case,
    computed_with: Literal["code", "hand"] = "hand",
    found: Mapping[str, Findings] | None = None,
) -> dict[str, Any]:
    """A full-marks answer as a JSON object, rounded as the case asks.

    Args:
        case: the case.
        computed_with: what every section claims; ``"code"`` is true only if code ran.
        found: findings to report instead of the key's; the product follows from them.
    """
    known = key_findings(case) | dict(found or {})
    measures = {
        point.key: {
            "values": {code: round(known[point.tag].values[code], point.digits) for code in case.entities},
            "flagged": sorted(known[point.tag].flagged),
            "basis": {"page": point.page, "parameters": dict(point.params)},
            "computed_with": computed_with,
        }
        for point in case.checkpoints
    }
    answer: dict[str, Any] = {"measures": measures}
    if product := product_of(case):
        answer |= (product.after(by_measure(known)) if found else product).perfect()
    return answer | {"note": NOTE}


def parts_of(case: Case) -> list[str]:
    """The fields of an answer that are the case's product; none for a twin."""
    product = product_of(case)
    return list(product.properties()) if product else []
