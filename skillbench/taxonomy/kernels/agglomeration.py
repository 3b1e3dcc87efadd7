"""Greedy agglomeration: merge the best pair of clusters until no two share weight.

Merging moves the edges of the cluster with fewer neighbours; the other keeps its place in all records and takes
the new number. Under all rules but ``PARTITION`` the owners of edges to the grown cluster hear of it only when
such an edge comes first in the queue. Under ``PARTITION``, where growth may raise a key, they hear at once;
they are few, since they have more neighbours than the cluster that grew.
"""

from __future__ import annotations

from typing import Any

from skillbench.taxonomy.kernels.fronts import (
    BALANCED,
    LOOSE,
    PAPER,
    PARIS,
    PARTITION,
    compare,
    lead,
    let_go,
    loosen,
    offer,
    pass_on,
    withdraw,
)
from skillbench.taxonomy.kernels.pairs import enter, find, refill
from skillbench.taxonomy.kernels.queue import place
from skillbench.taxonomy.kernels.records import (
    AFTER,
    BEFORE,
    BEST,
    CHILD,
    DEGREE,
    FOREIGN,
    FRONT,
    HIGH,
    IDENT,
    LINKS,
    LOW,
    NEXT_FOREIGN,
    OTHER,
    OWNER,
    PREVIOUS_FOREIGN,
    QUEUED,
    SEEN,
    SIZES,
    TAKEN,
    UP,
    WEIGHT,
    State,
)
from skillbench.taxonomy.logarithm import log2


def merge_key(rule: int, w: int, va: int, vb: int, ia: int, ib: int, total: int) -> float:
    """How eagerly two clusters merge; only the order counts.

    Args:
        rule: ``PAPER``, ``BALANCED``, ``PARTITION`` or ``PARIS``.
        w: the weight between the two.
        va: the first one's volume; vb, the second's.
        vb: see va.
        ia: the first one's inner volume, volume less cut and loops; ib, the second's. Read by ``PARTITION`` alone.
        ib: see ia.
        total: the graph's volume.
    """
    if rule == PARIS:
        return w / (float(va) * float(vb))
    together = va + vb
    saved = log2(total / together)
    if rule == PAPER:
        return w * saved
    if rule == BALANCED:
        return (w / min(va, vb)) * saved
    lost = ia * log2(together / va) + ib * log2(together / vb)
    return 2 * w * saved - lost


def note(state: State, a: int, e: int, key: float) -> None:
    """Make an edge its owner's best if it comes before the best so far."""
    links, sizes, clusters, volumes, keys = state.links, state.sizes, state.clusters, state.volumes, state.keys
    best = clusters[8 * a + BEST]
    if best >= 0 and key < keys[a]:
        return
    b = links[LINKS * e + OTHER]
    number = clusters[8 * b + IDENT]
    if volumes[b] != sizes[SIZES * e + SEEN]:
        number = -1  # stale: it stands for what may hang below it, so it comes before its equals
    own = clusters[8 * a + IDENT]
    low = min(own, number)
    high = max(own, number)
    if best >= 0 and key == keys[a]:
        if low > clusters[8 * a + LOW]:
            return
        if low == clusters[8 * a + LOW] and high >= clusters[8 * a + HIGH]:
            return
    clusters[8 * a + BEST] = e
    clusters[8 * a + LOW] = low
    clusters[8 * a + HIGH] = high
    keys[a] = key


def edge_key(state: State, a: int, e: int) -> float:
    """The key of an owner's edge, by the other end's volume as it was seen."""
    rule, total, links, sizes, volumes, inner = (
        state.rule,
        state.total,
        state.links,
        state.sizes,
        state.volumes,
        state.inner,
    )
    ib = 0
    if rule == PARTITION:
        ib = inner[links[LINKS * e + OTHER]]
    return merge_key(rule, sizes[SIZES * e + WEIGHT], volumes[a], sizes[SIZES * e + SEEN], inner[a], ib, total)


