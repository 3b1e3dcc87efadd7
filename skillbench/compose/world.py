"""Draw the world of a chain from a domain: who is in scope, what the register says, when it happened."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from pydantic import TypeAdapter

from skillbench.compose.domain import Domain
from skillbench.core.quantities import QUANTITIES
from skillbench.core.schema import canonical_json
from skillbench.core.streams import Stream
from skillbench.core.world import Entity, World

LETTERS = "ABCDEFGHJKLMNPRSTUVWX"
DECOYS = 3
FATES = ("closed", "sold", "leased out")
FIRST_DAY, LAST_DAY = date(2026, 3, 2), date(2026, 5, 31)


def draw_world(draw: Stream, domain: Domain, entities: int) -> World:
    """Entities, decoys and register; codes and names say nothing about values or scope."""
    names = draw.sample(domain.names, entities + DECOYS)
    letters = draw.sample(LETTERS, 3)
    numbers = draw.sample(range(11, 99), entities + DECOYS)
    codes = [f"{draw.choice(letters)}{number}" for number in numbers]
    active = [Entity(code, name, name) for code, name in zip(codes[:entities], names, strict=False)]
    decoys = [
        Entity(code, name, name, draw.choice(FATES), LAST_DAY + timedelta(days=draw.integer(1, 60)))
        for code, name in zip(codes[entities:], names[entities:], strict=True)
    ]
    ordered = sorted(codes)
    return World(
        organisation=domain.organisation,
        words=domain.words,
        first=FIRST_DAY,
        last=LAST_DAY,
        active=tuple(sorted(active, key=lambda entity: entity.code)),
        decoys=tuple(sorted(decoys, key=lambda entity: entity.code)),
        figures={
            quantity: {code: draw.decimal(base.low, base.high, base.places) for code in ordered}
            for quantity, base in QUANTITIES.items()
        },
        priority={code: draw.integer(2, 9) for code in ordered},
        holidays={},
        people=(),
        events=(),
    )


def frozen_world(world: World) -> str:
    """A world as one line of JSON."""
    return canonical_json(_adapter().dump_python(world, mode="json")) + "\n"


def thawed_world(text: str) -> World:
    """A world that :func:`frozen_world` wrote.

    Raises:
        pydantic.ValidationError: the text holds no world.
    """
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[World]:
    return TypeAdapter(World)
