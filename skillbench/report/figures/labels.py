"""Where names go in a figure: apart from each other, near what they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LINE: Final = 14.0
"""Pixels between two lines of small text."""

CHARACTER: Final = 6.9
"""Pixels of a character of bold 12 px text, on average and rather too wide."""

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
    points: Sequence[tuple[float, float]], names: Sequence[str], room: Box, kept: Sequence[Box] = ()
) -> list[Place | None]:
    """A place beside each point that no other point or name holds; None where there is none.

    Names are placed in the order given, right of their point before left of it, level before shifted or centred.

    Args:
        points: in pixels.
        names: as they will be written.
        room: what names may not leave.
        kept: further boxes to keep free, such as lines.

    Example:
        >>> [one.left for one in place_names([(10, 10), (10, 12)], ["a", "b"], (0, 0, 99, 99)) if one]
        [True, True]
    """
    taken: list[Box] = [*kept, *((x - 6, y - 6, x + 6, y + 6) for x, y in points)]
    placed: list[Place | None] = []
    for point, name in zip(points, names, strict=True):
        width = CHARACTER * len(name)
        free = next((one for one in _candidates(point, width) if _fits(_box(one, width), taken, room)), None)
        if free is not None:
            taken.append(_box(free, width))
        placed.append(free)
    return placed


def _candidates(point: tuple[float, float], width: float) -> Iterator[Place]:
    x, y = point
    for shift in _SHIFTS:
        for side in (1, -1):
            yield Place(x + side * _GAP, y + shift * LINE, side == 1)
        if shift:
            yield Place(x - width / 2, y + shift * LINE, left=True)


def _box(place: Place, width: float) -> Box:
    start = place.x if place.left else place.x - width
    return start, place.y - LINE / 2, start + width, place.y + LINE / 2


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
