"""A hash table from two clusters to the edge between them.

An entry holds the edge's number and half of its pair's hash, so that a look-up seldom has to fetch the record of an
edge it does not seek: records lie all over memory. Entries are never taken out: an edge whose ends have changed no
longer matches where it was first put, and the table is filled anew when it runs full.
"""

from __future__ import annotations

from skillbench.taxonomy.kernels.records import LINKS, OTHER, OWNER, TAKEN, State

HALF = (1 << 31) - 1
"""The lower 31 bits of an entry hold the edge, the upper the mark."""


def mix(a: int, b: int) -> int:
    """The hash of a pair in either order; products stay below 2**62."""
    mixed = min(a, b) * 1000003 * 389 + max(a, b) * 805459861
    return mixed ^ (mixed >> 15) ^ (mixed >> 31)


def find(state: State, a: int, b: int) -> int:
    """The edge between two clusters, or -1."""
    links, table = state.links, state.table
    mask = len(table) - 1
    mixed = mix(a, b)
    mark = (mixed >> 20) & HALF
    at = mixed & mask
    while table[at] >= 0:
        entry = table[at]
        if entry >> 31 == mark:
            e = entry & HALF
            x = links[LINKS * e + OWNER]
            y = links[LINKS * e + OTHER]
            if (x == a and y == b) or (x == b and y == a):
                return int(e)
        at = (at + 1) & mask
    return -1


def enter(state: State, e: int) -> None:
    """Add an edge under its present ends."""
    table = state.table
    mask = len(table) - 1
    mixed = mix(state.links[LINKS * e + OWNER], state.links[LINKS * e + OTHER])
    at = mixed & mask
    while table[at] >= 0:
        at = (at + 1) & mask
    table[at] = (((mixed >> 20) & HALF) << 31) | e
    state.tallies[TAKEN] += 1


def refill(state: State) -> None:
    """Empty the table and enter every edge that is left."""
    for at in range(len(state.table)):
        state.table[at] = -1
    state.tallies[TAKEN] = 0
    for e in range(len(state.links) // LINKS):
        if state.links[LINKS * e + OWNER] >= 0:
            enter(state, e)
