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


def across_families(votes: Sequence[Vote], claims: Sequence[set[Hashable]], share: Decimal) -> set[Hashable]:
    """Claims that that share of a panel makes, of at least two families; ``claims`` runs parallel to ``votes``."""
    every = set().union(*claims) if claims else set()
    out = set()
    for claim in every:
        makers = [vote.family for vote, made in zip(votes, claims, strict=True) if claim in made]
        if len(set(makers)) >= 2 and Decimal(len(makers)) / len(votes) >= share:
            out.add(claim)
    return out


def readings(votes: Sequence[Vote]) -> dict[str, str]:
    """What every judge of a panel said, ``y`` or ``n`` in the panel's order: made-up claims, vagueness, admissions."""
    said: dict[str, str] = {
        "made up": "".join("ny"[bool(vote.observations.allegations)] for vote in votes),
        "vague": "".join("ny"[vote.observations.vague.flag] for vote in votes),
    }
    for vote in votes:
        for admission in vote.observations.admissions:
            name = f"owned: {admission.part}"
            said[name] = said.get(name, "") + "ny"[bool(admission.quote)]
    return said


def agreement(votes: Sequence[Vote]) -> float | None:
    """Share of pairs of judges that say the same, over all readings; None for one judge."""
    rows = readings(votes).values()
    pairs = [one == other for row in rows for place, one in enumerate(row) for other in row[place + 1 :]]
    return sum(pairs) / len(pairs) if pairs else None
