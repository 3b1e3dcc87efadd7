"""Forests of edges under domination: the Pareto front of each cluster's possible merges.

An edge dominates another of the same owner if it weighs no less, leads to no larger volume, and that
cluster's cut is no smaller a share of its volume; every linkage then ranks it first, whatever the owner grows
to. A hub of a million like leaves so has a front of one, where rescanning its neighbours at every merge would
be quadratic.

An edge may be *stale*: its other end has grown since it entered the forest. Under ``PAPER`` and ``BALANCED``
growth only lowers keys, so a stale edge bounds all that hangs below it, and is looked at again only when it
comes first.
"""

from __future__ import annotations

from typing import Any

from skillbench.taxonomy.kernels.records import (
    AFTER,
    BEFORE,
    CHILD,
    FRONT,
    IDENT,
    LINKS,
    OTHER,
    SEEN,
    SIZES,
    UP,
    WEIGHT,
)


def compare(links: Any, sizes: Any, clusters: Any, volumes: Any, shares: Any, by_share: bool, e: int, f: int) -> int:
    """1 if edge e bounds edge f of the same owner and all that hangs below f; -1 the other way; else 0."""
    weight_e = sizes[SIZES * e + WEIGHT]
    weight_f = sizes[SIZES * f + WEIGHT]
    seen_e = sizes[SIZES * e + SEEN]
    seen_f = sizes[SIZES * f + SEEN]
    ahead = weight_e > weight_f or seen_e < seen_f
    behind = weight_e < weight_f or seen_e > seen_f
    if ahead and behind:
        return 0
    a = links[LINKS * e + OTHER]
    b = links[LINKS * f + OTHER]
    if by_share:
        ahead = ahead or shares[a] > shares[b]
        behind = behind or shares[a] < shares[b]
        if ahead and behind:
            return 0
    if ahead:
        return 1
    if behind:
        return -1
    if volumes[a] != seen_e:
        return 1
    if volumes[b] != seen_f:
        return -1
    if clusters[8 * a + IDENT] < clusters[8 * b + IDENT]:
        return 1
    return -1


def hang(links: Any, e: int, above: int) -> None:
    """Hang a loose edge below another."""
    first = links[LINKS * above + CHILD]
    links[LINKS * e + UP] = above
    links[LINKS * e + BEFORE] = -1
    links[LINKS * e + AFTER] = first
    if first >= 0:
        links[LINKS * first + BEFORE] = e
    links[LINKS * above + CHILD] = e


def lead(links: Any, clusters: Any, owner: int, e: int) -> None:
    """Put a loose edge into its owner's front."""
    first = clusters[8 * owner + FRONT]
    links[LINKS * e + UP] = -1
    links[LINKS * e + BEFORE] = -1
    links[LINKS * e + AFTER] = first
    if first >= 0:
        links[LINKS * first + BEFORE] = e
    clusters[8 * owner + FRONT] = e


def loosen(links: Any, clusters: Any, owner: int, e: int) -> None:
    """Take an edge, with all below it, out of its list."""
    before = links[LINKS * e + BEFORE]
    after = links[LINKS * e + AFTER]
    above = links[LINKS * e + UP]
    if after >= 0:
        links[LINKS * after + BEFORE] = before
    if before >= 0:
        links[LINKS * before + AFTER] = after
    elif above >= 0:
        links[LINKS * above + CHILD] = after
    else:
        clusters[8 * owner + FRONT] = after


def offer(links: Any, sizes: Any, clusters: Any, volumes: Any, shares: Any, by_share: bool, owner: int, e: int) -> None:
    """Put a loose edge, with all below it, into its owner's forest."""
    f = clusters[8 * owner + FRONT]
    while f >= 0:
        after = links[LINKS * f + AFTER]
        order = compare(links, sizes, clusters, volumes, shares, by_share, f, e)
        if order > 0:
            hang(links, e, f)
            return
        if order < 0:
            loosen(links, clusters, owner, f)
            hang(links, f, e)
        f = after
    lead(links, clusters, owner, e)


def withdraw(
    links: Any, sizes: Any, clusters: Any, volumes: Any, shares: Any, by_share: bool, owner: int, e: int
) -> None:
    """Take one edge out of its owner's forest; those below it stay.

    Below another edge they hang on to that one. In the front they are paired off first, as in a pairing heap,
    so that a long list of equals is not gone through again at every merge.
    """
    loosen(links, clusters, owner, e)
    above = links[LINKS * e + UP]
    c = links[LINKS * e + CHILD]
    links[LINKS * e + CHILD] = -1
    while c >= 0:
        d = links[LINKS * c + AFTER]
        if above >= 0:
            hang(links, c, above)
            c = d
            continue
        if d < 0:
            offer(links, sizes, clusters, volumes, shares, by_share, owner, c)
            return
        after = links[LINKS * d + AFTER]
        order = compare(links, sizes, clusters, volumes, shares, by_share, c, d)
        if order > 0:
            hang(links, d, c)
            d = -1
        elif order < 0:
            hang(links, c, d)
            c = d
            d = -1
        offer(links, sizes, clusters, volumes, shares, by_share, owner, c)
        if d >= 0:
            offer(links, sizes, clusters, volumes, shares, by_share, owner, d)
        c = after
