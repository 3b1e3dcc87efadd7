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
    SEEN,
    SIZES,
    UP,
    WEIGHT,
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


def join_foreign(links: Any, clusters: Any, e: int) -> None:
    """Enter an edge in its other end's list of foreign edges."""
    other = links[LINKS * e + OTHER]
    first = clusters[8 * other + FOREIGN]
    links[LINKS * e + NEXT_FOREIGN] = first
    links[LINKS * e + PREVIOUS_FOREIGN] = -1
    if first >= 0:
        links[LINKS * first + PREVIOUS_FOREIGN] = e
    clusters[8 * other + FOREIGN] = e


def leave_foreign(links: Any, clusters: Any, e: int) -> None:
    """Take an edge out of its other end's list of foreign edges."""
    after = links[LINKS * e + NEXT_FOREIGN]
    before = links[LINKS * e + PREVIOUS_FOREIGN]
    if after >= 0:
        links[LINKS * after + PREVIOUS_FOREIGN] = before
    if before >= 0:
        links[LINKS * before + NEXT_FOREIGN] = after
    else:
        clusters[8 * links[LINKS * e + OTHER] + FOREIGN] = after


def note(links: Any, clusters: Any, keys: Any, volumes: Any, sizes: Any, a: int, e: int, key: float) -> None:
    """Make an edge its owner's best if it comes before the best so far."""
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


def edge_key(rule: int, links: Any, sizes: Any, volumes: Any, inner: Any, total: int, a: int, e: int) -> float:
    """The key of an owner's edge, by the other end's volume as it was seen."""
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


def choose(
    rule: int, links: Any, sizes: Any, clusters: Any, volumes: Any, inner: Any, keys: Any, total: int, a: int
) -> None:
    """Find the best edge in a cluster's front.

    Those of ``PAPER`` and ``PARTITION`` fall in weight: they are looked at from both ends, until no weight left
    between can be better.
    """
    clusters[8 * a + BEST] = -1
    head = clusters[8 * a + FRONT]
    if head < 0:
        return
    tail = links[LINKS * head + BEFORE]
    while True:
        note(
            links, clusters, keys, volumes, sizes, a, head, edge_key(rule, links, sizes, volumes, inner, total, a, head)
        )
        if head == tail:
            return
        head = links[LINKS * head + AFTER]
        if rule in (BALANCED, PARIS):
            continue
        note(
            links, clusters, keys, volumes, sizes, a, tail, edge_key(rule, links, sizes, volumes, inner, total, a, tail)
        )
        if head == tail:
            return
        tail = links[LINKS * tail + BEFORE]
        heavy = ceiling(rule, sizes[SIZES * head + WEIGHT], volumes[a], inner[a], total)
        if heavy < keys[a] and ceiling(rule, sizes[SIZES * tail + WEIGHT], volumes[a], inner[a], total) < keys[a]:
            return


def renew(
    rule: int,
    links: Any,
    sizes: Any,
    clusters: Any,
    volumes: Any,
    inner: Any,
    shares: Any,
    keys: Any,
    heap: Any,
    size: int,
    total: int,
    a: int,
    e: int,
) -> int:
    """Put a withdrawn edge back into its owner's forest and the owner in its place; the queue's size.

    Where another edge was the owner's best it stays so unless this one now comes before it: those that hung
    below this one did not come before it, let alone before the best.
    """
    sizes[SIZES * e + SEEN] = volumes[links[LINKS * e + OTHER]]
    offer(rule, links, sizes, clusters, volumes, shares, a, e)
    best = clusters[8 * a + BEST]
    if best == e or best < 0:
        choose(rule, links, sizes, clusters, volumes, inner, keys, total, a)
    else:
        note(links, clusters, keys, volumes, sizes, a, e, edge_key(rule, links, sizes, volumes, inner, total, a, e))
        if clusters[8 * a + BEST] == best:
            return size
    return place(heap, size, clusters, keys, a)


