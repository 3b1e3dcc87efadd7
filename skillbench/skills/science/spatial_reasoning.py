"""Spatial Reasoning: outlines of grounds from several survey offices."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

OUTLINES = "outlines.geojson"
FOOT = 0.3048
COMPASS = ((10, 0), (7, 7), (0, 10), (-7, 7), (-10, 0), (-7, -7), (0, -10), (7, -7))

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Outline:
    """One survey of one ground; positions are (easting, northing) in tenths of the survey's unit, as it lists them."""

    code: str
    surveyed: date
    certified: bool
    feet: bool
    north_first: bool
    polygons: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]


@dataclass(frozen=True)
class Outlines:
    """Every survey, in the order of the file."""

    outlines: tuple[Outline, ...]


class Slip(StrEnum):
    """Usual mistakes with outlines."""

    HOLES_ADDED = "holes-added"
    FEET_AS_METRES = "feet-as-metres"
    RING_LEFT_OPEN = "ring-left-open"
    AXES_SWAPPED = "axes-swapped"
    FIRST_OUTLINE = "first-outline"


class SpatialReasoning(Skill):
    """Measure grounds from their outlines: rings and holes, feet and metres, two coordinate orders.

    Each entity has an outline in a local grid, often with a superseded version. The cost of its grounds joins
    the fence around its rings, the ground to be tended, and the way from the yard.
    """

    tag = "Spatial Reasoning"
    measure = Measure(
        key="grounds_cost",
        title="Grounds cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what fencing and tending the grounds of each {{ entity }} costs in a season",
    )
    signal = "its ground has an awkward shape by the rules"
    exception = "part of its fence or of its tending is paid by others"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.UNIT_COST: "each metre of fence is priced at the {{ unit_cost }}",
        Quantity.EXPOSURE: "ground is tended in proportion to the {{ exposure }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=True, reason="well-kept grounds draw business to a {{ entity }}"),
        Quantity.EXPOSURE: Drive(raises=True, reason="more people walk, park and wait on extensive grounds"),
        Quantity.UNIT_COST: Drive(
            raises=True, reason="the bill for the grounds is spread over everything the {{ entity }} delivers"
        ),
        Quantity.LEAD_TIME: Drive(
            raises=True, reason="deliveries to a {{ entity }} with long fences and far corners take longer to clear"
        ),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Outlines of grounds and how to read them",
            {
                "layout": {
                    "": """
                        << The grounds cost rests on the outlines, a GeoJSON FeatureCollection in a flat local grid;
                        features stand in no order. The property `code` names the {{ entity }}. The geometry is a
                        Polygon, or a MultiPolygon whose polygons never touch. The first ring of a polygon is its outer
                        ring, all others are holes, whatever their sense of rotation. Some offices repeat the first
                        position of a ring at its end and some do not: every ring is closed, and its last side runs back
                        to its first position.
                        || The outlines behind the grounds cost are a GeoJSON FeatureCollection in a local grid without
                        curvature, with features in no order. Which {{ entity }} a feature belongs to says its property
                        `code`. Its geometry is one Polygon, or a MultiPolygon of polygons that do not touch. In each
                        polygon the outer ring comes first, and every further ring is a hole; in which sense a ring
                        turns means nothing. All rings are closed, with a last side from the last position back to the
                        first, whether or not the office wrote the first position once more at the end. >>
                    """,
                },
                "positions": {
                    "": """
                        << A position has two numbers. They are easting and northing, in this order, unless the feature
                        has `"axes":"NE"`: then northing comes first. They are metres unless the feature has
                        `"unit":"ft"`: then they are feet of 0.3048 m.
                        || Of the two numbers of a position the first is the easting and the second the northing; where
                        the feature has `"axes":"NE"` it is the other way round. Where the feature has `"unit":"ft"`
                        both are in feet of 0.3048 m, else in metres. >>
                    """,
                },
                "which": {
                    "latest": """
                        << Of the features of one code, the one with the latest `surveyed` date counts and no other;
                        features surveyed after `as_of` never count, those of the very day may. No code has two features
                        of one date.
                        || One feature of each code counts, the one with the latest `surveyed` date that is not after
                        `as_of`, where a survey of that very day may count. Two features of one code never have the same
                        date. >>
                    """,
                    "certified": """
                        << Features surveyed after `as_of` are left out before anything else; those of the very day
                        stay. Of what is left of one code, the feature with the latest `surveyed` date among those with
                        `"certified":true` counts and no other; where none that is left is certified, the latest one
                        does. No code has two features of one date.
                        || Surveys later than `as_of` are dropped first, and those of that very day are kept. Then one
                        feature of each code counts: of those with `"certified":true` the one with the latest `surveyed`
                        date, or, where none is left that is certified, the latest of all that are left. Two features of
                        one code never have the same date. >>
                    """,
                },
                "holes": {
                    "none": """
                        << The ground is the plane area inside the outer rings less the area of the holes, over all
                        polygons, in hectares (10,000 m²).
                        || Take the plane area within the outer rings of all polygons and subtract the area of all
                        holes: that, in hectares of 10,000 m², is the ground. >>
                    """,
                    "large": """
                        << The ground is the plane area inside the outer rings less the area of those holes that measure
                        more than `hole_limit` m² each; smaller holes are tended like the rest. It is taken over all
                        polygons, in hectares (10,000 m²).
                        || Take the plane area within the outer rings of all polygons and subtract the area of every
                        hole that measures more than `hole_limit` m² by itself; a smaller hole is tended with the rest.
                        That, in hectares of 10,000 m², is the ground. >>
                    """,
                },
            },
        ),
        Sheet(
            "Fencing, tending and the way from the yard",
            {
                "fence": {
                    "all": """
                        The fence is the length of all rings in metres, outer rings and holes alike, last sides
                        included, and costs its length times the {{ entity }}'s {{ unit_cost }}.
                    """,
                    "outer": """
                        The fence is the length of the outer rings in metres, last sides included; holes are not
                        fenced. It costs its length times the {{ entity }}'s {{ unit_cost }}.
                    """,
                    "gates": """
                        The fence is the length of all rings in metres, outer rings and holes alike, last sides
                        included, less `gate_metres` for each ring, which has one gate. It costs its length times the
                        {{ entity }}'s {{ unit_cost }}.
                    """,
                },
                "place": {
                    "box": """
                        The haul runs from the yard, at easting `yard_east` and northing `yard_north` in metres, to the
                        centre of the outline's bounding box. The bounding box runs along the axes from the lowest to
                        the highest easting and from the lowest to the highest northing of all positions in the feature.
                    """,
                    "corner": """
                        The haul runs from the yard, at easting `yard_east` and northing `yard_north` in metres, to that
                        position of the feature, in any ring, which is farthest from the yard by the same measure.
                    """,
                },
                "way": {
                    "straight": """
                        << The haul is measured as the straight distance, in kilometres.
                        || For the haul the straight distance counts, in kilometres. >>
                    """,
                    "axes": """
                        << The haul is measured along the axes, in kilometres: the difference in easting plus the
                        difference in northing, both without sign.
                        || For the haul two differences are added, the one in easting and the one in northing, each
                        without its sign and in kilometres: it follows the axes. >>
                    """,
                },
                "tending": {
                    "share": """
                        Tending costs the ground in hectares times `care_rate` times the {{ exposure }} times (1 +
                        `haul_share` times the haul). The grounds cost is the sum of fence and tending; nothing is
                        rounded on the way.
                    """,
                    "beyond": """
                        Tending costs the ground in hectares times `care_rate` times the {{ exposure }} times (1 +
                        `haul_share` times the part of the haul beyond `near_km` kilometres, if any). The grounds cost
                        is the sum of fence and tending; nothing is rounded on the way.
                    """,
                },
                "exception": {
                    "fence": """
                        << For a {{ entity }} under exception the neighbours pay half of what its fence costs.
                        || The neighbours of a {{ entity }} under exception bear half of what its fence costs, so only
                        the other half counts for it. >>
                    """,
                    "tending": """
                        << For a {{ entity }} under exception tenants do part of the work: its tending costs a quarter
                        of what it otherwise would.
                        || Tenants help at a {{ entity }} under exception, and its tending costs only a quarter of what
                        it would cost otherwise. >>
                    """,
                },
                "flag": {
                    "fill": """
                        << Flag a {{ entity }} when the plane area inside its outer rings, less that of all its holes,
                        is smaller than `fill_limit` times the area of its bounding box along the axes, both in the same
                        unit.
                        || A {{ entity }} gets a flag when the area within its outer rings without any of its holes is
                        below `fill_limit` times that of its bounding box along the axes, in one unit. >>
                    """,
                    "edge": """
                        << Flag a {{ entity }} when the length of its outer rings, last sides included, is more than
                        `edge_limit` times the circumference of a circle: of a single one, whatever the number of
                        polygons, that has the plane area inside all these rings together, holes not taken off.
                        || A {{ entity }} gets a flag when its outer rings, last sides included, are together longer
                        than `edge_limit` times the circumference of one circle. That circle has the plane area within
                        all outer rings together, and holes are not taken off it. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.HOLES_ADDED: "the area of holes is added instead of subtracted",
        Slip.FEET_AS_METRES: "coordinates in feet are taken for metres",
        Slip.RING_LEFT_OPEN: "the last side is left out where a ring does not repeat its first position",
        Slip.AXES_SWAPPED: "northing-first coordinates are read as easting first",
        Slip.FIRST_OUTLINE: "the first feature of a code in the file is used, whatever its survey date",
    }
    kind = Outlines

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Survey date in force, limits, the yard, rates, and the flag's limits."""
        return {
            "as_of": f"2025-{stream.integer(4, 9):02}-{stream.integer(1, 28):02}",
            "hole_limit": stream.integer(1250, 1850),
            "gate_metres": stream.number("6.0", "14.0", 1),
            "yard_east": stream.integer(1500, 5500),
            "yard_north": stream.integer(1500, 5500),
            "care_rate": stream.number("45.00", "110.00", 2),
            "haul_share": stream.number("0.30", "0.65", 2),
            "near_km": stream.number("0.3", "0.8", 1),
            "fill_limit": stream.number("0.46", "0.57", 2),
            "edge_limit": stream.number("1.15", "1.28", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Outlines:
        """One outline in force per entity, for many an older one, for some one surveyed too late."""
        out = []
        for entity in world.everyone:
            centre = stream.integer(10000, 60000), stream.integer(10000, 60000)
            years = [stream.integer(2022, 2024)]
            if stream.chance(1 + level, 2 + level):
                years.append(stream.integer(2017, 2021))
            if stream.chance(1, 8):
                years.append(2026)
            out += [_outline(stream, entity.code, year, centre, level) for year in years]
        return Outlines(tuple(stream.shuffled(out)))

    def render(self, stream: Stream, records: Outlines) -> dict[str, str]:
        """GeoJSON, one feature per line."""
        del stream  # how a survey writes positions is part of its row, since the rules explain it
        lines = [json.dumps(_feature(one), separators=(",", ":")) for one in records.outlines]
        return {OUTLINES: '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"}

    def facts(self, records: Outlines) -> Sequence[Fact]:
        """Whether a survey is certified."""
        return [
            Fact(
                "outlines", place, "certified", one.certified, one.code, None, f"the survey of {one.surveyed:%d %B %Y}"
            )
            for place, one in enumerate(records.outlines)
        ]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Pick the outline in force, bring it to metres, then measure rings."""
        margins, values, flagged = margins or Margins(), {}, set()
        surveys: dict[str, list[Outline]] = {code: [] for code in dials.entities}
        for one in block.records.outlines:
            if one.code in surveys:
                surveys[one.code].append(one)
        for code in dials.entities:
            terms = block.terms.at(code)
            polygons = _metres(_counting(surveys[code], terms, slip), slip)
            ground = _ground(code, polygons, terms, margins, slip) / 10_000
            fence = _fence(polygons, terms, slip) * dials.quantities[Quantity.UNIT_COST][code]
            tending = ground * terms.number("care_rate") * dials.quantities[Quantity.EXPOSURE][code]
            tending *= 1 + terms.number("haul_share") * _haul(polygons, terms)
            if code in dials.exceptions:
                fence *= 0.5 if terms.says("exception", "fence") else 1.0
                tending *= 0.25 if terms.says("exception", "tending") else 1.0
            values[code] = fence + tending
            if _awkward(code, polygons, terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))


def _outline(stream: Stream, code: str, year: int, centre: tuple[int, int], level: int) -> Outline:
    surveyed = date(year, stream.integer(1, 12), stream.integer(1, 28))
    feet, north_first = stream.chance(1, 2), stream.chance(1, 2)

    def ring(east: int, north: int, low: int, high: int) -> tuple[tuple[int, int], ...]:
        spokes = [spoke for spoke in COMPASS if 0 in spoke or stream.chance(1, 2)]
        reach = [stream.integer(low, high) for _ in spokes]
        places = [(east + r * x, north + r * y) for r, (x, y) in zip(reach, spokes, strict=True)]
        turn = stream.integer(0, len(places) - 1)
        places = (places[turn:] + places[:turn])[:: stream.choice((1, -1))]
        places += places[:1] if stream.chance(1, 2) else []
        return tuple((x * 3281 // 1000, y * 3281 // 1000) if feet else (x, y) for x, y in places)

    def polygon(east: int, north: int) -> tuple[tuple[tuple[int, int], ...], ...]:
        holes = (ring(east + stream.integer(-30, 30), north, 19, 32),) if stream.chance(5, 6) else ()
        return (ring(east, north, 55, 130), *holes)

    polygons = [polygon(*centre)]
    if stream.chance(level, 4 + level):
        polygons.append(polygon(centre[0] + stream.integer(2700, 3600), centre[1] + stream.integer(-900, 900)))
    # Recent surveys often wait for their certificate, so that the latest one and the latest certified one differ.
    certified = stream.chance(2 if year < 2022 else 1, 3)
    return Outline(code, surveyed, certified, feet, north_first, tuple(polygons))


def _feature(one: Outline) -> dict[str, Any]:
    properties: dict[str, Any] = {"code": one.code, "surveyed": one.surveyed.isoformat(), "certified": one.certified}
    properties |= {"unit": "ft"} if one.feet else {}
    properties |= {"axes": "NE"} if one.north_first else {}
    step = -1 if one.north_first else 1
    polygons = [[[[x / 10 for x in place[::step]] for place in ring] for ring in rings] for rings in one.polygons]
    kind, shape = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": shape}}


def _counting(surveys: Sequence[Outline], terms: Terms, slip: StrEnum | None) -> Outline:
    """The survey that counts; every entity has one from before the day in force."""
    if slip is Slip.FIRST_OUTLINE:
        return surveys[0]
    dated = [one for one in surveys if one.surveyed.isoformat() <= str(terms.params["as_of"])]
    certified = [one for one in dated if one.certified and terms.says("which", "certified")]
    return max(certified or dated, key=lambda one: one.surveyed)


def _metres(one: Outline, slip: StrEnum | None) -> list[list[Ring]]:
    """The rings of each polygon as positions (easting, northing) in metres."""
    scale = (FOOT if one.feet and slip is not Slip.FEET_AS_METRES else 1.0) / 10
    step = -1 if one.north_first and slip is Slip.AXES_SWAPPED else 1
    return [
        [[(place[::step][0] * scale, place[::step][1] * scale) for place in ring] for ring in p] for p in one.polygons
    ]


def _area(ring: Ring) -> float:
    following = ring[1:] + ring[:1]
    return abs(math.fsum(x * v - u * y for (x, y), (u, v) in zip(ring, following, strict=True))) / 2


def _length(ring: Ring, slip: StrEnum | None = None) -> float:
    following = ring[1:] + (ring[:1] if slip is not Slip.RING_LEFT_OPEN else ring[-1:])
    return math.fsum(math.dist(one, other) for one, other in zip(ring, following, strict=True))


def _ground(
    code: str, polygons: Sequence[Sequence[Ring]], terms: Terms, margins: Margins, slip: StrEnum | None
) -> float:
    """Square metres to be tended."""
    holes = [_area(ring) for rings in polygons for ring in rings[1:]]
    if terms.says("holes", "large"):
        holes = [area for area in holes if margins.above(f"a hole of {code}", area, terms.number("hole_limit"))]
    return math.fsum(_area(rings[0]) for rings in polygons) + math.fsum(holes) * (1 if slip is Slip.HOLES_ADDED else -1)


def _fence(polygons: Sequence[Sequence[Ring]], terms: Terms, slip: StrEnum | None) -> float:
    """Metres of fence."""
    fenced = [ring for rings in polygons for ring in (rings[:1] if terms.says("fence", "outer") else rings)]
    gates = terms.number("gate_metres") * len(fenced) if terms.says("fence", "gates") else 0.0
    return math.fsum(_length(ring, slip) for ring in fenced) - gates


def _haul(polygons: Sequence[Sequence[Ring]], terms: Terms) -> float:
    """Kilometres that count of the way from the yard."""
    yard = terms.number("yard_east"), terms.number("yard_north")

    def far(place: Sequence[float]) -> float:
        east, north = abs(place[0] - yard[0]), abs(place[1] - yard[1])
        return (east + north if terms.says("way", "axes") else math.hypot(east, north)) / 1000

    if terms.says("place", "corner"):
        haul = max(far(place) for rings in polygons for ring in rings for place in ring)
    else:
        haul = far([(low + high) / 2 for low, high in zip(*_box(polygons), strict=True)])
    return max(haul - terms.number("near_km"), 0.0) if terms.says("tending", "beyond") else haul


def _awkward(code: str, polygons: Sequence[Sequence[Ring]], terms: Terms, margins: Margins) -> bool:
    outer = math.fsum(_area(rings[0]) for rings in polygons)
    if terms.says("flag", "edge"):
        edge = math.fsum(_length(rings[0]) for rings in polygons)
        return margins.above(f"edge of {code}", edge, terms.number("edge_limit") * 2 * math.sqrt(math.pi * outer))
    ground = outer - math.fsum(_area(ring) for rings in polygons for ring in rings[1:])
    lows, highs = _box(polygons)
    box = (highs[0] - lows[0]) * (highs[1] - lows[1])
    return margins.above(f"bounding box of {code}", box * terms.number("fill_limit"), ground)


def _box(polygons: Sequence[Sequence[Ring]]) -> tuple[Point, Point]:
    east, north = zip(*(place for rings in polygons for ring in rings for place in ring), strict=True)
    return (min(east), min(north)), (max(east), max(north))