def ceiling(rule: int, w: int, va: int, ia: int, total: int) -> float:
    """No edge of this weight has a larger key, whatever it leads to: its other end's volume is at least the weight.

    A convex function of the weight, so between two weights the larger of theirs bounds the rest; with a margin for
    rounding.
    """
    gained = w * log2(total / va)
    if rule == PAPER:
        return gained * (1.0 + 1e-9)
    lost = ia * log2((va + w) / va)
    return 2.0 * gained - lost + 1e-9 * (gained + lost)


def choose(state: State, a: int) -> None:
    """Find the best edge in a cluster's front.

    Those of ``PAPER`` and ``PARTITION`` fall in weight: they are looked at from both ends, until no weight left
    between can be better.
    """
    rule, total, links, sizes, clusters, volumes, inner, keys = (
        state.rule,
        state.total,
        state.links,
        state.sizes,
        state.clusters,
        state.volumes,
        state.inner,
        state.keys,
    )
    clusters[8 * a + BEST] = -1
    head = clusters[8 * a + FRONT]
    if head < 0:
        return
    tail = links[LINKS * head + BEFORE]
    while True:
        note(state, a, head, edge_key(state, a, head))
        if head == tail:
            return
        head = links[LINKS * head + AFTER]
        if rule in (BALANCED, PARIS):
            continue
        note(state, a, tail, edge_key(state, a, tail))
        if head == tail:
            return
        tail = links[LINKS * tail + BEFORE]
        heavy = ceiling(rule, sizes[SIZES * head + WEIGHT], volumes[a], inner[a], total)
        if heavy < keys[a] and ceiling(rule, sizes[SIZES * tail + WEIGHT], volumes[a], inner[a], total) < keys[a]:
            return


def renew(state: State, a: int, e: int) -> None:
    """Put a withdrawn edge back into its owner's forest and the owner in its place in the queue.

    Where another edge was the owner's best it stays so unless this one now comes before it: those that hung
    below this one did not come before it, let alone before the best.
    """
    links, sizes, clusters, volumes = state.links, state.sizes, state.clusters, state.volumes
    sizes[SIZES * e + SEEN] = volumes[links[LINKS * e + OTHER]]
    offer(state, a, e)
    best = clusters[8 * a + BEST]
    if best == e or best < 0:
        choose(state, a)
    else:
        note(state, a, e, edge_key(state, a, e))
        if clusters[8 * a + BEST] == best:
            return
    place(state, a)


def join_foreign(state: State, e: int) -> None:
    """Enter an edge in its other end's list of foreign edges."""
    links, clusters = state.links, state.clusters
    other = links[LINKS * e + OTHER]
    first = clusters[8 * other + FOREIGN]
    links[LINKS * e + NEXT_FOREIGN] = first
    links[LINKS * e + PREVIOUS_FOREIGN] = -1
    if first >= 0:
        links[LINKS * first + PREVIOUS_FOREIGN] = e
    clusters[8 * other + FOREIGN] = e


def leave_foreign(state: State, e: int) -> None:
    """Take an edge out of its other end's list of foreign edges."""
    links, clusters = state.links, state.clusters
    after = links[LINKS * e + NEXT_FOREIGN]
    before = links[LINKS * e + PREVIOUS_FOREIGN]
    if after >= 0:
        links[LINKS * after + PREVIOUS_FOREIGN] = before
    if before >= 0:
        links[LINKS * before + NEXT_FOREIGN] = after
    else:
        clusters[8 * links[LINKS * e + OTHER] + FOREIGN] = after


def end(state: State, e: int) -> None:
    """Take an edge out of the graph: its two clusters share no weight any more, or another edge holds it."""
    links, clusters = state.links, state.clusters
    leave_foreign(state, e)
    clusters[8 * links[LINKS * e + OTHER] + DEGREE] -= 1
    links[LINKS * e + OWNER] = -1


