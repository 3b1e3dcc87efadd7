"""Grounds cost over outlines as arrays of complex numbers: easting real, northing imaginary.

One person wrote both solvers; this one reads the file, keeps rings as numpy arrays, and measures areas by cross
products about the first corner.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np


def rings_of(feature: dict[str, Any]) -> list[list[np.ndarray]]:
    """Return the rings of every polygon in metres, without a repeated first position."""
    properties, geometry = feature["properties"], feature["geometry"]
    scale = 0.3048 if properties.get("unit") == "ft" else 1.0
    nested = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    out = []
    for polygon in nested:
        rings = []
        for ring in polygon:
            pairs = np.array(ring) * scale
            east, north = (pairs[:, 1], pairs[:, 0]) if properties.get("axes") == "NE" else (pairs[:, 0], pairs[:, 1])
            line = east + 1j * north
            rings.append(line[:-1] if line[0] == line[-1] else line)
        out.append(rings)
    return out


def area(ring: np.ndarray) -> float:
    """Return the plane area of a ring."""
    moved = ring - ring[0]
    return abs(float(np.sum((np.conj(moved) * np.roll(moved, -1)).imag))) / 2


def length(ring: np.ndarray) -> float:
    """Return the length of a ring, last side included."""
    return float(np.sum(np.abs(np.roll(ring, -1) - ring)))


def chosen(features: list[dict[str, Any]], code: str, as_of: str, *, certified: bool) -> dict[str, Any]:
    """Return the feature of a code that counts."""
    own = [f for f in features if f["properties"]["code"] == code and f["properties"]["surveyed"] <= as_of]
    own.sort(key=lambda f: (certified and f["properties"]["certified"], f["properties"]["surveyed"]))
    return own[-1]


def haul(corners: np.ndarray, params: dict[str, Any], clauses: dict[str, str]) -> float:
    """Return the kilometres of the way from the yard that count."""
    yard = params["yard_east"] + 1j * params["yard_north"]
    if clauses["place"] == "box":
        real, imaginary = corners.real, corners.imag
        corners = np.array([(real.min() + real.max()) / 2 + 1j * (imaginary.min() + imaginary.max()) / 2])
    gap = corners - yard
    ways = np.abs(gap) if clauses["way"] == "straight" else np.abs(gap.real) + np.abs(gap.imag)
    far = float(ways.max()) / 1000
    return far if clauses["tending"] == "share" else max(0.0, far - params["near_km"])


def solve(
    files: dict[str, str],
    params: dict[str, Any],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the grounds cost and the flagged entities."""
    (text,) = files.values()
    features = json.loads(text)["features"]
    costs: dict[str, float] = {}
    flagged: set[str] = set()
    for code, unit_cost in quantities["unit_cost"].items():
        feature = chosen(features, code, str(params["as_of"]), certified=clauses["which"] == "certified")
        polygons = rings_of(feature)
        outer, holes = [rings[0] for rings in polygons], [hole for rings in polygons for hole in rings[1:]]
        gross, gaps = sum(map(area, outer)), [area(hole) for hole in holes]
        limit = params["hole_limit"] if clauses["holes"] == "large" else 0
        ground = gross - sum(gap for gap in gaps if gap > limit)
        fenced = outer if clauses["fence"] == "outer" else outer + holes
        metres = sum(map(length, fenced))
        if clauses["fence"] == "gates":
            metres -= params["gate_metres"] * len(fenced)
        corners = np.concatenate(outer + holes)
        tending = ground / 10_000 * params["care_rate"] * quantities["exposure"][code]
        tending *= 1 + params["haul_share"] * haul(corners, params, clauses)
        relief = {"fence": (0.5, 1.0), "tending": (1.0, 0.25)}[clauses["exception"]]
        fence_part, tending_part = relief if code in exceptions else (1.0, 1.0)
        costs[code] = metres * unit_cost * fence_part + tending * tending_part
        width, height = np.ptp(corners.real), np.ptp(corners.imag)
        if clauses["flag"] == "fill":
            odd = gross - sum(gaps) < params["fill_limit"] * width * height
        else:
            odd = sum(map(length, outer)) > params["edge_limit"] * 2 * math.pi * math.sqrt(gross / math.pi)
        if odd:
            flagged.add(code)
    return costs, flagged
