"""Where a figure's text stands, at its widest; a figure grows until all of it is inside."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from skillbench.report.figures.metrics import text_width

MARGIN: Final = 6.0
"""Pixels kept free around text at a figure's edge."""

_ABOVE, _BELOW = 0.8, 0.22  # of the size, over and under the baseline, for what letters fill
_MOVE = re.compile(r"(translate|rotate)\(([^)]*)\)")
_ROOT = re.compile(
    r'^<svg([^>]*?) width="[0-9.]+" height="[0-9.]+" viewBox="[^"]*">(<rect )width="[0-9.]+" height="[0-9.]+"'
)

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of SVG: x' = ax + cy + e, y' = bx + dy + f."""


@dataclass(frozen=True)
class Written:
    """A line of text: what it says and the four corners of the room it may take, in the figure's pixels."""

    text: str
    corners: tuple[Point, Point, Point, Point]


def written(svg: str) -> list[Written]:
    """Every line of text of a figure as vl-convert draws it.

    Example:
        >>> found = written('<svg><g transform="translate(10,20)"><text font-size="10px">k</text></g></svg>')
        >>> found[0].text, found[0].corners[0]
        ('k', (10.0, 12.0))
    """
    root = ET.fromstring(svg)  # noqa: S314  drawn by vl-convert from our own specification
    return list(_below(root, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)))


def fitted(svg: str) -> str:
    """The figure with its canvas grown so that no text can leave it, in any face; nothing in it moves."""
    root = ET.fromstring(svg)  # noqa: S314  drawn by vl-convert from our own specification
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    points = [corner for one in written(svg) for corner in one.corners]
    left = min([0.0, *(x - MARGIN for x, _ in points)])
    top = min([0.0, *(y - MARGIN for _, y in points)])
    right = max([width, *(x + MARGIN for x, _ in points)])
    bottom = max([height, *(y + MARGIN for _, y in points)])
    left, top, wide, high = (math.floor(left), math.floor(top), math.ceil(right - left), math.ceil(bottom - top))
    size = f'width="{wide}" height="{high}"'
    whole = rf'<svg\1 {size} viewBox="{left} {top} {wide} {high}">\2x="{left}" y="{top}" {size}'
    return _ROOT.sub(whole, svg, count=1)


def _below(node: ET.Element, at: Matrix) -> Iterator[Written]:
    at = _moved(at, node.get("transform", ""))
    if node.tag.rpartition("}")[2] == "text":
        yield from _lines(node, at)
        return
    for child in node:
        yield from _below(child, at)


def _lines(node: ET.Element, at: Matrix) -> Iterator[Written]:
    size = float(node.get("font-size", "10px").removesuffix("px"))
    bold, anchor = node.get("font-weight") == "bold", node.get("text-anchor", "start")
    drop = 0.0
    for part in list(node) or [node]:
        drop += float(part.get("dy", 0)) if part is not node else 0.0
        text = part.text or ""
        if not text.strip():
            continue
        wide = text_width(text, size, bold=bold)
        left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[anchor]
        top, bottom = drop - _ABOVE * size, drop + _BELOW * size
        ends = ((left, top), (left + wide, top), (left + wide, bottom), (left, bottom))
        first, second, third, fourth = (_placed(at, end) for end in ends)
        yield Written(text, (first, second, third, fourth))


def _placed(at: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = at
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def _moved(at: Matrix, moves: str) -> Matrix:
    for kind, inside in _MOVE.findall(moves):
        numbers = [float(one) for one in re.split(r"[ ,]+", inside.strip())]
        a, b, c, d, e, f = at
        if kind == "translate":
            x, y = numbers[0], numbers[1] if len(numbers) > 1 else 0.0
            at = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)
        else:
            turn = math.radians(numbers[0])
            cos, sin = math.cos(turn), math.sin(turn)
            at = (a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f)
    return at
