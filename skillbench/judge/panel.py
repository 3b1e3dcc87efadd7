"""Several judges, one reading: votes are counted per observation, never per score."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from skillbench.judge.observations import Observations


@dataclass(frozen=True)
class Vote:
    """One judge's observations.

    Attributes:
        judge: the model's name.
        family: who made it; judges of one family share their blind spots.
        observations: what it reported.
    """

    judge: str
    family: str
    observations: Observations


def majority(votes: Sequence[Vote], claims: Sequence[set[Hashable]]) -> set[Hashable]:
    """Claims that more than half of the judges make; ``claims`` runs parallel to ``votes``."""
    every = set().union(*claims) if claims else set()
    return {claim for claim in every if 2 * sum(claim in made for made in claims) > len(votes)}


def across_families(votes: Sequence[Vote], claims: Sequence[set[Hashable]], share: Decimal) -> set[Hashable]:
    """Claims that no code can verify: they need that share of the panel and at least two families."""
    every = set().union(*claims) if claims else set()
    out = set()
    for claim in every:
        makers = [vote.family for vote, made in zip(votes, claims, strict=True) if claim in made]
        if len(set(makers)) >= 2 and Decimal(len(makers)) / len(votes) >= share:
            out.add(claim)
    return out


def agreement(votes: Sequence[Vote]) -> float | None:
    """Share of pairs of judges that give a skill the same status, over all skills; None for one judge."""
    seen = [{use.tag: use.status for use in vote.observations.skills} for vote in votes]
    pairs = [
        one[tag] == other[tag]
        for place, one in enumerate(seen)
        for other in seen[place + 1 :]
        for tag in one.keys() & other.keys()
    ]
    return sum(pairs) / len(pairs) if pairs else None
