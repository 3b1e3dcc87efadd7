"""Draw the world of a chain from a domain: who is in scope, what the register says, when it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache

from jinja2 import Template
from pydantic import TypeAdapter

from skillbench.compose.domain import Domain, Seat, load_domains
from skillbench.compose.period import Scope
from skillbench.core.quantities import Quantity
from skillbench.core.schema import canonical_json
from skillbench.core.streams import Stream, stream
from skillbench.core.world import Entity, Event, Person, World

LETTERS = "ABCDEFGHJKLMNPRSTUVWX"
DECOYS = 3
EVENTS = 4
FATES = ("closed", "sold", "leased out")


def draw_world(draw: Stream, domain: Domain, entities: int) -> World:
    """Entities, decoys, register, people and what happened; codes and names say nothing about values or scope."""
    names = draw.sample(domain.names, entities + DECOYS)
    letters = draw.sample(LETTERS, 3)
    numbers = draw.sample(range(11, 99), entities + DECOYS)
    codes = [f"{draw.choice(letters)}{number}" for number in numbers]
    end = domain.calendar.end
    active = [Entity(code, name, domain.colloquial[name]) for code, name in zip(codes[:entities], names, strict=False)]
    decoys = [
        Entity(code, name, domain.colloquial[name], draw.choice(FATES), end + timedelta(days=draw.integer(1, 60)))
        for code, name in zip(codes[entities:], names[entities:], strict=True)
    ]
    everyone = sorted([*active, *decoys], key=lambda entity: entity.code)
    return World(
        organisation=domain.organisation,
        words=domain.words,
        first=domain.calendar.start,
        last=end,
        active=tuple(sorted(active, key=lambda entity: entity.code)),
        decoys=tuple(sorted(decoys, key=lambda entity: entity.code)),
        figures=_figures(draw, domain, [entity.code for entity in everyone]),
        priority={entity.code: draw.integer(2, 9) for entity in everyone},
        holidays={holiday.date: holiday.name for holiday in domain.calendar.holidays},
        people=tuple(_people(draw, domain, [entity.code for entity in active])),
        events=tuple(_events(draw, domain, everyone)),
    )


def trial_world(*name: str) -> World:
    """A world of eight entities and three decoys to try a skill on, in a domain that follows from the name."""
    draw = stream("tests", "world", *name)
    return draw_world(draw, draw.choice(list(load_domains().values())), 8)


def _figures(draw: Stream, domain: Domain, codes: list[str]) -> dict[Quantity, dict[str, Decimal]]:
    """Base values in the domain's ranges; demand is a share of the entity's capacity: loads are plausible."""
    out: dict[Quantity, dict[str, Decimal]] = {}
    for quantity in (one for one in Quantity if one is not Quantity.DEMAND):
        band = domain.figures[quantity]
        out[quantity] = {code: draw.decimal(str(band.low), str(band.high), band.places) for code in codes}
    band, least = domain.figures[Quantity.DEMAND], Decimal(1).scaleb(-domain.figures[Quantity.DEMAND].places)
    shares = {code: draw.decimal(f"{domain.load.low:.3f}", f"{domain.load.high:.3f}", 3) for code in codes}
    raw = {code: (out[Quantity.CAPACITY][code] * share).quantize(least) for code, share in shares.items()}
    out[Quantity.DEMAND] = {code: min(max(value, band.low), band.high).quantize(least) for code, value in raw.items()}
    return {quantity: out[quantity] for quantity in Quantity}


def _people(draw: Stream, domain: Domain, codes: list[str]) -> Iterator[Person]:
    """Everybody who writes; those seated at an entity are spread over the entities in play."""
    seats = draw.shuffled(codes)
    for place, person in enumerate(domain.people):
        code = seats[place % len(seats)] if person.seat is Seat.ENTITY else ""
        yield Person(person.name, person.role, person.voice, code)


def _events(draw: Stream, domain: Domain, everyone: list[Entity]) -> Iterator[Event]:
    """A few things that happened in the period, each told in one sentence."""
    calendar = domain.calendar
    span = (calendar.end - calendar.start).days
    for event in draw.sample(calendar.events, min(EVENTS, len(calendar.events))):
        lasted = draw.integer(event.days.low, min(event.days.high, span))
        first = calendar.start + timedelta(days=draw.integer(0, span - lasted + 1))
        last = first + timedelta(days=lasted - 1)
        place = draw.choice(everyone) if event.scope is not Scope.ALL else None
        told = Template(event.text).render(
            place=place.name if place else "", start=f"{first.day} {first:%B}", end=f"{last.day} {last:%B}"
        )
        yield Event(first, last, told, place.code if place else "")


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
