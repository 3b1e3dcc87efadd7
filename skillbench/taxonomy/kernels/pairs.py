"""A hash table from two clusters to the edge between them.

Entries are never taken out: an edge whose ends have changed no longer matches where it was first put, and the
table is filled anew when it runs full.
"""

from __future__ import annotations

from typing import Any

from skillbench.taxonomy.kernels.records import LINKS, OTHER, OWNER


def slot(a: int, b: int, mask: int) -> int:
    """Where the search for the pair begins; products stay below 2**62."""
    low = min(a, b)
    high = max(a, b)
    mixed = low * 1000003 * 389 + high * 805459861
    return int((mixed ^ (mixed >> 15) ^ (mixed >> 31)) & mask)


def find(links: Any, table: Any, mask: int, a: int, b: int) -> int:
    """The edge between two clusters, or -1."""
    at = slot(a, b, mask)
    while table[at] >= 0:
        e = table[at]
        x = links[LINKS * e + OWNER]
        y = links[LINKS * e + OTHER]
        if (x == a and y == b) or (x == b and y == a):
            return int(e)
        at = (at + 1) & mask
    return -1


def enter(links: Any, table: Any, mask: int, e: int) -> None:
    """Add an edge under its present ends."""
    at = slot(links[LINKS * e + OWNER], links[LINKS * e + OTHER], mask)
    while table[at] >= 0:
        at = (at + 1) & mask
    table[at] = e


def refill(links: Any, table: Any, mask: int, edge_count: int) -> int:
    """Empty the table and enter every edge that is left; how many there are."""
    for at in range(mask + 1):
        table[at] = -1
    used = 0
    for e in range(edge_count):
        if links[LINKS * e + OWNER] >= 0:
            enter(links, table, mask, e)
            used += 1
    return used
