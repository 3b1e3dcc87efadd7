"""Spatial Reasoning: outlines of grounds from several survey offices."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

OUTLINES = "outlines.geojson"
FOOT = 0.3048
COMPASS = ((10, 0), (7, 7), (0, 10), (-7, 7), (-10, 0), (-7, -7), (0, -10), (7, -7))

Point = tuple[float, float]
Ring = list[Point]


class SpatialReasoning(Skill):
    """Measure grounds from their outlines: rings and holes, feet and metres, two coordinate orders.

    Each entity has an outline in a local grid, often with a superseded version. The cost of its grounds joins
    the fence around every ring, the ground to be tended, and the way from the yard.
    """

    tag = "Spatial Reasoning"
    measure = Measure(
        key="grounds_cost",
        title="Grounds cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what fencing and tending the grounds of each {{ entity }} costs in a season",
    )
    signal = "its ground fills less than `fill_limit` of its bounding box"
    exception = "the holes in its ground are left unfenced"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Grounds cost: which outline and how to read it": """
The outlines are a GeoJSON FeatureCollection in a flat local grid; features stand in no order. The property `code`
names the {{ entity }}. Features surveyed after `as_of` never count. Of the others with one code, the one with the
latest `surveyed` date counts, and no other; a survey of the very day `as_of` may count. No code has two features of
one date.

A position has two numbers. They are easting and northing, in this order, unless the feature has `"axes":"NE"`: then
northing comes first. They are metres unless the feature has `"unit":"ft"`: then they are feet of 0.3048 m.

The geometry is a Polygon, or a MultiPolygon, whose polygons never touch. The first ring of a polygon is its outer
ring, all others are holes, whatever their sense of rotation. Some offices repeat the first position of a ring at
its end and some do not: every ring is closed, and its last side runs back to its first position.
""",
        "Grounds cost: fence, tending and flag": """
The ground is the plane area inside the outer rings less the area of the holes, over all polygons, in hectares
(10,000 m²). The fence is the length of all rings in metres, outer rings and holes alike, last sides included. For a
{{ entity }} under exception holes are not fenced, but still are no ground.

The haul is the straight distance in kilometres from the yard, at easting `yard_east` and northing `yard_north`
(both in metres), to the centre of the outline's bounding box. The bounding box runs along the axes from the lowest
to the highest easting and from the lowest to the highest northing of all positions in the feature.

The fence costs its length times the {{ entity }}'s {{ unit_cost }}. Tending costs the ground in hectares times
`care_rate` times the {{ exposure }} times (1 + `haul_share` times the haul). The grounds cost is the sum of both.
Nothing is rounded on the way.

