"""Forests of edges under domination: the Pareto front of each cluster's possible merges.

An edge dominates another of the same owner if it leads to no larger volume and its linkage then ranks it first
whatever the owner grows to. For ``PAPER`` it must weigh no less; for ``PARTITION`` the other end's cut must also
be no smaller a share of its volume; for ``BALANCED`` its weight must be no smaller a share of the smaller end's
volume, for ``PARIS`` of the other end's. A hub of a million leaves so has a front of one or a few, where rescanning
its neighbours at every merge would be quadratic.

An edge may be *stale*: its other end has grown since it entered the forest. Under all but ``PARTITION`` growth only
lowers keys, so a stale edge bounds all that hangs below it, and is looked at again only when it comes first.
"""

from __future__ import annotations

from skillbench.taxonomy.kernels.records import (
    AFTER,
    BEFORE,
    CHILD,
    FRONT,
    IDENT,
    LINKS,
    OTHER,
    OWNER,
    SEEN,
    SIZES,
    UP,
    WEIGHT,
    State,
)

PAPER, BALANCED, PARTITION, PARIS = 0, 1, 2, 3
CLEAR = 1.0 + 1e-12
"""By how much one weight for a unit of volume must exceed another for ``PARIS`` to rank it first despite rounding."""
TRIES = 8
"""Lighter edges that ``PARTITION`` looks at for one it bounds: missing one only makes a front longer."""
LOOSE = -2
"""In the place of the edge above: this edge stands in no forest for the moment."""


def covers(rule: int, w: int, v: int, w_far: int, v_far: int, mine: int) -> bool:
    """Whether ``BALANCED`` or ``PARIS`` ranks the edge to the smaller volume v first, now and when the owner has grown.

    By ``PARIS`` the owner's volume divides both keys. By ``BALANCED``, with v <= v_far the gain for a unit of weight is
    larger. The weight for a unit of the smaller end, w/min(v, mine), stays as it is where v is the smaller end and
    falls where the owner is, so the order found now is kept. Rounding is monotone, so this holds of the keys computed.
    """
    if w >= w_far:
        return True
    if rule == PARIS:
        return w / v >= w_far / v_far * CLEAR
    if v >= mine:
        return False
    return w / v >= w_far / min(v_far, mine)


def compare(state: State, mine: int, e: int, f: int) -> int:
    """1 if edge e bounds edge f of the same owner and all that hangs below f; -1 the other way; else 0.

    Args:
        state: all that agglomeration reads and writes.
        mine: the owner's volume.
        e: an edge; f, another.
        f: see e.
    """
    rule, links, sizes, clusters, volumes, shares = (
        state.rule,
        state.links,
        state.sizes,
        state.clusters,
        state.volumes,
        state.shares,
    )
    weight_e = sizes[SIZES * e + WEIGHT]
    weight_f = sizes[SIZES * f + WEIGHT]
    seen_e = sizes[SIZES * e + SEEN]
    seen_f = sizes[SIZES * f + SEEN]
    if rule in (BALANCED, PARIS) and seen_e != seen_f:
        if seen_e < seen_f:
            return 1 if covers(rule, weight_e, seen_e, weight_f, seen_f, mine) else 0
        return -1 if covers(rule, weight_f, seen_f, weight_e, seen_e, mine) else 0
    ahead = weight_e > weight_f or seen_e < seen_f
    behind = weight_e < weight_f or seen_e > seen_f
    if ahead and behind:
        return 0
    a = links[LINKS * e + OTHER]
    b = links[LINKS * f + OTHER]
    if rule == PARTITION:
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


def hang(state: State, e: int, above: int) -> None:
    """Hang a loose edge below another."""
    links = state.links
    first = links[LINKS * above + CHILD]
    links[LINKS * e + UP] = above
    links[LINKS * e + BEFORE] = -1
    links[LINKS * e + AFTER] = first
    if first >= 0:
        links[LINKS * first + BEFORE] = e
    links[LINKS * above + CHILD] = e


def lead(state: State, owner: int, e: int) -> None:
    """Put a loose edge at the head of its owner's front."""
    links, clusters = state.links, state.clusters
    first = clusters[8 * owner + FRONT]
    links[LINKS * e + UP] = -1
    links[LINKS * e + AFTER] = first
    links[LINKS * e + BEFORE] = e
    if first >= 0:
        links[LINKS * e + BEFORE] = links[LINKS * first + BEFORE]
        links[LINKS * first + BEFORE] = e
    clusters[8 * owner + FRONT] = e