def agglomerate(
    rule: int,
    total: int,
    node_count: int,
    edge_count: int,
    links: Any,
    sizes: Any,
    clusters: Any,
    volumes: Any,
    inner: Any,
    shares: Any,
    keys: Any,
    heap: Any,
    table: Any,
    mask: int,
    left: Any,
    right: Any,
    crossing: Any,
) -> int:
    """Fill ``left``, ``right`` and ``crossing`` with the merges in order; how many there are.

    Args:
        rule: see :func:`merge_key`.
        total: the graph's volume.
        node_count: clusters at the start, numbered from 0.
        edge_count: edges at the start.
        links: the edges' records with OWNER and OTHER filled in; the rest is written here.
        sizes: the same records with WEIGHT filled in.
        clusters: records with DEGREE filled in; the rest is written here.
        volumes: of the clusters.
        inner: volume less cut and loops of the clusters.
        shares: the rest over volume, read by ``PARTITION`` alone.
        keys: room for a number per cluster.
        heap: likewise.
        table: room for the hash table, a power of two, twice the edges or more.
        mask: the table's size less one.
        left: room for the merges' smaller child numbers; right, the larger; crossing, the weights between.
        right: see left.
        crossing: see left.
    """
    by_share = rule == PARTITION
    used = refill(links, table, mask, edge_count)
    for a in range(node_count):
        clusters[8 * a + IDENT] = a
    for e in range(edge_count):
        links[LINKS * e + CHILD] = -1
        sizes[SIZES * e + SEEN] = volumes[links[LINKS * e + OTHER]]
        join_foreign(links, clusters, e)
        offer(rule, links, sizes, clusters, volumes, shares, links[LINKS * e + OWNER], e)
    size = 0
    for a in range(node_count):
        choose(rule, links, sizes, clusters, volumes, inner, keys, total, a)
        size = place(heap, size, clusters, keys, a)
    merges = 0
    while size > 0:
        a = heap[0]
        chosen = clusters[8 * a + BEST]
        b = links[LINKS * chosen + OTHER]
        withdraw(rule, links, sizes, clusters, volumes, shares, a, chosen)
        if volumes[b] != sizes[SIZES * chosen + SEEN]:
            if clusters[8 * b + DEGREE] > clusters[8 * a + DEGREE]:
                # The other end has outgrown the owner: it takes the edge over.
                leave_foreign(links, clusters, chosen)
                links[LINKS * chosen + OWNER] = b
                links[LINKS * chosen + OTHER] = a
                join_foreign(links, clusters, chosen)
                choose(rule, links, sizes, clusters, volumes, inner, keys, total, a)
                size = place(heap, size, clusters, keys, a)
                a = b
            size = renew(rule, links, sizes, clusters, volumes, inner, shares, keys, heap, size, total, a, chosen)
            continue
        w = sizes[SIZES * chosen + WEIGHT]
        left[merges] = clusters[8 * a + LOW]
        right[merges] = clusters[8 * a + HIGH]
        crossing[merges] = w
        leave_foreign(links, clusters, chosen)
        links[LINKS * chosen + OWNER] = -1
        clusters[8 * a + DEGREE] -= 1
        clusters[8 * b + DEGREE] -= 1
        small, large = a, b
        if clusters[8 * a + DEGREE] > clusters[8 * b + DEGREE]:
            small, large = b, a
        if by_share:
            # Owners of edges to the large cluster let go of those in their fronts before it changes.
            e = clusters[8 * large + FOREIGN]
            while e >= 0:
                if links[LINKS * e + UP] < 0:
                    let_go(rule, links, sizes, clusters, volumes, shares, e)
                e = links[LINKS * e + NEXT_FOREIGN]
        volumes[large] += volumes[small]
        inner[large] += inner[small] + 2 * w
        clusters[8 * large + IDENT] = node_count + merges
        merges += 1
        # The small cluster's own edges: its forest is taken apart.
        e = clusters[8 * small + FRONT]
        while e >= 0:
            loosen(links, clusters, small, e)
            below = links[LINKS * e + CHILD]
            links[LINKS * e + CHILD] = -1
            while below >= 0:
                after = links[LINKS * below + AFTER]
                lead(links, clusters, small, below)
                below = after
            c = links[LINKS * e + OTHER]
            same = find(links, table, mask, large, c)
            if same < 0:
                links[LINKS * e + OWNER] = large
                enter(links, table, mask, e)
                used += 1
                clusters[8 * large + DEGREE] += 1
                sizes[SIZES * e + SEEN] = volumes[c]
                offer(rule, links, sizes, clusters, volumes, shares, large, e)
            else:
                leave_foreign(links, clusters, e)
                links[LINKS * e + OWNER] = -1
                clusters[8 * c + DEGREE] -= 1
                if links[LINKS * same + OWNER] == large:
                    withdraw(rule, links, sizes, clusters, volumes, shares, large, same)
                    sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
                    sizes[SIZES * same + SEEN] = volumes[c]
                    offer(rule, links, sizes, clusters, volumes, shares, large, same)
                else:
                    if links[LINKS * same + UP] != LOOSE:
                        let_go(rule, links, sizes, clusters, volumes, shares, same)
                    sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
                    if not by_share:
                        size = renew(
                            rule, links, sizes, clusters, volumes, inner, shares, keys, heap, size, total, c, same
                        )
            e = clusters[8 * small + FRONT]
        # Others' edges to the small cluster.
        e = clusters[8 * small + FOREIGN]
        while e >= 0:
            after = links[LINKS * e + NEXT_FOREIGN]
            c = links[LINKS * e + OWNER]
            let_go(rule, links, sizes, clusters, volumes, shares, e)
            same = find(links, table, mask, large, c)
            if same < 0:
                links[LINKS * e + OTHER] = large
                join_foreign(links, clusters, e)
                enter(links, table, mask, e)
                used += 1
                clusters[8 * large + DEGREE] += 1
                if not by_share:
                    size = renew(rule, links, sizes, clusters, volumes, inner, shares, keys, heap, size, total, c, e)
            else:
                links[LINKS * e + OWNER] = -1
                clusters[8 * c + DEGREE] -= 1
                if links[LINKS * same + OWNER] == large:
                    withdraw(rule, links, sizes, clusters, volumes, shares, large, same)
                    sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
                    sizes[SIZES * same + SEEN] = volumes[c]
                    offer(rule, links, sizes, clusters, volumes, shares, large, same)
                else:
                    if links[LINKS * same + UP] != LOOSE:
                        let_go(rule, links, sizes, clusters, volumes, shares, same)
                    sizes[SIZES * same + WEIGHT] += sizes[SIZES * e + WEIGHT]
                    if not by_share:
                        size = renew(
                            rule, links, sizes, clusters, volumes, inner, shares, keys, heap, size, total, c, same
                        )
                if clusters[8 * c + BEST] == e:
                    choose(rule, links, sizes, clusters, volumes, inner, keys, total, c)
                    size = place(heap, size, clusters, keys, c)
            e = after
        if by_share:
            # Owners take their edges back, or leave them to the large cluster if it has outgrown them. An edge that
            # hangs below another may stay there if it is still no better, but nothing may hang below it.
            shares[large] = (volumes[large] - inner[large]) / volumes[large]
            e = clusters[8 * large + FOREIGN]
            while e >= 0:
                after = links[LINKS * e + NEXT_FOREIGN]
                c = links[LINKS * e + OWNER]
                above = links[LINKS * e + UP]
                if clusters[8 * large + DEGREE] > clusters[8 * c + DEGREE]:
                    if above != LOOSE:
                        let_go(rule, links, sizes, clusters, volumes, shares, e)
                    leave_foreign(links, clusters, e)
                    links[LINKS * e + OWNER] = large
                    links[LINKS * e + OTHER] = c
                    sizes[SIZES * e + SEEN] = volumes[c]
                    join_foreign(links, clusters, e)
                    offer(rule, links, sizes, clusters, volumes, shares, large, e)
                    if clusters[8 * c + BEST] == e:
                        choose(rule, links, sizes, clusters, volumes, inner, keys, total, c)
                        size = place(heap, size, clusters, keys, c)
                else:
                    sizes[SIZES * e + SEEN] = volumes[large]
                    if above >= 0 and compare(rule, links, sizes, clusters, volumes, shares, volumes[c], above, e) > 0:
                        pass_on(links, e, above)
                    else:
                        if above != LOOSE:
                            let_go(rule, links, sizes, clusters, volumes, shares, e)
                        size = renew(
                            rule, links, sizes, clusters, volumes, inner, shares, keys, heap, size, total, c, e
                        )
                e = after
        clusters[8 * small + FRONT] = -1
        clusters[8 * small + FOREIGN] = -1
        clusters[8 * small + BEST] = -1
        size = place(heap, size, clusters, keys, small)
        choose(rule, links, sizes, clusters, volumes, inner, keys, total, large)
        size = place(heap, size, clusters, keys, large)
        if 8 * used > 5 * (mask + 1):
            used = refill(links, table, mask, edge_count)
    return merges