Flag a {{ entity }} when its ground is smaller than `fill_limit` times the area of its bounding box, both in the
same unit; holes are no ground, under exception or not.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "holes-added": "the area of holes is added instead of subtracted",
        "feet-as-metres": "coordinates in feet are taken for metres",
        "ring-left-open": "the last side is left out of the fence where a ring does not repeat its first position",
        "axes-swapped": "northing-first coordinates are read as easting first",
        "first-outline": "the first feature of a code in the file is used, whatever its survey date",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Survey date in force, the yard, rates, and the flag's limit."""
        return {
            "as_of": f"2025-{stream.integer(4, 9):02}-{stream.integer(1, 28):02}",
            "yard_east": stream.integer(1500, 5500),
            "yard_north": stream.integer(1500, 5500),
            "care_rate": stream.number("22.00", "64.00", 2),
            "haul_share": stream.number("0.12", "0.38", 2),
            "fill_limit": stream.number("0.50", "0.62", 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """One outline in force per entity, for some an older one or one surveyed too late; one feature per line."""
        features = []
        for entity in roster.everyone:
            centre = stream.integer(10000, 60000), stream.integer(10000, 60000)
            years = [stream.integer(2022, 2024)]
            if stream.chance(level, 1 + level):
                years.append(stream.integer(2017, 2021))
            if stream.chance(1, 8):
                years.append(2026)
            features += [self._feature(stream, entity.code, year, centre, level) for year in years]
        lines = [json.dumps(feature, separators=(",", ":")) for feature in stream.shuffled(features)]
        return Block(
            {OUTLINES: '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"},
            self.draw_params(stream),
        )

    def _feature(self, stream: Stream, code: str, year: int, centre: tuple[int, int], level: int) -> dict[str, Any]:
        surveyed = f"{year}-{stream.integer(1, 12):02}-{stream.integer(1, 28):02}"
        properties = {"code": code, "surveyed": surveyed}
        feet, north_first = stream.chance(2, 5), stream.chance(2, 5)
        properties |= {"unit": "ft"} if feet else {}
        properties |= {"axes": "NE"} if north_first else {}

        def ring(east: int, north: int, low: int, high: int) -> list[list[float]]:
            spokes = [spoke for spoke in COMPASS if 0 in spoke or stream.chance(1, 2)]
            reach = [stream.integer(low, high) for _ in spokes]
            places = [(east + r * x, north + r * y) for r, (x, y) in zip(reach, spokes, strict=True)]
            turn = stream.integer(0, len(places) - 1)
            places = (places[turn:] + places[:turn])[:: stream.choice((1, -1))]
            places += places[:1] if stream.chance(1, 2) else []
            tenths = [(x * 3281 // 1000, y * 3281 // 1000) if feet else (x, y) for x, y in places]
            return [[y / 10, x / 10] if north_first else [x / 10, y / 10] for x, y in tenths]

        def polygon(east: int, north: int) -> list[list[list[float]]]:
            hole = [ring(east + stream.integer(-50, 50), north, 14, 30)] if stream.chance(2, 3) else []
            return [ring(east, north, 55, 130), *hole]

        polygons = [polygon(*centre)]
        if stream.chance(level, 4 + level):
            polygons.append(polygon(centre[0] + stream.integer(2700, 3600), centre[1] + stream.integer(-900, 900)))
        kind, shape = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)
        return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": shape}}

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Pick the outline in force, bring it to metres, then measure rings."""
        margins = margins or Margins()
        params = block.params
        outlines: dict[str, dict[str, Any]] = {}
        for feature in json.loads(block.files[OUTLINES])["features"]:
            code, surveyed = feature["properties"]["code"], feature["properties"]["surveyed"]
            held = outlines.get(code)
            if slip == "first-outline":
                outlines.setdefault(code, feature)
            elif surveyed <= str(params["as_of"]) and (held is None or surveyed > held["properties"]["surveyed"]):
                outlines[code] = feature
        values, flagged = {}, set()
        for code in dials.entities:
            polygons = self._polygons(outlines[code], slip)
            fenced = [ring for rings in polygons for ring in (rings[:1] if code in dials.exceptions else rings)]
            fence = math.fsum(self._length(ring, slip) for ring in fenced)
            sign = 1 if slip == "holes-added" else -1
            ground = math.fsum(
                self._area(ring) * (sign if place else 1) for rings in polygons for place, ring in enumerate(rings)
            )
            lows, highs = self._box(polygons)
            yard = float(params["yard_east"]), float(params["yard_north"])
            haul = math.dist(yard, [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]) / 1000
            tending = ground / 10_000 * float(params["care_rate"]) * dials.quantities[Quantity.EXPOSURE][code]
            values[code] = fence * dials.quantities[Quantity.UNIT_COST][code]
            values[code] += tending * (1 + float(params["haul_share"]) * haul)
            box = (highs[0] - lows[0]) * (highs[1] - lows[1])
            if margins.above(f"bounding box of {code}", box * float(params["fill_limit"]), ground):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _polygons(feature: Mapping[str, Any], slip: str | None) -> list[list[Ring]]:
        """The rings of each polygon as positions (easting, northing) in metres."""
        properties, geometry = feature["properties"], feature["geometry"]
        scale = FOOT if properties.get("unit") == "ft" and slip != "feet-as-metres" else 1.0
        step = -1 if properties.get("axes") == "NE" and slip != "axes-swapped" else 1
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        return [
            [[(place[::step][0] * scale, place[::step][1] * scale) for place in ring] for ring in rings]
            for rings in polygons
        ]

    @staticmethod
    def _area(ring: Ring) -> float:
        following = ring[1:] + ring[:1]
        return abs(math.fsum(x * v - u * y for (x, y), (u, v) in zip(ring, following, strict=True))) / 2

    @staticmethod
    def _length(ring: Ring, slip: str | None) -> float:
        following = ring[1:] + (ring[:1] if slip != "ring-left-open" else ring[-1:])
        return math.fsum(math.dist(one, other) for one, other in zip(ring, following, strict=True))

    @staticmethod
    def _box(polygons: Sequence[Sequence[Ring]]) -> tuple[Point, Point]:
        east, north = zip(*(place for rings in polygons for ring in rings for place in ring), strict=True)
        return (min(east), min(north)), (max(east), max(north))
