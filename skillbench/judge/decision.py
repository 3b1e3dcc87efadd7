"""The decision: amounts held against the key, and against what follows from the agent's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skillbench.core.schema import Case, Settlement
from skillbench.judge.closeness import Closeness, closeness, distances
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import settle


@dataclass(frozen=True)
class Decision:
    """What became of the allocation.

    Attributes:
        to_key: the amounts held against the key.
        right: every entity in play, and no other, has the key's amount.
        stands: every amount is near the key's, or near what the agent's own figures give.
        worked: the amounts show work: an equal split, or any other garbage, counts as not handed in.
    """

    to_key: Closeness
    right: bool
    stands: bool
    worked: bool


def decision_of(
    case: Case, allocation: Mapping[str, float] | None, explained: Mapping[str, Findings]
) -> Decision | None:
    """The allocation's verdict; None for a twin, which has none.

    Args:
        case: the case.
        allocation: amounts by code, None when there are none.
        explained: the agent's own findings by skill, those that are right, follow, or show a known mistake throughout.
    """
    if case.settlement is None:
        return None
    given, key = allocation or {}, case.settlement.amounts
    to_key = closeness(distances(case.settlement.tolerance, key, given), key)
    exact = set(given) == set(key)
    own = _own_amounts(case, case.settlement, explained)
    to_own = closeness(distances(case.settlement.tolerance, own, given), own) if own else to_key
    return Decision(
        to_key=to_key,
        right=exact and to_key.worked and to_key.all_right,
        stands=exact and any(held.worked and held.near == held.asked for held in (to_key, to_own)),
        worked=to_key.worked or to_own.worked,
    )


def _own_amounts(case: Case, settlement: Settlement, explained: Mapping[str, Findings]) -> dict[str, float]:
    """What the rule gives on the agent's own figures; nothing where one of them is missing or comes from nowhere."""
    if set(explained) != set(case.skills):
        return {}
    return settle(settlement, {point.key: explained[point.tag].values for point in case.checkpoints})
