"""For whom something holds, said so that a reader can look it up: a list, a column, the flags of a measure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from skillbench.complications.base.contract import Ground
from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream

FEWEST, MOST = 0.2, 0.8
"""Share of the entities that a scope takes: outside it separates nothing."""

CLEAR = Decimal("0.02")
"""How far, as a share, every figure of a column lies from the number that parts it."""


@dataclass(frozen=True)
class Scope:
    """Some of the entities in play.

    Attributes:
        text: who they are, a noun phrase.
        codes: the entities.
        flagged_by: tag of the skill whose flags it goes by; empty where it goes by none.
        everyone: whether it leaves nobody out.
    """

    text: str
    codes: tuple[str, ...]
    flagged_by: str = ""
    everyone: bool = False


def everyone(ground: Ground) -> Scope:
    """All entities in play."""
    codes = tuple(sorted(entity.code for entity in ground.world.active))
    return Scope(f"every {ground.world.words.entity}", codes, everyone=True)


def some(draw: Stream, ground: Ground, flags: bool = True) -> Scope:
    """A scope that splits the entities: by flags or a column where one does, else by a list."""
    kinds = [*_by_column(draw, ground), *_by_list(draw, ground), *_by_list(draw, ground)]
    kinds += [scope for scope in _by_flags(ground) for _ in range(3)] if flags else []
    return draw.choice([scope for scope in kinds if _splits(scope, ground)])


def _splits(scope: Scope, ground: Ground) -> bool:
    return FEWEST <= len(scope.codes) / len(ground.world.active) <= MOST


def _by_flags(ground: Ground) -> Iterator[Scope]:
    """Whom an upstream measure flags."""
    for one in ground.signals:
        text = f'every {ground.world.words.entity} flagged under "{one.title}"'
        yield Scope(text, tuple(sorted(one.flagged)), flagged_by=one.tag)


def _by_column(draw: Stream, ground: Ground) -> Iterator[Scope]:
    """A column of the register that no twin revises, parted where it leaves no doubt."""
    world = ground.world
    entity = world.words.entity
    codes = sorted(one.code for one in world.active)
    points = draw.integer(4, 7)
    yield Scope(
        f"every {entity} whose `priority` in the register is {points} or more",
        tuple(code for code in codes if world.priority[code] >= points),
    )
    for quantity in (one for one in Quantity if one not in ground.reads):
        figures = sorted(world.figures[quantity][code] for code in codes)
        place = draw.integer(1, len(figures) - 1)
        low, high = figures[place - 1], figures[place]
        limit = ((low + high) / 2).quantize(low)
        if min(limit - low, high - limit) < CLEAR * limit:
            continue
        below = draw.chance(1, 2)
        yield Scope(
            f"every {entity} whose `{quantity}` in the register is {'below' if below else 'above'} {limit}",
            tuple(code for code in codes if (world.figures[quantity][code] < limit) is below),
        )


def _by_list(draw: Stream, ground: Ground) -> Iterator[Scope]:
    """Names, or everybody but some names."""
    active = ground.world.active
    least = max(2, math.ceil(FEWEST * len(active)))
    chosen = draw.sample(active, draw.integer(least, max(least, len(active) // 2)))
    names = _listed([entity.name for entity in draw.shuffled(chosen)])
    if draw.chance(2, 3):
        yield Scope(names, tuple(sorted(entity.code for entity in chosen)))
    else:
        rest = {entity.code for entity in active} - {entity.code for entity in chosen}
        yield Scope(f"every {ground.world.words.entity} except {names}", tuple(sorted(rest)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