def take_over(state: State, e: int) -> None:
    """Exchange an edge's owner and its other end."""
    links = state.links
    a = links[LINKS * e + OWNER]
    leave_foreign(state, e)
    links[LINKS * e + OWNER] = links[LINKS * e + OTHER]
    links[LINKS * e + OTHER] = a
    join_foreign(state, e)


def begin(state: State) -> None:
    """Number the clusters, enter every edge into the table and its owner's forest, and every cluster into the queue."""
    links, sizes, clusters, volumes, tallies = state.links, state.sizes, state.clusters, state.volumes, state.tallies
    refill(state)
    for a in range(len(volumes)):
        clusters[8 * a + IDENT] = a
    for e in range(len(links) // LINKS):
        links[LINKS * e + CHILD] = -1
        sizes[SIZES * e + SEEN] = volumes[links[LINKS * e + OTHER]]
        join_foreign(state, e)
        offer(state, links[LINKS * e + OWNER], e)
    tallies[QUEUED] = 0
    for a in range(len(volumes)):
        choose(state, a)
        place(state, a)


def look_again(state: State, a: int, e: int) -> None:
    """Put the withdrawn best edge of a cluster back, with its other end's volume as it is now.

    Where the other end has outgrown the owner it takes the edge over.
    """
    links, clusters = state.links, state.clusters
    b = links[LINKS * e + OTHER]
    if clusters[8 * b + DEGREE] > clusters[8 * a + DEGREE]:
        take_over(state, e)
        choose(state, a)
        place(state, a)
        renew(state, b, e)
    else:
        renew(state, a, e)


def add_weight(state: State, large: int, e: int, same: int) -> None:
    """Add what an edge weighs to the one that leads from the large cluster to the same cluster."""
    rule, links, sizes, volumes = state.rule, state.links, state.sizes, state.volumes
    c = links[LINKS * same + OWNER]
    if c == large:
        c = links[LINKS * same + OTHER]
        withdraw(state, large, same)
        sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
        sizes[SIZES * same + SEEN] = volumes[c]
        offer(state, large, same)
        return
    if links[LINKS * same + UP] != LOOSE:
        let_go(state, same)
    sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
    if rule != PARTITION:
        renew(state, c, same)


def move_own(state: State, small: int, large: int) -> None:
    """Give the small cluster's own edges to the large one; the small one's forest is taken apart."""
    links, sizes, clusters, volumes = state.links, state.sizes, state.clusters, state.volumes
    e = clusters[8 * small + FRONT]
    while e >= 0:
        loosen(state, small, e)
        below = links[LINKS * e + CHILD]
        links[LINKS * e + CHILD] = -1
        while below >= 0:
            after = links[LINKS * below + AFTER]
            lead(state, small, below)
            below = after
        c = links[LINKS * e + OTHER]
        same = find(state, large, c)
        if same < 0:
            links[LINKS * e + OWNER] = large
            enter(state, e)
            clusters[8 * large + DEGREE] += 1
            sizes[SIZES * e + SEEN] = volumes[c]
            offer(state, large, e)
        else:
            end(state, e)
            add_weight(state, large, e, same)
        e = clusters[8 * small + FRONT]


def move_foreign(state: State, small: int, large: int) -> None:
    """Let others' edges to the small cluster lead to the large one."""
    rule, links, clusters = state.rule, state.links, state.clusters
    e = clusters[8 * small + FOREIGN]
    while e >= 0:
        after = links[LINKS * e + NEXT_FOREIGN]
        c = links[LINKS * e + OWNER]
        let_go(state, e)
        same = find(state, large, c)
        if same < 0:
            links[LINKS * e + OTHER] = large
            join_foreign(state, e)
            enter(state, e)
            clusters[8 * large + DEGREE] += 1
            if rule != PARTITION:
                renew(state, c, e)
        else:
            links[LINKS * e + OWNER] = -1
            clusters[8 * c + DEGREE] -= 1
            add_weight(state, large, e, same)
            if clusters[8 * c + BEST] == e:
                choose(state, c)
                place(state, c)
        e = after


def loosen_foreign(state: State, large: int) -> None:
    """Let the owners of edges to a cluster let go of those in their fronts, before it grows."""
    links, clusters = state.links, state.clusters
    e = clusters[8 * large + FOREIGN]
    while e >= 0:
        if links[LINKS * e + UP] < 0:
            let_go(state, e)
        e = links[LINKS * e + NEXT_FOREIGN]


def retake_foreign(state: State, large: int) -> None:
    """Let the owners of edges to a cluster that has grown take them back, or leave them to it if it outgrew them.

    An edge that hangs below another may stay there if it is still no better, but nothing may hang below it.
    """
    links, sizes, clusters, volumes, inner, shares = (
        state.links,
        state.sizes,
        state.clusters,
        state.volumes,
        state.inner,
        state.shares,
    )
    shares[large] = (volumes[large] - inner[large]) / volumes[large]
    e = clusters[8 * large + FOREIGN]
    while e >= 0:
        after = links[LINKS * e + NEXT_FOREIGN]
        c = links[LINKS * e + OWNER]
        above = links[LINKS * e + UP]
        outgrown = clusters[8 * large + DEGREE] > clusters[8 * c + DEGREE]
        sizes[SIZES * e + SEEN] = volumes[large]
        if not outgrown and above >= 0 and compare(state, volumes[c], above, e) > 0:
            pass_on(state, e, above)
            e = after
            continue
        if above != LOOSE:
            let_go(state, e)
        if outgrown:
            take_over(state, e)
            sizes[SIZES * e + SEEN] = volumes[c]
            offer(state, large, e)
            if clusters[8 * c + BEST] == e:
                choose(state, c)
                place(state, c)
        else:
            renew(state, c, e)
        e = after


def merge(state: State, small: int, large: int, w: int, number: int) -> None:
    """Let the large cluster take in the small one under a new number."""
    rule, clusters, volumes, inner, table, tallies = (
        state.rule,
        state.clusters,
        state.volumes,
        state.inner,
        state.table,
        state.tallies,
    )
    if rule == PARTITION:
        loosen_foreign(state, large)
    volumes[large] += volumes[small]
    inner[large] += inner[small] + 2 * w
    clusters[8 * large + IDENT] = number
    move_own(state, small, large)
    move_foreign(state, small, large)
    if rule == PARTITION:
        retake_foreign(state, large)
    clusters[8 * small + FRONT] = -1
    clusters[8 * small + FOREIGN] = -1
    clusters[8 * small + BEST] = -1
    place(state, small)
    choose(state, large)
    place(state, large)
    if 8 * tallies[TAKEN] > 5 * len(table):
        refill(state)


def agglomerate(state: State, left: Any, right: Any, crossing: Any) -> int:
    """Merge until no two clusters share weight; how many merges there are.

    Args:
        state: all that is read and written.
        left: out: the merges' smaller child numbers, in order.
        right: out: the larger.
        crossing: out: the weights between the two.
    """
    links, sizes, clusters, volumes, heap, tallies = (
        state.links,
        state.sizes,
        state.clusters,
        state.volumes,
        state.heap,
        state.tallies,
    )
    begin(state)
    merges = 0
    while tallies[QUEUED] > 0:
        a = heap[0]
        chosen = clusters[8 * a + BEST]
        b = links[LINKS * chosen + OTHER]
        withdraw(state, a, chosen)
        if volumes[b] != sizes[SIZES * chosen + SEEN]:
            look_again(state, a, chosen)
            continue
        w = sizes[SIZES * chosen + WEIGHT]
        left[merges] = clusters[8 * a + LOW]
        right[merges] = clusters[8 * a + HIGH]
        crossing[merges] = w
        clusters[8 * a + DEGREE] -= 1
        end(state, chosen)
        small, large = a, b
        if clusters[8 * a + DEGREE] > clusters[8 * b + DEGREE]:
            small, large = b, a
        merge(state, small, large, w, len(volumes) + merges)
        merges += 1
    return merges
