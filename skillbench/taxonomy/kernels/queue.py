"""A binary heap of clusters by the key of their best merge, larger keys and then smaller numbers first."""

from __future__ import annotations

from skillbench.taxonomy.kernels.records import BEST, HIGH, LOW, PLACE, QUEUED, State


def ahead(state: State, a: int, b: int) -> bool:
    """Whether cluster a's best merge comes before cluster b's."""
    clusters, keys = state.clusters, state.keys
    if keys[a] != keys[b]:
        return bool(keys[a] > keys[b])
    if clusters[8 * a + LOW] != clusters[8 * b + LOW]:
        return bool(clusters[8 * a + LOW] < clusters[8 * b + LOW])
    return bool(clusters[8 * a + HIGH] < clusters[8 * b + HIGH])


def rise(state: State, at: int) -> int:
    """Move the cluster at a place up to where it belongs; that place."""
    heap, clusters = state.heap, state.clusters
    cluster = heap[at]
    while at > 0:
        above = (at - 1) >> 1
        if not ahead(state, cluster, heap[above]):
            break
        heap[at] = heap[above]
        clusters[8 * heap[at] + PLACE] = at
        at = above
    heap[at] = cluster
    clusters[8 * cluster + PLACE] = at
    return at


def sink(state: State, at: int) -> None:
    """Move the cluster at a place down to where it belongs."""
    heap, clusters, size = state.heap, state.clusters, state.tallies[QUEUED]
    cluster = heap[at]
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and ahead(state, heap[below + 1], heap[below]):
            below += 1
        if not ahead(state, heap[below], cluster):
            break
        heap[at] = heap[below]
        clusters[8 * heap[at] + PLACE] = at
        at = below
    heap[at] = cluster
    clusters[8 * cluster + PLACE] = at


def place(state: State, cluster: int) -> None:
    """Put a cluster where its key now belongs, or take it out if it owns no edge."""
    heap, clusters, tallies = state.heap, state.clusters, state.tallies
    at = clusters[8 * cluster + PLACE]
    if clusters[8 * cluster + BEST] < 0:
        if at < 0:
            return
        tallies[QUEUED] -= 1
        clusters[8 * cluster + PLACE] = -1
        if at < tallies[QUEUED]:
            heap[at] = heap[tallies[QUEUED]]
            sink(state, rise(state, at))
        return
    if at < 0:
        at = tallies[QUEUED]
        heap[at] = cluster
        tallies[QUEUED] += 1
    sink(state, rise(state, at))
