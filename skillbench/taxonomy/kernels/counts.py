"""Counting tags and pairs over rows of tag numbers."""

from __future__ import annotations

from typing import Any


def distinct(codes: Any, start: int, stop: int, row: Any) -> int:
    """The distinct numbers of ``codes[start:stop]`` into ``row``, rising; how many. Negative ones are left out."""
    size = 0
    for i in range(start, stop):
        code = codes[i]
        if code < 0:
            continue
        at = size
        while at > 0 and row[at - 1] > code:
            at -= 1
        if at > 0 and row[at - 1] == code:
            continue
        for j in range(size, at, -1):
            row[j] = row[j - 1]
        row[at] = code
        size += 1
    return size


def count_dense(
    offsets: Any, codes: Any, first: int, last: int, width: int, frequency: Any, together: Any, row: Any
) -> None:
    """Add rows ``first:last`` to the counts; pair (a, b), a < b, stands at ``together[a * width + b]``."""
    for r in range(first, last):
        size = distinct(codes, offsets[r], offsets[r + 1], row)
        for i in range(size):
            a = row[i]
            frequency[a] += 1
            base = a * width
            for j in range(i + 1, size):
                together[base + row[j]] += 1


def count_hashed(
    offsets: Any,
    codes: Any,
    first: int,
    last: int,
    frequency: Any,
    keys: Any,
    counts: Any,
    used: Any,
    mask: int,
    row: Any,
) -> int:
    """Add rows to the counts in a hash table; the row before which the table ran full, or ``last``.

    Pair (a, b), a < b, has the key ``a << 32 | b``; -1 marks free places; ``used[0]`` counts the others.
    """
    for r in range(first, last):
        stop = offsets[r + 1]
        need = (stop - offsets[r]) * (stop - offsets[r])
        if 2 * (used[0] + need) > mask + 1:
            return r
        size = distinct(codes, offsets[r], stop, row)
        for i in range(size):
            a = row[i]
            frequency[a] += 1
            for j in range(i + 1, size):
                b = row[j]
                key = (a << 32) | b
                mixed = a * 805459861 + b * 1000003 * 389
                at = (mixed ^ (mixed >> 15) ^ (mixed >> 31)) & mask
                while keys[at] >= 0 and keys[at] != key:
                    at = (at + 1) & mask
                if keys[at] < 0:
                    keys[at] = key
                    used[0] += 1
                counts[at] += 1
    return last