def follow(state: State, owner: int, before: int, e: int) -> None:
    """Put a loose edge into its owner's front behind another."""
    links, clusters = state.links, state.clusters
    after = links[LINKS * before + AFTER]
    links[LINKS * e + UP] = -1
    links[LINKS * e + BEFORE] = before
    links[LINKS * e + AFTER] = after
    links[LINKS * before + AFTER] = e
    if after < 0:
        after = clusters[8 * owner + FRONT]
    links[LINKS * after + BEFORE] = e


def loosen(state: State, owner: int, e: int) -> None:
    """Take an edge, with all below it, out of its list. A front's head has the front's last edge before it."""
    links, clusters = state.links, state.clusters
    before = links[LINKS * e + BEFORE]
    after = links[LINKS * e + AFTER]
    above = links[LINKS * e + UP]
    front = clusters[8 * owner + FRONT]
    if e == front:
        clusters[8 * owner + FRONT] = after
    elif before >= 0:
        links[LINKS * before + AFTER] = after
    else:
        links[LINKS * above + CHILD] = after
    if after < 0 and above < 0:
        after = front  # the last edge of a front stands before its head
    if after >= 0:
        links[LINKS * after + BEFORE] = before


def contest(state: State, owner: int, f: int, e: int) -> int:
    """Compare an edge of the front with a loose one and hang the bounded below the other; what was found."""
    order = compare(state, state.volumes[owner], f, e)
    if order > 0:
        hang(state, e, f)
    elif order < 0:
        loosen(state, owner, f)
        hang(state, f, e)
    return order


def offer(state: State, owner: int, e: int) -> None:
    """Put a loose edge, with all below it, into its owner's forest.

    The front runs from the largest volume to the smallest and from the best weight or share to the worst; so the
    search, from the small end, stops at the first edge that neither bounds the other. ``PARTITION`` compares by one
    thing more: its front runs from the largest weight to the smallest, and the search for lighter edges that this one
    bounds is given up after a few.
    """
    rule, links, sizes, clusters = state.rule, state.links, state.sizes, state.clusters
    head = clusters[8 * owner + FRONT]
    if rule == PARTITION:
        weight = sizes[SIZES * e + WEIGHT]
        before = -1
        tries = 0
        f = head
        while f >= 0 and tries < TRIES:
            after = links[LINKS * f + AFTER]
            order = contest(state, owner, f, e)
            if order > 0:
                return
            if order == 0 and sizes[SIZES * f + WEIGHT] >= weight:
                before = f
            elif order == 0:
                tries += 1
            f = after
        if before < 0:
            lead(state, owner, e)
        else:
            follow(state, owner, before, e)
        return
    seen = sizes[SIZES * e + SEEN]
    if head >= 0 and sizes[SIZES * head + SEEN] <= seen:
        if contest(state, owner, head, e) <= 0:
            lead(state, owner, e)
        return
    f = head
    if head >= 0:
        f = links[LINKS * head + BEFORE]
    while f >= 0:
        before = links[LINKS * f + BEFORE]
        if f == clusters[8 * owner + FRONT]:
            before = -1
        order = contest(state, owner, f, e)
        if order > 0:
            return
        if order == 0 and sizes[SIZES * f + SEEN] > seen:
            follow(state, owner, f, e)
            return
        f = before
    lead(state, owner, e)


def withdraw(state: State, owner: int, e: int) -> None:
    """Take one edge out of its owner's forest; those below it stay.

    Below another edge they hang on to that one. In the front they are paired off first, as in a pairing heap,
    so that a long list of equals is not gone through again at every merge.
    """
    links = state.links
    loosen(state, owner, e)
    above = links[LINKS * e + UP]
    c = links[LINKS * e + CHILD]
    links[LINKS * e + CHILD] = -1
    while c >= 0:
        d = links[LINKS * c + AFTER]
        if above >= 0:
            hang(state, c, above)
            c = d
            continue
        if d < 0:
            offer(state, owner, c)
            return
        after = links[LINKS * d + AFTER]
        order = compare(state, state.volumes[owner], c, d)
        if order > 0:
            hang(state, d, c)
            d = -1
        elif order < 0:
            hang(state, c, d)
            c = d
            d = -1
        offer(state, owner, c)
        if d >= 0:
            offer(state, owner, d)
        c = after


def let_go(state: State, e: int) -> None:
    """:func:`withdraw` an edge from whoever owns it, and mark it as loose."""
    links = state.links
    withdraw(state, links[LINKS * e + OWNER], e)
    links[LINKS * e + UP] = LOOSE


def pass_on(state: State, e: int, above: int) -> None:
    """Hang what hangs below an edge on to the one above it."""
    links = state.links
    below = links[LINKS * e + CHILD]
    links[LINKS * e + CHILD] = -1
    while below >= 0:
        after = links[LINKS * below + AFTER]
        hang(state, below, above)
        below = after
