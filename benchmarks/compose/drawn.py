"""What every bar is measured on: chains drawn for it, and the line of the table that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skillbench.compose.chain import Chain, compose_chain
from skillbench.compose.couplings import domain_for
from skillbench.compose.domain import load_domains
from skillbench.core.schema import TASK_VERSION, CaseDials

USUAL = CaseDials(entities=8, level=1, coupling_density=0.5, library_pages=60)
"""What ``skillbench build`` takes when nothing is said."""

READ = 12
"""Chains of a set that an agent may have read before the one in question."""


class Row(NamedTuple):
    """A line of the table; ``held`` is None where nothing is asked."""

    bar: str
    asked: str
    measured: str
    held: bool | None = None


class Options(NamedTuple):
    """What the caller chose."""

    chains: int
    programs: int
    draws: int
    entities: tuple[int, ...]
    seed: str


def composed(tags: Sequence[str], place: int, names: Sequence[str], dials: CaseDials = USUAL, only: str = "") -> Chain:
    """One chain, in the domain whose turn it is or in the only one wanted.

    Raises:
        CompositionError: the domain does not carry these skills, or no draw meets the conditions.
    """
    domain = domain_for(tags, [one for name, one in load_domains().items() if only in ("", name)], place)
    return compose_chain(f"c{place + 1:02d}-{domain.name}", tags, domain, (TASK_VERSION, *names), dials)


def percent(part: float, whole: float) -> str:
    """A share, and what it is a share of."""
    return f"{part / whole:.1%} of {whole:g}" if whole else "none"
