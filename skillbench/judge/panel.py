"""Several judges, one reading: votes are counted per observation, never per score."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from skillbench.judge.observations import Report

Said_co = TypeVar("Said_co", bound=Report, covariant=True)


@dataclass(frozen=True)
class Vote(Generic[Said_co]):
    """One judge's observations.

    Attributes:
        judge: the model's name.
        family: who made it; judges of one family share their blind spots.
        observations: what it reported.
    """

    judge: str
    family: str
    observations: Said_co


def across_families(votes: Sequence[Vote[Report]], claims: Sequence[set[Hashable]], share: Decimal) -> set[Hashable]:
    """Claims that that share of a panel makes, of at least two families; ``claims`` runs parallel to ``votes``."""
    every = set().union(*claims) if claims else set()
    out = set()
    for claim in every:
        makers = [vote.family for vote, made in zip(votes, claims, strict=True) if claim in made]
        if len(set(makers)) >= 2 and Decimal(len(makers)) / len(votes) >= share:
            out.add(claim)
    return out


def readings(votes: Sequence[Vote[Report]]) -> dict[str, str]:
    """What every judge of a panel said, ``y`` or ``n`` in the panel's order, by question."""
    said: dict[str, str] = {}
    for vote in votes:
        for name, yes in vote.observations.said().items():
            said[name] = said.get(name, "") + "ny"[yes]
    return said


def agreement(votes: Sequence[Vote[Report]]) -> float | None:
    """Share of pairs of judges that say the same, over all readings; None for one judge."""
    rows = readings(votes).values()
    pairs = [one == other for row in rows for place, one in enumerate(row) for other in row[place + 1 :]]
    return sum(pairs) / len(pairs) if pairs else None
