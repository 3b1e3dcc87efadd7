"""Blind solver for the grounds cost rules: pick the outline, measure ground, fence and haul."""

import json
from math import dist

Point = tuple[float, float]


def read_polygons(feature: dict) -> list[list[list[Point]]]:
    """Polygons of a feature as rings of (easting, northing) in metres, without a repeated first position."""
    properties, geometry = feature["properties"], feature["geometry"]
    scale = 0.3048 if properties.get("unit") == "ft" else 1.0
    north_first = properties.get("axes") == "NE"
    nested = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    polygons = []
    for polygon in nested:
        rings = []
        for ring in polygon:
            points = [(b * scale, a * scale) if north_first else (a * scale, b * scale) for a, b in ring]
            rings.append(points[:-1] if points[0] == points[-1] else points)
        polygons.append(rings)
    return polygons


def area(ring: list[Point]) -> float:
    """Plane area of a closed ring."""
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    return abs(sum(moved[i - 1][0] * y - x * moved[i - 1][1] for i, (x, y) in enumerate(moved))) / 2


def length(ring: list[Point]) -> float:
    """Length of a closed ring, last side included."""
    return sum(dist(ring[i - 1], point) for i, point in enumerate(ring))


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the grounds cost of every pumping station in scope and the flagged codes."""
    chosen: dict[str, dict] = {}
    for feature in json.loads(files["outlines.geojson"])["features"]:
        code, surveyed = feature["properties"]["code"], feature["properties"]["surveyed"]
        if code not in quantities["unit_cost"] or surveyed > str(params["as_of"]):
            continue
        if code not in chosen or surveyed > chosen[code]["properties"]["surveyed"]:
            chosen[code] = feature

    costs: dict[str, float] = {}
    flagged: set[str] = set()
    for code, unit_cost in quantities["unit_cost"].items():
        polygons = read_polygons(chosen[code])
        ground = sum(area(outer) - sum(area(hole) for hole in holes) for outer, *holes in polygons)
        fenced = [ring for rings in polygons for ring in (rings[:1] if code in exceptions else rings)]
        fence = sum(length(ring) for ring in fenced)
        eastings = [x for rings in polygons for ring in rings for x, _ in ring]
        northings = [y for rings in polygons for ring in rings for _, y in ring]
        west, east, south, north = min(eastings), max(eastings), min(northings), max(northings)
        yard = (params["yard_east"], params["yard_north"])
        haul = dist(yard, ((west + east) / 2, (south + north) / 2)) / 1000
        tending = ground / 10_000 * params["care_rate"] * quantities["exposure"][code]
        costs[code] = fence * unit_cost + tending * (1 + params["haul_share"] * haul)
        if ground < params["fill_limit"] * (east - west) * (north - south):
            flagged.add(code)
    return costs, flagged
