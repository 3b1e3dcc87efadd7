"""Where names go in a figure: apart from each other, near what they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from skillbench.report.figures.metrics import text_width

LINE: Final = 15.0
"""Pixels between two lines of small text."""

SIZE: Final = 12
"""Of the names' text, which is bold."""

_GAP: Final = 11.0
_SHIFTS: Final = (0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Place:
    """Where a name begins (``left``) or ends (right aligned), at what height, in pixels from the top left."""

    x: float
    y: float
    left: bool


def place_names(
    points: Sequence[tuple[float, float]], names: Sequence[Sequence[str]], room: Box, kept: Sequence[Box] = ()
) -> list[Place | None]:
    """A place beside each point that no other point or name holds; None where there is none.

    Names are placed in the order given, right of their point before left of it, level before shifted or centred.

    Args:
        points: in pixels.
        names: the lines of each as they will be written, one below the other, centred on the place's height.
        room: what names may not leave.
        kept: further boxes to keep free, such as lines.

    Example:
        >>> [one.left for one in place_names([(10, 20), (10, 22)], [["a"], ["b"]], (0, 0, 99, 99)) if one]
        [True, True]
    """
    taken: list[Box] = [*kept, *((x - 6, y - 6, x + 6, y + 6) for x, y in points)]
    placed: list[Place | None] = []
    for point, name in zip(points, names, strict=True):
        width = max(text_width(line, SIZE, bold=True) for line in name)
        found = ((one, box_of(one, name)) for one in _candidates(point, width))
        free, box = next(((one, box) for one, box in found if _fits(box, taken, room)), (None, None))
        if box is not None:
            taken.append(box)
        placed.append(free)
    return placed


def _candidates(point: tuple[float, float], width: float) -> Iterator[Place]:
    x, y = point
    for shift in _SHIFTS:
        for side in (1, -1):
            yield Place(x + side * _GAP, y + shift * LINE, side == 1)
        if shift:
            yield Place(x - width / 2, y + shift * LINE, left=True)


def box_of(place: Place, name: Sequence[str]) -> Box:
    """What a name takes up there."""
    width = max(text_width(line, SIZE, bold=True) for line in name)
    start, half = place.x if place.left else place.x - width, LINE * len(name) / 2
    return start, place.y - half, start + width, place.y + half


def _fits(box: Box, taken: Sequence[Box], room: Box) -> bool:
    left, top, right, bottom = box
    inside = left >= room[0] and top >= room[1] and right <= room[2] and bottom <= room[3]
    return inside and not any(left < r and l < right and top < b and t < bottom for l, t, r, b in taken)  # noqa: E741


def spread_labels(heights: Sequence[float], least: float) -> list[float]:
    """Heights moved apart until neighbours stand at least ``least`` apart, in order, as near as can be.

    Pools labels that would touch around their common mean (isotonic regression with equal steps).

    Example:
        >>> spread_labels([5.0, 5.0, 9.0], 1.0)
        [4.5, 5.5, 9.0]
    """
    order = sorted(range(len(heights)), key=lambda at: (heights[at], at))
    pools: list[tuple[float, int]] = []
    for rank, at in enumerate(order):
        total, count = heights[at] - rank * least, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    placed = [0.0] * len(heights)
    rank = 0
    for total, count in pools:
        for _ in range(count):
            placed[order[rank]] = total / count + rank * least
            rank += 1
    return placed
