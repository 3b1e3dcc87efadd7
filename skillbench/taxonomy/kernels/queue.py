"""A binary heap of clusters by the key of their best merge, larger keys and then smaller numbers first."""

from __future__ import annotations

from typing import Any

from skillbench.taxonomy.kernels.records import BEST, HIGH, LOW, PLACE


def ahead(clusters: Any, keys: Any, a: int, b: int) -> bool:
    """Whether cluster a's best merge comes before cluster b's."""
    if keys[a] != keys[b]:
        return bool(keys[a] > keys[b])
    if clusters[8 * a + LOW] != clusters[8 * b + LOW]:
        return bool(clusters[8 * a + LOW] < clusters[8 * b + LOW])
    return bool(clusters[8 * a + HIGH] < clusters[8 * b + HIGH])


def rise(heap: Any, clusters: Any, keys: Any, at: int) -> int:
    """Move the cluster at a place up to where it belongs; that place."""
    cluster = heap[at]
    while at > 0:
        above = (at - 1) >> 1
        if not ahead(clusters, keys, cluster, heap[above]):
            break
        heap[at] = heap[above]
        clusters[8 * heap[at] + PLACE] = at
        at = above
    heap[at] = cluster
    clusters[8 * cluster + PLACE] = at
    return at


def sink(heap: Any, size: int, clusters: Any, keys: Any, at: int) -> None:
    """Move the cluster at a place down to where it belongs."""
    cluster = heap[at]
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and ahead(clusters, keys, heap[below + 1], heap[below]):
            below += 1
        if not ahead(clusters, keys, heap[below], cluster):
            break
        heap[at] = heap[below]
        clusters[8 * heap[at] + PLACE] = at
        at = below
    heap[at] = cluster
    clusters[8 * cluster + PLACE] = at


def place(heap: Any, size: int, clusters: Any, keys: Any, cluster: int) -> int:
    """Put a cluster where its key now belongs, or take it out if it owns no edge; the heap's new size."""
    at = clusters[8 * cluster + PLACE]
    if clusters[8 * cluster + BEST] < 0:
        if at < 0:
            return size
        size -= 1
        clusters[8 * cluster + PLACE] = -1
        if at < size:
            heap[at] = heap[size]
            sink(heap, size, clusters, keys, rise(heap, clusters, keys, at))
        return size
    if at < 0:
        at = size
        heap[at] = cluster
        size += 1
    sink(heap, size, clusters, keys, rise(heap, clusters, keys, at))
    return size
